"""«¿Le sirvió este artículo?»: counted for the words that were read, and for nobody."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import SUPPORT, group_of
from support.articles import find_article
from support.models import ArticleMark
from support.services.marking import mark_article
from tests.client import StrictClient
from tests.test_hostile import VALUES, show

pytestmark = pytest.mark.django_db
SLUG = "recetas"
PAGE = reverse("support:article", args=[SLUG])
MARK = reverse("support:article_mark", args=[SLUG])
CONTACT = reverse("support:contact")


def counts():
    rows = ArticleMark.objects.order_by("pk").values_list("article", "language", "yes", "no")
    return list(rows)


def say(useful, language="es", slug=SLUG, **more):
    address = reverse("support:article_mark", args=[slug])
    return StrictClient().post(address, {"useful": useful, "language": language}, **more)


def test_the_article_asks_and_counts(frozen, client):
    html = client.get(PAGE).content.decode()
    assert html.count("¿Le sirvió este artículo?") == 1
    assert f'action="{MARK}"' in html
    for useful in ("yes", "no", "no"):
        assert say(useful).status_code == 302
    assert counts() == [(SLUG, "es", 1, 2)]
    assert ArticleMark.objects.get().since == frozen.date()


def test_thanks_without_remembering_who(frozen, client):
    thanks = client.get(say("yes").url).content.decode()
    assert "Gracias por decírnoslo." in thanks
    assert "Preguntar a soporte" not in thanks
    assert MARK not in thanks
    assert "¿Le sirvió este artículo?" in client.get(PAGE).content.decode()


def test_who_was_not_helped_may_ask(frozen, client):
    html = client.get(say("no").url).content.decode()
    assert "Cuéntenos qué le faltó: le respondemos." in html
    assert "Preguntar a soporte" in html
    assert f'href="{CONTACT}"' in html
    head = html.partition("</head>")[0]
    assert f'rel="canonical" href="http://127.0.0.1:8000{PAGE}"' in head


def test_the_language_that_was_read_is_counted(frozen, client):
    """By an address of search engines, whatever the browser prefers."""
    html = client.get(PAGE, {"idioma": "en"}).content.decode()
    assert 'name="language" value="en"' in html
    answer = say("no", "en")
    assert "Thank you for telling us." in client.get(answer.url).content.decode()
    say("yes", "es")
    assert counts() == [(SLUG, "en", 0, 1), (SLUG, "es", 1, 0)]


def test_other_words_are_counted_anew(frozen):
    article = find_article(SLUG)
    for text in (article.text, article.text, f"{article.text} Más."):
        other = type(article)(SLUG, article.title, article.topic, article.words, text)
        mark_article(article=other, language="es", is_useful=False, now=frozen)
    assert counts() == [(SLUG, "es", 0, 2), (SLUG, "es", 0, 1)]


def test_a_row_leads_to_nobody(frozen, as_, alice):
    as_(alice).post(MARK, {"useful": "no", "language": "es"})
    assert [f.name for f in ArticleMark._meta.get_fields()] == [
        "id", "article", "language", "version", "since", "yes", "no",
    ]  # fmt: skip
    assert not any(field.is_relation for field in ArticleMark._meta.get_fields())


def test_one_address_says_so_many(frozen, settings):
    settings.SUPPORT_MARKS_PER_ADDRESS = 2
    answers = [say("no") for _time in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    html = answers[-1].content.decode()
    assert "Ya nos dijo de muchos artículos." in html
    assert f'action="{MARK}"' in html
    assert say("no", REMOTE_ADDR="198.51.100.7").status_code == 302
    assert counts() == [(SLUG, "es", 0, 3)]


def test_what_is_not_an_answer(frozen, client):
    for data in ({}, {"useful": "yes"}, {"language": "es"}, {"useful": "7", "language": "es"},
                 {"useful": "yes", "language": "fr"}):  # fmt: skip
        assert client.post(MARK, data).status_code == 422
    assert say("yes", slug="nada").status_code == 404
    assert client.get(MARK).status_code == 405
    shut = Client(enforce_csrf_checks=True).post(MARK, {"useful": "yes", "language": "es"})
    assert shut.status_code == 403
    assert counts() == []


def test_hostile_values(frozen, settings):
    settings.SUPPORT_MARKS_PER_ADDRESS = 10_000
    for value in VALUES.values():
        for data in ({"useful": value, "language": "es"}, {"useful": "no", "language": value}):
            answer = Client().post(MARK, data)
            show(answer)
            assert answer.status_code == 422
        show(Client().get(PAGE, {"sirvio": value}))
    assert counts() == []


def test_support_reads_which_are_of_no_use(frozen, as_, erin, alice):
    rows = [("recetas", 5, 1), ("horarios", 1, 9), ("pagos", 3, 3)]
    for number, (article, yes, no) in enumerate(rows):
        ArticleMark.objects.create(article=article, language="es", version=str(number), yes=yes,
                                   no=no, since=frozen.date())  # fmt: skip
    page = reverse("admin:support_articlemark_changelist")
    assert as_(alice).get(page).status_code == 404
    assert as_(erin).get(page).status_code == 403
    erin.groups.add(group_of(SUPPORT))
    support = as_(type(erin).objects.get(pk=erin.pk))

    def order(**query):
        found = support.get(page, query).context["cl"].result_list
        return [row.article for row in found]

    assert order() == ["horarios", "pagos", "recetas"]
    # Counted from nought, the fifth column is «no»: least first.
    assert order(o="4") == ["recetas", "pagos", "horarios"]
    assert order(q="pag") == ["pagos"]
    first = ArticleMark.objects.first()
    change = reverse("admin:support_articlemark_change", args=[first.pk])
    assert support.get(change).status_code == 200
    assert support.post(change, {"no": 0}).status_code == 403
    assert support.get(reverse("admin:support_articlemark_add")).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_three_as_for_one(
    frozen, as_, root, count, django_assert_num_queries
):
    for number in range(count):
        ArticleMark.objects.create(article="x", language="es", version=str(number),
                                   since=frozen.date())  # fmt: skip
    browser = as_(root)
    browser.get(reverse("admin:support_articlemark_changelist"))
    with django_assert_num_queries(5):
        browser.get(reverse("admin:support_articlemark_changelist"))
