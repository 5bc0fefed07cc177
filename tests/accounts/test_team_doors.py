"""Two doors of Django's admin that are ours elsewhere: passwords, and what groups may do."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts.roles import ADMINISTRATORS, group_of
from tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


@pytest.fixture
def boss():
    user = UserFactory(is_staff=True, is_patient=False)
    user.groups.add(group_of(ADMINISTRATORS))
    return user


def test_the_team_changes_its_password_where_everybody_does(as_, boss):
    new = {"old_password": PASSWORD, **dict.fromkeys(("new_password1", "new_password2"), "otra-26")}
    for page in ("password_change", "password_change_done"):
        answer = as_(boss).post(reverse(f"admin:{page}"), new)
        assert answer.url == reverse("account_change_password")
    boss.refresh_from_db()
    assert boss.check_password(PASSWORD)


def test_nobody_widens_what_a_group_may_do(as_, boss, root):
    group = group_of(ADMINISTRATORS)
    before = sorted(group.permissions.values_list("pk", flat=True))
    page = reverse("admin:auth_group_change", args=[group.pk])
    wanted = Permission.objects.get(codename="attend_ticket")
    for user in (boss, root):
        assert as_(user).get(page).status_code == 200
        answer = as_(user).post(page, {"name": group.name, "permissions": [wanted.pk]})
        assert answer.status_code == 403
        assert as_(user).get(reverse("admin:auth_group_add")).status_code == 403
    assert sorted(group.permissions.values_list("pk", flat=True)) == before
