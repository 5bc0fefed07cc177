"""«¿Cómo le fue?», by the link in the mail, for patients without an account."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.clock import current_time
from notifications.links import find_message, gives_opinion
from reviews.attempts import attempt
from reviews.queries import review_of
from reviews.services.writing import why_not, withdraw_review


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link_opinion(request: HttpRequest, token: str) -> HttpResponse:
    """Give an opinion, edit or withdraw it. Whoever has an account does so on their own pages."""
    message, now = find_message(token), current_time()
    if message is None or message.visit is None or not gives_opinion(message):
        raise Http404
    visit = message.visit
    if visit.patient is None or visit.patient.account_id is not None:
        return redirect("reviews:opinion", visit.public_id)
    review = review_of(visit)
    if review is not None and request.POST.get("act") == "withdraw":
        review = withdraw_review(review=review, actor=None, now=now)
    is_open = review is None or review.may_be_edited(now)
    data = request.POST if request.method == "POST" and is_open else None
    made = attempt(data, visit, author=None, now=now, editing=review)
    refusal = why_not(visit, None, now) if review is None else None
    page = {
        "visit": visit, "form": made.form, "preview": made.preview, "is_open": is_open,
        "is_done": made.review is not None, "review": made.review or review,
        "refusal": refusal() if refusal else "",
    }  # fmt: skip
    return render(request, "notifications/links/link_opinion.html", page, status=made.status)
