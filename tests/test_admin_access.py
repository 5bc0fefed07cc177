"""The admin's part of the access matrix: whoever is not of the team, and each group of the team.

Pages of models follow their permissions; each other page stands in a table, so that a new one
without an entry fails.
"""

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from accounts.roles import ADMINISTRATORS, MODERATORS, SUPPORT, VERIFIERS, group_of
from core.models import Event
from doctors.models import Doctor
from tests.factories import UserFactory
from tests.marks import marks_in
from tests.matrix import admin_paths, browsers, things, writes  # noqa: F401 -- fixtures
from tests.sights import ADMIN, CLINICAL
from tests.tables import changed, digests

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
OUTSIDERS = ("alice", "bob", "dr_chen", "dr_diaz", "carla")
ROLES = (SUPPORT, MODERATORS, VERIFIERS, ADMINISTRATORS)
EVERYBODY = set(ROLES)
# Who gets further than a refusal by GET, page by page.
PAGES = {
    **dict.fromkeys(
        ("index", "find", "login", "password_change", "password_change_done", "jsi18n"), EVERYBODY
    ),
    # Names of others are searched where a form has them: in none of these.
    "autocomplete": set(),
    "app_list": {SUPPORT, ADMINISTRATORS},
    "accounts_user_view_as": {SUPPORT, ADMINISTRATORS},
    "accounts_patient_contact": {SUPPORT},
    "appointments_appointment_help": {SUPPORT},
    "doctors_doctor_explain": {SUPPORT, ADMINISTRATORS},
    "doctors_doctor_correct": {VERIFIERS, ADMINISTRATORS},
    "doctors_doctor_licence": {VERIFIERS, ADMINISTRATORS},
    "reviews_review_decide": {MODERATORS, ADMINISTRATORS},
    "support_ticket_attend": {SUPPORT},
    # Without its file in the address it is a 404 for who may see one.
    "support_ticket_file": set(),
}


@pytest.fixture
def team(things):  # noqa: F811
    found = {}
    for role in ROLES:
        user = UserFactory(is_staff=True, is_patient=False)
        user.groups.add(group_of(role))
        client = Client()
        client.force_login(user)
        found[role] = client, user
    return found


def page_of_model(rest):
    """(model, what of it), for the pages that Django's admin makes of each model."""
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}_"
        what = rest.removeprefix(name)
        if what != rest and what in ("changelist", "add", "history", "delete", "change"):
            return model, what
    return None, ""


def test_admin_is_for_staff(things, browsers):  # noqa: F811
    for rest, path in admin_paths():
        if rest != "login":
            assert browsers["anonymous"].get(path).status_code == 302, rest
            assert browsers["alice"].get(path).status_code == 404, rest
            if writes(rest):
                assert browsers["alice"].post(path).status_code == 404, rest
            if rest.startswith("appointments_"):
                assert browsers["dr_chen"].get(path).status_code == 404, rest


def test_admin_has_no_log_in_of_its_own(client, alice):
    """One door, with one set of limits."""
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.redirect_chain[-1][0].startswith("/cuenta/login/?next=")
    answer = client.post(reverse("admin:login"), {"username": "x", "password": "y"})
    assert answer.url.startswith("/cuenta/login/?next=")


def test_admin_shows_staff_only_what_they_were_given(things, browsers):  # noqa: F811
    """Erin has no permission yet: the empty index, and nothing of anybody."""
    for rest, path in admin_paths():
        for method in ("get", "post") if writes(rest) else ("get",):
            answer = getattr(browsers["erin"], method)(path)
            assert answer.status_code < 500, rest
            assert marks_in(answer) == set(), rest


def test_a_superuser_sees_what_the_table_says_and_nothing_clinical(frozen, things, browsers):  # noqa: F811
    before, seen = digests(), {}
    for rest, path in admin_paths(most=20):
        answer = browsers["root"].get(path)
        assert answer.status_code < 500, rest
        seen[rest] = seen.get(rest, set()) | marks_in(answer)
    assert {rest: marks for rest, marks in seen.items() if marks} == {
        rest: set(marks.split()) for rest, marks in ADMIN.items()
    }
    assert set().union(*seen.values()) & CLINICAL == set()
    # No look changes anything here either.
    assert changed(before, digests()) == []


def test_nobody_of_the_team_sees_more_than_a_superuser(frozen, team):
    before, seen = digests(), set()
    for rest, path in admin_paths(most=20):
        for role, (client, _user) in team.items():
            marks = marks_in(client.get(path))
            assert marks <= set(ADMIN.get(rest, "").split()), (rest, role)
            seen |= marks
    assert {"name", "question", "moderation", "licence"} <= seen
    assert changed(before, digests()) == []


def test_admin_answers_a_superusers_empty_posts(things, browsers):  # noqa: F811
    for rest, path in admin_paths():
        if writes(rest):
            assert browsers["root"].post(path, {}).status_code < 500, rest


def test_nobody_from_outside_gets_in(things, browsers):  # noqa: F811
    for rest, path in admin_paths():
        if rest == "login":
            continue
        for who in OUTSIDERS:
            assert browsers[who].get(path).status_code == 404, (rest, who)
            if writes(rest):
                assert browsers[who].post(path).status_code == 404, (rest, who)


