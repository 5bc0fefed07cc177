"""English and back, in the footer of every page."""

from playwright.sync_api import expect


def test_language(visitor, town):
    visitor.go("/medicos/ana-molina-paz/")
    _choose(visitor, "English")
    expect(visitor.page.locator("html")).to_have_attribute("lang", "en")
    visitor.reads("Cardiologist")
    visitor.look("profile in English")
    assert visitor.page.url.endswith("/medicos/ana-molina-paz/")
    visitor.follow(visitor.times.first)
    expect(visitor.page.locator("html")).to_have_attribute("lang", "en")
    _choose(visitor, "Español")
    expect(visitor.page.locator("html")).to_have_attribute("lang", "es")


def _choose(visitor, language):
    with visitor.turning():
        visitor.page.get_by_role("contentinfo").get_by_role("button", name=language).click()
