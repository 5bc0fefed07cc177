"""Backups: the database and the media, each encrypted to keys that the server does not hold.

`python -m doctobooking.backups make | restore | drill | fresh | key` (docs/adr/0047). Made to
run beside the product or without it: nothing here needs a web server, a broker or the apps.
"""
