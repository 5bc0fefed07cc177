"""What each group of the team may do in the admin: one table, put into the database by
`manage.py roles`, which each deploy runs. Nothing here opens a clinical text.
"""

from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q

SUPPORT, MODERATORS = "soporte", "moderadores"
VERIFIERS, ADMINISTRATORS = "verificadores", "administradores"


@dataclass(frozen=True)
class Role:
    """`sees`: models that it reads («app.model», «app.*»); `does`: other permissions."""

    sees: tuple[str, ...]
    does: tuple[str, ...] = ()


# Nothing clinical, and nothing that carries log-in codes or what was typed in a booking.
SEEN_BY_SUPPORT = (
    "accounts.user", "accounts.patient", "accounts.auditentry", "accounts.accountsession",
    "account.emailaddress", "doctors.*", "clinics.*", "appointments.appointment",
    "appointments.appointmentchange", "appointments.absence", "appointments.series",
    "appointments.seriesvisit", "appointments.visitday", "appointments.waitingentry",
    "notifications.message", "notifications.refusedaddress", "notifications.preferences",
    "support.ticket", "support.cannedanswer",
    "support.articlemark",
)  # fmt: skip
ROLES = {
    SUPPORT: Role(
        SEEN_BY_SUPPORT,
        ("notifications.resend_message", "notifications.forgive_address", "accounts.view_as_user",
         "accounts.change_patient", "appointments.change_appointment", "support.attend_ticket",
         "support.add_cannedanswer", "support.change_cannedanswer"),
    ),
    MODERATORS: Role(("reviews.review",), ("reviews.moderate_review",)),
    VERIFIERS: Role(("doctors.*",), ("doctors.change_doctor",)),
    ADMINISTRATORS: Role(
        (*SEEN_BY_SUPPORT, "auth.group", "mfa.authenticator", "reviews.review"),
        ("accounts.change_user", "auth.change_group", "mfa.delete_authenticator",
         "doctors.change_doctor", "notifications.resend_message", "notifications.forgive_address",
         "reviews.moderate_review"),
    ),
}  # fmt: skip


@transaction.atomic
def keep_roles() -> dict[str, int]:
    """Make the groups what the table says; how many permissions each has."""
    return {name: _keep(name, role) for name, role in ROLES.items()}


def group_of(name: str) -> Group:
    """The group, as the table says it is now."""
    _keep(name, ROLES[name])
    return Group.objects.get(name=name)


def _keep(name: str, role: Role) -> int:
    group, _created = Group.objects.get_or_create(name=name)
    wanted = Q(pk__in=())
    for seen in role.sees:
        app, _dot, model = seen.partition(".")
        one = Q(content_type__app_label=app, codename__startswith="view_")
        wanted |= one if model == "*" else one & Q(content_type__model=model)
    for act in role.does:
        app, _dot, codename = act.partition(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    allowed = Permission.objects.filter(wanted)
    group.permissions.set(allowed)
    return len(allowed)
