from django.urls import reverse


def test_robots_keep_out_of_bookings_and_private_pages(client, db):
    answer = client.get(reverse("robots"))
    assert answer["Content-Type"] == "text/plain"
    lines = answer.content.decode().splitlines()
    for path in ("/reservar/", "/cuenta/", "/citas/"):
        assert f"Disallow: {path}" in lines
    assert client.post(reverse("robots")).status_code == 405
