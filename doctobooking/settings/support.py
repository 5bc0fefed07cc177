"""The help desk: its addresses, and how much it takes."""

import environ

env = environ.Env()

SUPPORT_EMAIL = env.str("SUPPORT_EMAIL", default="ayuda@doctobooking.test")
# Where answers to its mails come in; `+token` is added before the @. Empty: SUPPORT_EMAIL.
SUPPORT_REPLY_ADDRESS = env.str("SUPPORT_REPLY_ADDRESS", default="")
# What a mail provider signs with when it hands mails on (docs/operations.md). Empty: none come in.
SUPPORT_INBOUND_SECRET = env.str("SUPPORT_INBOUND_SECRET", default="")
# Questions of one network address in an hour, and of one person (an account, or an address that
# was typed) in a day; messages of one conversation in an hour.
SUPPORT_PER_ADDRESS = env.int("SUPPORT_PER_ADDRESS", default=10)
SUPPORT_PER_PERSON = env.int("SUPPORT_PER_PERSON", default=5)
SUPPORT_REPLIES_PER_HOUR = env.int("SUPPORT_REPLIES_PER_HOUR", default=30)
# Articles that one network address says were of use, or not, in an hour.
SUPPORT_MARKS_PER_ADDRESS = env.int("SUPPORT_MARKS_PER_ADDRESS", default=40)
# How long the link in a mail opens the conversation of somebody without an account.
SUPPORT_LINK_DAYS = env.int("SUPPORT_LINK_DAYS", default=60)
