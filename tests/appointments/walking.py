"""A browser on its way to a booked visit, a step at a time."""

import re

from django.urls import reverse

from tests.client import StrictClient

DETAILS = {"who": "self", "phone": "099 123 4567", "reason": "dolor de pecho"}


def hidden(html, name):
    return re.search(rf'name="{name}" value="([^"]*)"', html).group(1)


class Walk:
    """One browser and one time of one clinic; `look`s GET, the verbs POST."""

    def __init__(self, clinic, slot):
        self.client, self.clinic, self.slot = StrictClient(), clinic, slot

    def address(self, page, slot=None, clinic=None):
        clinic = clinic or self.clinic
        return reverse(f"appointments:{page}", args=[clinic.public_id, slot or self.slot])

    def log_in(self, user):
        self.client.force_login(user)
        return self

    def look(self, page, slot=None):
        return self.client.get(self.address(page, slot))

    def hold(self, slot=None):
        return self.client.post(self.address("hold", slot))

    def extend(self):
        return self.client.post(self.address("extend"))

    def tell(self, slot=None, **changed):
        return self.client.post(self.address("details", slot), {**DETAILS, **changed})

    def form(self, slot=None):
        """What the rendered review page would post."""
        html = self.look("review", slot).content.decode()
        return {name: hidden(html, name) for name in ("key", "terms", "patient")}

    def confirm(self, form=None, slot=None, **changed):
        data = {**(self.form(slot) if form is None else form), **changed}
        return self.client.post(self.address("review", slot), data)

    def to_details(self, user):
        self.hold()
        return self.log_in(user)

    def to_review(self, user, **details):
        self.to_details(user)
        self.tell(**details)
        return self