def test_each_page_of_its_own_has_its_people(team):
    own = {rest: path for rest, path in admin_paths() if page_of_model(rest)[0] is None}
    assert sorted(own) == sorted(PAGES)
    for rest, path in own.items():
        let_in = {role for role, (client, _user) in team.items()
                  if client.get(path).status_code in (200, 302)}  # fmt: skip
        assert let_in == PAGES[rest], rest


def test_pages_of_models_follow_the_table_of_groups(team):
    seen = dict.fromkeys(ROLES, 0)
    for rest, path in admin_paths():
        model, what = page_of_model(rest)
        if model is None:
            continue
        for role, (client, user) in team.items():
            status = client.get(path).status_code
            verb = {"add": "add", "delete": "delete"}.get(what, "view")
            name = f"{model._meta.app_label}.{verb}_{model._meta.model_name}"
            may = user.has_perm(name) or (
                verb == "view" and user.has_perm(name.replace(".view_", ".change_"))
            )
            # Without a row there, Django's admin leads back to the list.
            assert (status == 200) <= may, (rest, role)
            seen[role] += status == 200
    assert all(count > 0 for count in seen.values())


def test_every_act_on_rows_asks_for_a_right_to_it():
    """Without one it is open to whoever reads the list."""
    acts = [
        (str(page), name, getattr(act, "allowed_permissions", ()))
        for page in admin.site._registry.values()
        for act, name, _words in page._get_base_actions()
    ]
    assert len(acts) >= 5
    assert [act for act in acts if not set(act[2]) - {"view"}] == []


def test_nobody_verifies_an_address_by_the_admin(team, alice):
    page = reverse("admin:account_emailaddress_changelist")
    address = alice.emailaddress_set.get()
    alice.emailaddress_set.update(verified=False)
    sent = {"action": "make_verified", "_selected_action": [address.pk], "index": 0}
    for role, (client, _user) in team.items():
        assert client.post(page, sent).status_code in (200, 302, 403), role
    address.refresh_from_db()
    assert address.verified is False


def test_nobody_hands_a_profile_to_another_account(team, things, dr_chen, bob):  # noqa: F811
    """Whose the profile is, his are the records."""
    before = Doctor.objects.values().get(pk=dr_chen.pk)
    named = {name: before[name] for name in ("first_names", "last_names", "licence_number", "slug")}
    sent = {**named, "reason": "Lo pidió", "user": bob.pk, "user_id": bob.pk, "is_published": ""}
    change, correct = (
        reverse(f"admin:doctors_doctor_{page}", args=[dr_chen.pk]) for page in ("change", "correct")
    )
    for role in (VERIFIERS, ADMINISTRATORS):
        client, _user = team[role]
        assert client.post(change, sent).status_code == 403
        assert client.post(correct, sent).status_code == 302
        assert Doctor.objects.values().get(pk=dr_chen.pk) == before


def test_the_team_stops_a_profile_with_a_reason(frozen, team, dr_chen):
    client, user = team[ADMINISTRATORS]
    page = reverse("admin:doctors_doctor_changelist")
    sent = {"action": "unpublish", "_selected_action": [dr_chen.pk], "index": 0}
    assert 'name="reason"' in client.post(page, sent).content.decode()
    assert client.post(page, {**sent, "reason": "Lo pidió el colegio"}).status_code == 302
    dr_chen.refresh_from_db()
    assert dr_chen.is_published is False
    entry = LogEntry.objects.get(user=user)
    assert entry.get_change_message() == "Lo pidió el colegio"
    assert Event.objects.filter(name="doctor.unpublished", actor=user).count() == 1


def test_nobody_becomes_a_doctor_by_the_admin(team, alice):
    client, _user = team[ADMINISTRATORS]
    page = reverse("admin:accounts_user_change", args=[alice.pk])
    client.post(page, {"first_names": "A", "last_names": "B", "is_active": "on",
                       "is_doctor": "on", "reason": "Lo pidió"})  # fmt: skip
    alice.refresh_from_db()
    assert (alice.first_names, alice.is_doctor) == ("A", False)


def test_whoever_leaves_the_team_is_out_at_once(team):
    client, user = team[SUPPORT]
    page = reverse("admin:notifications_message_changelist")
    assert client.get(page).status_code == 200
    user.groups.clear()
    assert client.get(page).status_code == 403
    User.objects.filter(pk=user.pk).update(is_staff=False)
    assert client.get(page).status_code == 404


def test_whoever_is_no_doctor_any_more_is_out_at_once(things, browsers, dr_chen):  # noqa: F811
    page = reverse("portal:consultation", args=[things["drafted"]])
    assert browsers["dr_chen"].get(page).status_code == 200
    User.objects.filter(pk=dr_chen.user.pk).update(is_doctor=False)
    assert browsers["dr_chen"].get(page).status_code == 404


def test_lists_take_names_of_rows_only(team, root):
    """What is none, or too large to be one, is a 400 for everybody; nothing is done."""
    client = Client()
    client.force_login(root)
    for model, page in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        for chosen in ("x", "", "9" * 400, "a\x00b"):
            sent = {"action": "delete_selected", "_selected_action": [chosen], "index": 0}
            request = RequestFactory().get("/")
            request.user = root
            wanted = 400 if page.get_actions(request) else 200
            assert client.post(reverse(name), sent).status_code == wanted, (name, chosen)
