"""Privacy: who is responsible, and what a country's law changes (docs/operations.md)."""

from datetime import timedelta

import environ

env = environ.Env()

# Named in the legal texts.
COMPANY_NAME = env.str("COMPANY_NAME", default="Doctobooking")
COMPANY_ADDRESS = env.str("COMPANY_ADDRESS", default="Quito, Ecuador")
PRIVACY_EMAIL = env.str("PRIVACY_EMAIL", default="privacidad@doctobooking.test")
DPO_NAME = env.str("DPO_NAME", default="privacidad@doctobooking.test")
# "EC=20,ES=15": years that differ from the table of privacy/countries.py.
CLINICAL_YEARS = {c: int(n) for c, n in env.dict("CLINICAL_YEARS", default={}).items()}
RECEIPT_YEARS = {c: int(n) for c, n in env.dict("RECEIPT_YEARS", default={}).items()}
# Downloads that one account may ask for a day, and how long each can be fetched.
EXPORTS_PER_DAY = env.int("EXPORTS_PER_DAY", default=3)
EXPORT_DAYS = env.int("EXPORT_DAYS", default=7)
# Between asking for an account to be closed and its being emptied: less than a day.
CLOSING_HOURS = env.int("CLOSING_HOURS", default=12)
# How long it is kept where a message went (a year: a visit missed, a bill that comes late), and
# what was said in a question to support that is over (two: a fault that comes again).
MESSAGE_DAYS = env.int("MESSAGE_DAYS", default=365)
TICKET_DAYS = env.int("TICKET_DAYS", default=730)

# task, every, worth seconds
PRIVACY_TICKS = {
    "exports": ("privacy.tasks.make_exports", timedelta(seconds=10), 10),
    "closings": ("privacy.tasks.close_accounts", timedelta(minutes=1), 60),
    "retention": ("privacy.tasks.forget_due", timedelta(hours=1), 1800),
}
