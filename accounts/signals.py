"""What happens to a person here that those above follow, in the same transaction."""

from django.dispatch import Signal

# `patient` is written to at `new` from `now` on. Never of a number that was not there: `old` is
# what copies of it hold.
phone_corrected = Signal()
# `patient`, who has no account, is written to at `new` from `now` on; either may be "".
email_corrected = Signal()
# `patient`, whom a consultorio wrote down, is the same person as `into`, who has an account: what
# is the one's is the other's from now on.
people_merged = Signal()
