"""What a doctor pastes into a web site of their own."""

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from doctors.models import Doctor

# Any width; as high as a day and a half of times, the rest scrolls inside.
FRAME = (
    '<iframe src="{address}" title="{title}" width="100%" height="640"'
    ' style="border:0" loading="lazy"></iframe>'
)


def snippet_of(doctor: Doctor) -> str:
    """HTML of a frame with the doctor's free times; shown as text, so it is no safe string."""
    address = str(settings.SITE_URL) + reverse("widget", args=[doctor.slug])
    title = _("Reservar una cita con %(name)s") % {"name": doctor.display_name}
    return "" + format_html(FRAME, address=address, title=title)
