"""The address of a profile: made of the name, one doctor's for ever.

A former address leads to the present one, so nobody else may take it. Two tables share one set of
addresses, which no constraint can say. What does: whoever takes an address looks at the former
ones after writing, and an address only becomes a former one in the transaction that frees it, for
which the unique index makes the taker wait.
"""

import re
from collections.abc import Iterator

from django.utils.text import slugify

from core.db import Refusal, violation_as
from doctors.models import SLUG_IS_ANOTHERS, Doctor, FormerSlug

# Addresses end in a number where two people have the same name.
SLUG_LENGTH = 110
NAMELESS = "perfil"
# Who changes names all the time keeps the latest; nobody gathers the addresses of a town.
MOST_FORMER = 10


class SlugTaken(Refusal):
    """Somebody of the same name was a moment faster; the next address is free."""

    message = SLUG_IS_ANOTHERS


def settle_address(doctor: Doctor) -> None:
    """Save a new doctor, or give a saved one the address of the name that it has now.

    Inside the caller's transaction, with the doctor's row locked.
    """
    for slug in _free_slugs(doctor):
        try:
            take_address(doctor, slug)
        except SlugTaken:
            continue
        return


def keep_former_address(doctor: Doctor, former: str) -> None:
    """`former` was the doctor's address until now, and goes on leading to the profile."""
    FormerSlug.objects.filter(slug=doctor.slug, doctor=doctor).delete()
    FormerSlug.objects.get_or_create(slug=former, defaults={"doctor": doctor})
    newest = FormerSlug.objects.filter(doctor=doctor).order_by("-pk")
    FormerSlug.objects.filter(pk__in=[row.pk for row in newest[MOST_FORMER:]]).delete()


def take_address(doctor: Doctor, slug: str) -> None:
    """This very one. Inside the caller's transaction, with the doctor's row locked.

    Raises SlugTaken.
    """
    former, is_new = doctor.slug, doctor.pk is None
    if slug == former:
        return
    doctor.slug = slug
    try:
        with violation_as({Doctor.SLUG_UNIQUE: SlugTaken()}):
            doctor.save(force_insert=True) if is_new else doctor.save(update_fields=["slug"])
            if FormerSlug.objects.filter(slug=slug).exclude(doctor=doctor).exists():
                raise SlugTaken
    except SlugTaken:
        doctor.slug = former
        if is_new:
            doctor.pk, doctor._state.adding = None, True
        raise
    if not is_new:
        keep_former_address(doctor, former)


def _free_slugs(doctor: Doctor) -> Iterator[str]:
    """«ana-molina-paz», or with the next free number behind it, and on from there."""
    base = slugify(doctor.full_name)[:SLUG_LENGTH].strip("-") or NAMELESS
    if re.fullmatch(rf"{base}(-\d+)?", doctor.slug):
        yield doctor.slug
        return
    present = Doctor.objects.exclude(pk=doctor.pk).filter(slug__startswith=base)
    former = FormerSlug.objects.exclude(doctor=doctor.pk).filter(slug__startswith=base)
    taken = {*present.values_list("slug", flat=True), *former.values_list("slug", flat=True)}
    if base not in taken:
        yield base
    number = 1
    while True:
        number += 1
        if (slug := f"{base}-{number}") not in taken:
            yield slug
