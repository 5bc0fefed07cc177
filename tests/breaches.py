"""Breaking a named constraint on purpose: once in Postgres, once through full_clean()."""

from dataclasses import dataclass, field

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction


@dataclass
class Breach:
    """`model(**fields)` breaks the constraint. `sentence` is what a form says of it."""

    model: type
    fields: dict = field(default_factory=dict)
    sentence: str = ""

    def instance(self, world):
        fields = {n: v(world) if callable(v) else v for n, v in self.fields.items()}
        return self.model(**fields)


def refused_by(instance):
    """The name of the constraint that Postgres holds against it."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        instance.save(force_insert=True)
    return error.value.__cause__.diag.constraint_name


def sentences_of(instance):
    with pytest.raises(ValidationError) as error:
        instance.full_clean()
    return [str(message) for message in error.value.messages]


def check(name, breach, world):
    assert refused_by(breach.instance(world)) == name
    if breach.sentence:
        assert breach.sentence in sentences_of(breach.instance(world))


def sound(instance):
    """What stands beside a breach and breaks nothing."""
    instance.full_clean()
    with transaction.atomic():
        instance.save()
    return instance
