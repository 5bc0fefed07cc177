"""One screen between a change of a schedule and the visits that it would strand."""

import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.forms.boundfield import BoundField
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from appointments.impact import Affected
from appointments.refusals import VisitsUnsettled
from appointments.services.schedule import (
    Act,
    Answer,
    Preview,
    ScheduleChange,
    make_change,
    preview_change,
)
from core.clock import current_time
from core.converters import InstantConverter
from core.db import Refusal
from core.forms import Form
from core.templatetags.when import clock, day
from portal.desk import DeskRequest

# Fields of the settling page begin so; everything else that was posted is the change itself.
MARK = "settle"
FOR_ALL = "settle-all"
INSTANT = InstantConverter()


class SettleForm(Form):
    """One list for each visit (keep, one of its other times, cancel), one message for all."""

    message = forms.CharField(
        label=_("Mensaje para los pacientes"),
        help_text=_(
            "Lo leen en su cita, al entrar con su cuenta; en el correo solo decimos que hay uno."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
    )
    within = forms.TypedChoiceField(
        label=_("A quien pregunte, esperar su respuesta"),
        help_text=_("Nunca de noche ni después de la hora de su cita. Luego, la cita se cancela."),
        choices=[
            (2, _("2 horas")),
            (4, _("4 horas")),
            (24, _("hasta mañana")),
            (48, _("2 días")),
        ],
        coerce=int,
        initial=4,
        required=False,
        empty_value="4",
    )

    def __init__(self, data: QueryDict | None, *, preview: Preview, wish: str = "") -> None:
        super().__init__(data, prefix=MARK, initial=_wished(preview, wish))
        self.preview = preview
        for one in preview.affected:
            patient = one.visit.patient
            self.fields[_key(one)] = forms.ChoiceField(
                label=_("Qué pasa con la cita de %(name)s") % {"name": patient},
                choices=list(_choices(one, preview.alternatives.get(one.visit.pk, []))),
                error_messages={
                    "required": format_lazy(
                        _("Elija qué pasa con la cita de {name}."), name=str(patient)
                    )
                },
            )

    def add_refusal(self, refusal: Refusal) -> None:
        """At the visit that it is about, where it is about one."""
        refused = getattr(refusal, "visit_id", None)
        keys = [_key(one) for one in self.preview.affected if one.visit.public_id == refused]
        self.add_error(keys[0] if keys else None, str(refusal))

    def rows(self) -> Iterator[tuple[Affected, BoundField]]:
        return ((one, self[_key(one)]) for one in self.preview.affected)

    def answers(self) -> dict[uuid.UUID, Answer]:
        """Raises KeyError before is_valid()."""
        found = {}
        for one in self.preview.affected:
            act, _colon, start = self.cleaned_data[_key(one)].partition(":")
            to = INSTANT.to_python(start) if start else None
            found[one.visit.public_id] = Answer(Act(act), one.visit.starts_at, to)
        return found


class Settlement(NamedTuple):
    change: ScheduleChange
    preview: Preview
    form: SettleForm


def settle(
    request: DeskRequest,
    change: ScheduleChange,
    *,
    done: str,
    saved: str,
    form: forms.BaseForm | None = None,
) -> HttpResponse | None:
    """Make the change at once when it touches no visit; else ask first what becomes of each.

    The change travels along in hidden fields: until the last answer nothing is written. Returns
    None when the change itself is refused; the sentence is in `form` then.
    """
    now = current_time()
    try:
        case = _look(request, change, now)
    except Refusal as refusal:
        return _refuse(request, form, refusal)
    if case.preview.affected and not case.form.is_valid():
        return _ask(request, case, 422 if case.form.is_bound else 200)
    answers = case.form.answers() if case.preview.affected else {}
    message = case.form.cleaned_data["message"] if answers else ""
    try:
        make_change(
            change=change, answers=answers, message=message, answer_within=_patience(case, answers),
            actor=request.user, now=now,
        )  # fmt: skip
    except Refusal as refusal:
        try:
            case = _look(request, change, now, refusal)
        except Refusal as other:
            return _refuse(request, form, other)
        if case.preview.affected:
            return _ask(request, case, 409)
        if isinstance(refusal, VisitsUnsettled):  # they are gone: there is nothing left to ask
            return settle(request, change, done=done, saved=saved, form=form)
        return _refuse(request, form, refusal)
    messages.success(request, " ".join(filter(None, [saved, _tally(answers)])))
    is_asked = any(answer.act == Act.ASK for answer in answers.values())
    return redirect("portal:answers" if is_asked else done)


def _patience(case: Settlement, answers: dict[uuid.UUID, Answer]) -> timedelta:
    return timedelta(hours=int(case.form.cleaned_data["within"]) if answers else 4)


def _refuse(
    request: DeskRequest, form: forms.BaseForm | None, refusal: Refusal
) -> HttpResponse | None:
    """The change itself cannot be, or not now."""
    if form is not None:
        form.add_error(None, str(refusal))
        return None
    messages.error(request, str(refusal))
    return redirect(request.path)


def _look(
    request: DeskRequest, change: ScheduleChange, now: datetime, refusal: Refusal | None = None
) -> Settlement:
    preview = preview_change(change=change, actor=request.user, now=now)
    wish = request.POST.get(FOR_ALL, "")
    posted = request.POST if MARK in request.POST and not wish else None
    form = SettleForm(posted, preview=preview, wish=wish)
    if refusal and form.is_bound:
        form.add_refusal(refusal)
    return Settlement(change, preview, form)


def _ask(request: DeskRequest, case: Settlement, status: int) -> HttpResponse:
    carried = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and not name.startswith(MARK)
    ]
    context = {
        "form": case.form,
        "rows": list(case.form.rows()),
        "holds": case.preview.holds,
        "carried": carried,
        "mark": MARK,
        "for_all": FOR_ALL,
    }
    return render(request, "portal/settle.html", context, status=status)


