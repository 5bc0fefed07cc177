"""«Reservar» for other people's sites: a frame with the free times of one doctor."""

from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from core.clock import current_time
from core.heads import head_of
from core.middleware import LANGUAGE_PARAM
from directory.addresses import at_present_address
from directory.pickers import picker_of, profile_or_404

THEMES = {"claro": "light", "oscuro": "dark"}
KEPT = ("tema", LANGUAGE_PARAM)


# The one page that others may frame: it has links, and nothing that a click could change.
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@require_safe
@at_present_address
def widget(request: HttpRequest, slug: str) -> HttpResponse:
    """Needs neither script nor cookie; a time opens the booking in a tab of our own."""
    now = current_time()
    doctor = profile_or_404(slug)
    kept = {name: request.GET[name] for name in KEPT if name in request.GET}
    context = {
        **picker_of(request, doctor, now),
        "theme": THEMES.get(request.GET.get("tema", ""), ""),
        "address": f"{reverse('widget', args=[slug])}?{urlencode(kept)}{'&' if kept else ''}",
        "head": head_of(request, reverse("doctor", args=[slug]), is_thin=True),
    }
    return render(request, "directory/widget/widget.html", context)
