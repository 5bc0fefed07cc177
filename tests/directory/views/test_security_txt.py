from django.urls import reverse


def test_security_txt_says_where_to_tell_and_until_when_it_holds(frozen, client, db, settings):
    settings.SUPPORT_EMAIL = "ayuda@doctobooking.test"
    answer = client.get(reverse("security_txt"))
    assert answer["Content-Type"] == "text/plain"
    lines = answer.content.decode().splitlines()
    assert lines[:2] == ["Contact: mailto:ayuda@doctobooking.test", "Expires: 2027-11-23T14:00:00Z"]