def _key(one: Affected) -> str:
    """Names the visit and the start that the desk saw: a visit that moved on asks anew."""
    return f"{one.visit.public_id}-{INSTANT.to_url(one.visit.starts_at)}"


def _choices(one: Affected, times: list[datetime]) -> Iterator[tuple[Any, Any]]:
    zone = one.visit.zone
    yield "", _("Elija…")
    yield Act.KEEP, _("Mantener la hora")
    if times:
        yield Act.ASK, _("Que el paciente elija otra hora")
        yield _("Mover a"), [(_to(t), f"{day(t, zone)}, {clock(t, zone)}") for t in times]
    yield Act.CANCEL, _("Cancelar la cita")


def _to(time: datetime) -> str:
    return f"{Act.MOVE}:{INSTANT.to_url(time)}"


def _wished(preview: Preview, wish: str) -> dict[str, str]:
    """The same answer for all; moved ones to the nearest time that no other one was given."""
    if wish not in set(Act):
        return {}
    taken: set[datetime] = set()
    wishes = {}
    for one in preview.affected:
        times = preview.alternatives.get(one.visit.pk, [])
        is_possible = wish != Act.MOVE and (wish != Act.ASK or times)
        wishes[_key(one)] = wish if is_possible else ""
        free = [t for t in times if t not in taken]
        if wish == Act.MOVE and free:
            nearest = _nearest(free, one.visit.starts_at)
            taken.add(nearest)
            wishes[_key(one)] = _to(nearest)
    return wishes


def _nearest(times: list[datetime], around: datetime) -> datetime:
    """The next one later; an earlier one only when there is none."""
    later = [time for time in times if time > around]
    return later[0] if later else times[-1]


def _tally(answers: dict[uuid.UUID, Answer]) -> str:
    """«2 citas movidas, 1 cancelada.»"""
    acts = Counter(answer.act for answer in answers.values())
    parts = [
        ngettext("%(n)d cita movida", "%(n)d citas movidas", acts[Act.MOVE]),
        ngettext("%(n)d cita cancelada", "%(n)d citas canceladas", acts[Act.CANCEL]),
        ngettext("%(n)d cita se mantiene", "%(n)d citas se mantienen", acts[Act.KEEP]),
        ngettext("%(n)d paciente elegirá", "%(n)d pacientes elegirán", acts[Act.ASK]),
    ]
    counted = zip(parts, (Act.MOVE, Act.CANCEL, Act.KEEP, Act.ASK), strict=True)
    told = [part % {"n": acts[act]} for part, act in counted if acts[act]]
    return ", ".join(told) + "." if told else ""
