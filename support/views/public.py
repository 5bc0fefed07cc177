"""The help centre: for everybody."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from core.heads import head_of
from support.articles import by_topic, find_article
from support.forms import HelpSearchForm
from support.searching import search

SHOWN = 8


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """All articles by topic, or those that answer `?q=`."""
    form = HelpSearchForm(request.GET)
    status = 200 if form.is_valid() else 400
    q = form.cleaned_data.get("q", "")
    context = {
        "form": form,
        "q": q,
        "found": search(q)[:SHOWN] if q else [],
        "topics": by_topic(),
        "head": head_of(request, is_thin=bool(request.GET.get("q"))),
    }
    return render(request, "support/public/help.html", context, status=status)


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    found = find_article(slug)
    if found is None:
        raise Http404
    others = next(rows for topic, rows in by_topic() if topic == found.topic)
    details = {"title": found.title, "description": found.summary, "kind": "article"}
    context = {"article": found, "others": others, "head": head_of(request, **details)}
    return render(request, "support/public/article.html", context)


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """«/soporte/»: one's own questions, or the form for a first one."""
    return redirect("support:tickets" if request.user.is_authenticated else "support:contact")
