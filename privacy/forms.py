"""Input of the privacy pages -> clean values."""

from django import forms

from accounts.legal import LegalText
from core.forms import Form

# Without the others there is no account.
WITHDRAWABLE = (LegalText.HEALTH,)


class WithdrawForm(Form):
    text = forms.ChoiceField(choices=[(text.value, text.label) for text in WITHDRAWABLE])
