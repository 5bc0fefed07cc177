"""The search field suggests while one types; without scripts it is a form like any other."""

from playwright.sync_api import expect

from tests.directory.test_relevance import build_town


def test_suggestions_by_keyboard(open_browser):
    build_town()
    visitor = open_browser()
    visitor.go("/")
    field = visitor.page.get_by_role("combobox")
    field.press_sequentially("card")
    options = visitor.page.get_by_role("option")
    expect(options.first).to_have_text("Cardiología")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    field.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("card")
    field.press("ArrowDown")
    expect(options.first).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")
    visitor.page.wait_for_url("**/buscar/?especialidad=cardiologia")


def test_suggestions_by_pointer(open_browser):
    build_town()
    visitor = open_browser(width=360)
    visitor.go("/buscar/")
    visitor.page.get_by_role("combobox").press_sequentially("ana mol")
    visitor.page.get_by_role("option", name="Ana Molina").click()
    visitor.page.wait_for_url("**/medicos/ana-molina/")


def test_search_without_scripts(open_browser):
    build_town()
    visitor = open_browser(scripts=False)
    visitor.go("/")
    visitor.page.get_by_label("Especialidad o médico").fill("cardilogo")
    visitor.page.get_by_role("button", name="Buscar").click()
    expect(visitor.page.get_by_role("main")).to_contain_text("Mostramos resultados de «cardiólogo»")
