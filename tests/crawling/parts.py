"""Whose forms are tried where: files that run side by side, none of them long."""

from dataclasses import dataclass

from accounts.roles import ADMINISTRATORS, MODERATORS, SUPPORT, VERIFIERS
from tests.crawling.assault import Report, assault
from tests.crawling.bad import OF_A_FORM, OF_A_PARAMETER, fewer, of_an_address, submissions
from tests.crawling.world import forms_of_person

# On pages of everybody's: tried by whoever has no account.
OF_ANYBODY = {
    "set_language", "search", "help", "support:article_mark", "prescriptions:verify",
    "account_logout", "account_reset_password", "appointments:hold", "support:link",
}  # fmt: skip
# Forms outside the portal that have other fields for a doctor.
OF_DOCTORS = {"notifications:preferences", "support:contact"}
# Carla has Ana's forms, but for these.
OF_RECEPTION = {"notifications:preferences", "portal:new_visit"}
# Administrators have those of support, but for these.
OF_ADMINISTRATORS = (
    "admin:auth_", "admin:accounts_user_change", "admin:mfa_", "admin:doctors_doctor",
    "admin:reviews_",
)  # fmt: skip
# A doctor's forms are many: thirds of their names.
SECOND, THIRD = "portal:i", "portal:r"


def of_account(form):
    return form.route not in OF_ANYBODY


def of_desk(form):
    return form.route.startswith("portal:") or form.route in OF_DOCTORS


def of_third(number):
    def wants(form):
        place = (form.route >= SECOND) + (form.route >= THIRD)
        return of_desk(form) and (place if form.route.startswith("portal:") else 2) == number

    return wants


def of_admin(form):
    return form.route.startswith("admin:")


def of_team(form):
    return of_admin(form) or form.route == "accounts:view_end"


@dataclass(frozen=True)
class Part:
    people: tuple
    wants: object = lambda form: True


PARTS = {
    "public": Part(("anonymous", "signing up", "entering", "forgetful", "invited")),
    "patient": Part(
        ("alice", "booking", "proven", "keyed", "asked again", "leaving", "wordless", "twice in",
         "agreeing", "hidden"),
        of_account,
    ),
    **{f"doctor {n}": Part(("dr_chen",), of_third(n)) for n in range(3)},
    "reception": Part(("carla",), of_desk),
    "support": Part((SUPPORT,), of_admin),
    "team": Part((ADMINISTRATORS, VERIFIERS, MODERATORS, "viewing"), of_team),
}  # fmt: skip


def tries_of(who, form):
    """How a form of somebody's is tried."""
    is_again = (who == "carla" and form.route not in OF_RECEPTION) or (
        who == ADMINISTRATORS and not form.route.startswith(OF_ADMINISTRATORS)
    )
    if form.is_inert or is_again:
        return fewer
    if form.method == "get" and of_admin(form):
        return of_an_address
    return submissions


def found_by(who, people, matrix, part):
    return forms_of_person(who, people[who], matrix, wanted=part.wants)


def try_part(part, people, matrix):
    """What is wrong with what it says to bad input; every figure of its forms is reached."""
    report, done = Report(), set()
    for who in part.people:
        for form in found_by(who, people, matrix, part):
            tries = fewer if form.key in done else tries_of(who, form)
            assault(people[who].browser, [form], report, tries)
            done.add(form.key)
            if tries is submissions:
                assert_enough(report, form)
    return report


def assert_enough(report, form):
    assert report.forms[form.key] >= OF_A_FORM, form.key
    few = [name for name in form.kinds if report.parameters[form.key, name] < OF_A_PARAMETER]
    assert few == [], form.key
