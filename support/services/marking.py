"""Whether an article was of use: counted, and nothing else is kept."""

from datetime import UTC, datetime

from django.db import transaction
from django.db.models import F

from support.articles import Article
from support.models import ArticleMark


@transaction.atomic
def mark_article(*, article: Article, language: str, is_useful: bool, now: datetime) -> None:
    counted, _is_new = ArticleMark.objects.get_or_create(
        article=article.slug,
        language=language,
        version=article.version,
        defaults={"since": now.astimezone(UTC).date()},
    )
    name = "yes" if is_useful else "no"
    ArticleMark.objects.filter(pk=counted.pk).update(**{name: F(name) + 1})
