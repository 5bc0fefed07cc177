"""The front door.

Imports nothing: doctobooking.local starts the servers before Django and Celery are there, and
workers name their application themselves (`celery -A doctobooking.celery`).
"""
