"""Another doctor's and another patient's world, and its names in the place of one's own."""

import re
from datetime import timedelta

from django.apps import apps
from django.db import connection, models

from appointments.models import Absence
from tests.appointments.waiting.doors import things_of_waiting
from tests.conftest import SLOT
from tests.crawling.rows import OF_NOBODY
from tests.factories import (
    AppointmentFactory,
    AssistantFactory,
    ClinicFactory,
    MessageFactory,
    PatientFactory,
)
from tests.portal.doors import things_of_the_desk
from tests.prescriptions.world import things_of_prescriptions
from tests.records.world import things_of_records
from tests.reviews.world import things_of_opinions
from tests.support.world import things_of_support

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
STRANGER, ELSEWHERE = "FORASTERO7Q", "AJENO7Q"
DAY = timedelta(days=1)


def ours():
    return [model for model in apps.get_models(include_auto_created=True)
            if model._meta.managed and model._meta.db_table not in OF_NOBODY]  # fmt: skip


def keys_now():
    return {model: set(model._base_manager.values_list("pk", flat=True)) for model in ours()}


def make_others(doctor, account):
    """What dr_chen and alice have an example of, of José Díaz and Bruno; the rows, by model."""
    before = keys_now()
    patient = account.patients.get()
    patient.last_names = STRANGER
    patient.save()
    clinic, _more = (ClinicFactory(doctor=doctor, name=f"{ELSEWHERE} {n}") for n in (1, 2))
    PatientFactory(account=account, relationship="child", last_names=STRANGER)
    guest = PatientFactory(account=None, last_names=STRANGER, email="g@ejemplo.test")
    AppointmentFactory(clinic=clinic, patient=guest, booked_by=doctor.user,
                       starts_at=SLOT + 3 * DAY)  # fmt: skip
    visit = AppointmentFactory(clinic=clinic, patient=patient)
    MessageFactory(visit=visit)
    AssistantFactory(doctor=doctor, clinics=[clinic], user__last_names=STRANGER)
    Absence.objects.create(doctor=doctor, starts_at=SLOT + 40 * DAY, ends_at=SLOT + 41 * DAY)
    for make in (things_of_opinions, things_of_records, things_of_prescriptions):
        make(clinic, patient)
    things_of_support(account)
    things_of_the_desk(visit)
    things_of_waiting(visit)
    found = {model: keys - before[model] for model, keys in keys_now().items()}
    for row in (doctor, doctor.user, account, patient):
        found[type(row)].add(row.pk)
    return Others(found)


class Others:
    """Somebody else's rows."""

    def __init__(self, keys):
        self.keys = {model: sorted(pks, key=str) for model, pks in keys.items() if pks}
        self.tables = {model._meta.db_table: pks for model, pks in self.keys.items()}
        self.names = {model: list(self.named(model)) for model in self.keys}
        self.uuids = {value for values in self.names.values() for value in values
                      if UUID.fullmatch(value)}  # fmt: skip

    def named(self, model):
        """What addresses and forms call its rows: (the last ones first, several of each)."""
        for field in naming_fields(model):
            rows = model._base_manager.filter(pk__in=self.keys[model]).order_by("-pk")
            yield from (str(value) for value in rows.values_list(field, flat=True) if value)

    def rows(self):
        """All of theirs, as they stand."""
        parts = [
            f"SELECT '{model._meta.db_table}', md5(string_agg(x::text, ' ' ORDER BY x::text))"
            f' FROM "{model._meta.db_table}" x WHERE x."{model._meta.pk.column}"::text = ANY(%s)'
            for model in self.keys
        ]
        lists = [[str(pk) for pk in pks] for pks in self.keys.values()]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), lists)
            return dict(cursor.fetchall())

    def pointed_at(self, rows):
        """Which of `rows` (table, {column: value}) lead to something of theirs."""
        for table, row in rows:
            for model in ours():
                if model._meta.db_table != table:
                    continue
                for field in model._meta.concrete_fields:
                    to = field.related_model
                    if to in self.keys and row[field.column] in self.keys[to]:
                        yield f"{table}.{field.column}"
            if self.uuids & set(UUID.findall(str(row))):
                yield f"{table}: a public id"


def naming_fields(model):
    for field in model._meta.concrete_fields:
        is_id = isinstance(field, models.UUIDField) and field.unique
        if is_id or (field.name in ("slug", "code") and field.unique):
            yield field.name


def owners(among):
    """value -> model, of every row that has a name."""
    found = {}
    for model in ours():
        for field in naming_fields(model) if model in among else ():
            for value in model._base_manager.values_list(field, flat=True):
                found[str(value)] = model
    return found


def swapped(text, own, others):
    """The same with the name of another's row, for each name of a row in it."""
    words = [word for word in UUID.findall(text) if word in own]
    words += [text] if text in own else re.findall(r"(?<==)[\w-]+", text)
    for word in dict.fromkeys(words):
        for other in others.names.get(own.get(word), [])[:2]:
            if other != word and bool(UUID.fullmatch(other)) == bool(UUID.fullmatch(word)):
                yield text.replace(word, other)


def foreign(form, data, own, others):
    """(field or "address", path, data): one foreign name in each."""
    for path in swapped(form.path, own, others):
        yield "address", path, data
    for name, values in data.items():
        for other in swapped(name, own, others):
            rest = {n: v for n, v in data.items() if n != name}
            yield name, form.path, {**rest, other: values}
        shown = dict.fromkeys([*values, *form.choices.get(name, [])[:2]])
        for value in shown:
            for other in swapped(value, own, others):
                yield name, form.path, {**data, name: [other]}
