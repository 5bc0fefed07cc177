"""Input of the privacy pages -> clean values."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.legal import LegalText
from core.forms import Form

# Without the others there is no account.
WITHDRAWABLE = (LegalText.HEALTH,)


class WithdrawForm(Form):
    text = forms.ChoiceField(choices=[(text.value, text.label) for text in WITHDRAWABLE])


class CloseForm(Form):
    """Typed, so that it cannot be pressed by mistake."""

    # What is asked for, in the language of the page.
    WORD = _("cerrar")

    word = forms.CharField(
        label=_("Escriba «cerrar» para confirmar"), max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
        error_messages={"required": _("Escriba la palabra para confirmar.")},
    )  # fmt: skip

    def clean_word(self) -> str:
        typed: str = self.cleaned_data["word"]
        if typed.strip(' «»."').casefold() != str(self.WORD).casefold():
            raise forms.ValidationError(_("Escriba la palabra tal como está arriba."))
        return typed
