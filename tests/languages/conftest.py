import pytest
from django.utils import translation

from accounts.models import User
from tests.languages.browser import LANGUAGES, Reader


@pytest.fixture(params=LANGUAGES)
def language(request):
    with translation.override(request.param):
        yield request.param


@pytest.fixture
def reader(frozen, language):
    browser = Reader(language)
    yield browser
    assert browser.found == []


@pytest.fixture
def her_reader(frozen, language, alice):
    User.objects.filter(pk=alice.pk).update(language=language)
    browser = Reader(language, alice)
    yield browser
    assert browser.found == []
