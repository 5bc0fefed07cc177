"""Everything that a model has, sent along with a form that asks for none of it."""

from django.db import models

from tests.crawling.others import UUID, ours
from tests.crawling.rows import digests, rows_of

# Values that stand in no row before.
TEXT, NAME = "PLANTADO7Q", "77777777-7777-4777-8777-777777777777"
MORE = ("pk", "id", "user", "user_id", "act_as", "role", "roles", "permissions", "is_verified")


def value_of(field, rows):
    """What would be kept, if it were taken: another's row, the last choice, a marked text."""
    if field.is_relation:
        pks = rows.get(field.related_model) or [1]
        return str(pks[-1])
    if isinstance(field, models.BooleanField):
        return "on"
    if isinstance(field, models.UUIDField):
        return NAME
    if field.choices:
        return str(list(field.flatchoices)[-1][0])
    if isinstance(field, models.DateTimeField):
        return "2020-02-20 20:20:20+00:00"
    if isinstance(field, models.DateField):
        return "2020-02-20"
    if isinstance(field, (models.IntegerField, models.DecimalField)):
        return "7"
    return TEXT


def extras(others):
    """name -> value, of every column and relation of every model of ours."""
    found = dict.fromkeys(MORE, "1")
    for model in ours():
        for field in model._meta.get_fields():
            if field.concrete:
                value = value_of(field, others.keys)
                found |= {field.name: value, getattr(field, "attname", field.name): value}
    return found


def beside(data, more, asked):
    """Nothing of `asked`: names that the same page's forms have."""
    return {**data, **{name: value for name, value in more.items() if name not in asked}}


class Rows:
    """What a post left behind, without what is another each time."""

    def __init__(self, before):
        self.before, self.digests = rows_of(before), before
        self.known = set(UUID.findall(str(self.before)))

    def left(self):
        """table -> rows that were not there, and how many there are."""
        after = digests()
        names = [name for name in after if after[name] != self.digests[name]]
        return {
            name: ([row for row in rows if row not in self.before[name]], len(rows))
            for name, rows in rows_of(names).items()
        }


def columns_that_differ(one, other):
    """(table, column); a whole table where the rows are not as many."""
    for table in one.keys() | other.keys():
        (mine, count), (yours, total) = one.get(table, ([], 0)), other.get(table, ([], 0))
        if (len(mine), count) != (len(yours), total):
            yield table, ""
            continue
        for column in mine[0] if mine else ():
            if values_of(mine, column) != values_of(yours, column):
                yield table, column


def values_of(rows, column):
    """In no order: which of a trigger's rows is written first is the planner's to say."""
    return sorted(str(row[column]) for row in rows)


def marks_in(left):
    text = str(left)
    return [mark for mark in (TEXT, NAME, "2020-02-20") if mark in text]
