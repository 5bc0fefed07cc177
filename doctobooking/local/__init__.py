"""What runs the product on one machine: embedded servers, supervisor, local mailbox.

Standard library only (but for mailbox.py, which Django loads), so that it starts at once and
can say in a sentence why it does not.
"""
