"""The help centre: for everybody."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_POST, require_safe

from core.clock import current_time
from core.heads import head_of
from core.middleware import LANGUAGE_PARAM
from support.articles import Article, by_topic, find_article
from support.forms import ArticleMarkForm, HelpSearchForm
from support.guarding import may_mark
from support.refusals import TooManyMarks
from support.searching import search
from support.services.marking import mark_article

SHOWN = 8
# What was just said of an article, in its address.
MARKED = "sirvio"


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
    return _read(request, found, marked=request.GET.get(MARKED, ""))


@require_POST
def article_mark(request: HttpRequest, slug: str) -> HttpResponse:
    """Counted, and the article again, which says thanks: nothing is remembered of who it was."""
    form = ArticleMarkForm(request.POST)
    language = form.data.get("language", "") if form.is_valid() else translation.get_language()
    with translation.override(language):
        found = find_article(slug)
        if found is None:
            raise Http404
        if not form.is_valid():
            return _read(request, found, status=422)
        now, useful = current_time(), form.cleaned_data["useful"]
        if not may_mark(request, now=now):
            return _read(request, found, refusal=TooManyMarks(), status=TooManyMarks.status)
    mark_article(article=found, language=language, is_useful=useful == "yes", now=now)
    return redirect(f"{found.path}?{urlencode({MARKED: useful, LANGUAGE_PARAM: language})}")


def _read(request: HttpRequest, found: Article, status: int = 200, **more: object) -> HttpResponse:
    others = next(rows for topic, rows in by_topic() if topic == found.topic)
    details = {"title": found.title, "description": found.summary, "kind": "article"}
    head = head_of(request, path=found.path, **details)
    context = {"article": found, "others": others, "head": head, **more}
    return render(request, "support/public/article.html", context, status=status)


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """«/soporte/»: one's own questions, or the form for a first one."""
    return redirect("support:tickets" if request.user.is_authenticated else "support:contact")
