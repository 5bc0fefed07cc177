"""Pause, resume, archive, reopen: what the state of a consultorio may become."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clinics.services.schedule import State
from core.forms import Form

SAVED = {
    State.ACTIVE: _("El consultorio recibe reservas."),
    State.PAUSED: _("El consultorio está en pausa: nadie puede reservar."),
    State.ARCHIVED: _("Archivamos el consultorio. Sus citas pasadas se conservan."),
}


class StateForm(Form):
    # Twice the same answer does no harm: the second click finds it done.
    state = forms.ChoiceField(label=_("Estado"), choices=[(state, state) for state in State.ALL])
