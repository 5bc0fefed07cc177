"""The house inspection: sizes, names, imports and templates, read from the source itself."""

import ast
import inspect
import re
import subprocess
from functools import cache
from pathlib import Path

import allauth
import pytest
from django.template import engines
from django.urls import URLPattern, URLResolver, get_resolver

pytestmark = pytest.mark.thorough
ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
OURS = {
    "core", "accounts", "doctors", "clinics", "appointments", "records", "prescriptions", "reviews",
    "directory", "portal", "notifications", "privacy", "support", "doctobooking",
}  # fmt: skip
MAX_FILE, MAX_FUNCTION, MAX_TEMPLATE, MAX_VIEW = 400, 50, 120, 25
# Rooms without a purpose.
NO_ROOMS = {"utils.py", "helpers.py", "common.py", "misc.py"}
# Routes whose template cannot bear their name, and why.
OTHER_TEMPLATE = {
    "accounts:add_dependant": "accounts/dependant.html",  # one form for both
}
# Templates that Django, django-allauth or the mail letters open by a name of their own making.
FOUND_BY_NAME = re.compile(
    r"^(\d{3}(_csrf)?\.html$|django/forms/|admin/search_form\.html$|admin/\w+/\w+/change_form\.html$)"
)
ALLAUTH = Path(allauth.__file__).parent / "templates"
# Parts of the design brief that wait for the page that shows them.
WAITING = {
    "components/dialog.html",
}


@cache
def files(pattern):
    """Tracked files only: what lies about in a work tree is nobody's business."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--", pattern],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.split("\n")  # fmt: skip
    return [ROOT / name for name in listed if name and (ROOT / name).exists()]


def python_files():
    return [path for path in files("*.py") if "migrations" not in path.parts]


def production_files():
    return [path for path in python_files() if path.relative_to(ROOT).parts[0] in OURS]


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path):
    return [
        n for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def name_of(path):
    return str(path.relative_to(ROOT))


def lines_of(path):
    return len(path.read_text(encoding="utf-8").splitlines())


def length(function):
    """Lines from `def` to the end, without the docstring."""
    body = function.body
    documented = ast.get_docstring(function, clean=False) is not None
    docstring = body[0].end_lineno - body[0].lineno + 1 if documented else 0
    return function.end_lineno - function.lineno + 1 - docstring


def body_length(function):
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def test_files_are_short():
    assert [(name_of(p), lines_of(p)) for p in python_files() if lines_of(p) > MAX_FILE] == []


def test_functions_are_short():
    long = [
        (name_of(path), function.name, length(function))
        for path in python_files()
        for function in functions(path)
        if length(function) > MAX_FUNCTION
    ]
    assert long == []


def test_templates_are_short():
    paths = files("templates/*")
    assert [(name_of(p), lines_of(p)) for p in paths if lines_of(p) > MAX_TEMPLATE] == []


def test_views_are_paragraphs():
    views = [p for p in production_files() if p.name == "views.py" or p.parent.name == "views"]
    assert len(views) >= 5
    long = [
        (name_of(path), function.name, body_length(function))
        for path in views
        for function in functions(path)
        if body_length(function) > MAX_VIEW
    ]
    assert long == []


def test_every_file_has_a_purpose():
    assert [name_of(p) for p in python_files() if p.name in NO_ROOMS] == []


def test_imports_stand_at_the_top():
    """`# noqa: PLC0415 -- reason` where one cannot."""
    inline = []
    for path in production_files():
        text = path.read_text(encoding="utf-8").splitlines()
        for function in functions(path):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    line = text[node.lineno - 1]
                    if not re.search(r"# noqa: PLC0415 -- \S+", line):
                        inline.append((name_of(path), node.lineno))
    assert inline == []


def test_no_form_takes_more_than_it_names():
    """Columns that a page does not show cannot be sent: no form is made of a model, but the
    admin's, and what was posted is never unpacked as it is.
    """
    of_models, unpacked = set(), []
    for path in production_files():
        text = path.read_text(encoding="utf-8")
        if re.search(r"\bModelForm\b|modelform_factory", text):
            of_models.add(name_of(path))
        if re.search(r"\*\*\s*(self\.)?request\.(POST|GET)|request\.POST\.(dict|items)\(", text):
            unpacked.append(name_of(path))
        assert '__all__"' not in text, name_of(path)
    assert (of_models, unpacked) == ({"accounts/admin.py"}, [])


def test_what_the_watch_is_told_to_pass_over_says_why():
    """Bandit looks away at such a line: its reader should know why that is right."""
    bare = [
        (path.name, line.strip())
        for path in production_files()
        for line in path.read_text(encoding="utf-8").splitlines()
        if "# nosec" in line and not re.search(r"# nosec( B\d{3})+ -- \w", line)
    ]
    assert bare == []


def test_nobody_prints():
    """Commands write to self.stdout; the supervisor of `make run` speaks to a terminal."""
    speakers = {"local", "commands", "data"}
    calls = [
        (name_of(path), node.lineno)
        for path in production_files()
        if not speakers & set(path.parts)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
    ]
    assert calls == []


def test_views_name_no_model_of_visits_without_its_owner():
    """Every query of a view starts from who asks: `Appointment.objects.for_account(...)`."""
    found = []
    for path in production_files():
        if path.name == "views.py" or path.parent.name == "views":
            text = path.read_text(encoding="utf-8")
            found += [
                (name_of(path), match.group(0))
                for match in re.finditer(
                    r"(Appointment|Patient|BookingDraft)\.objects\.(\w+)", text
                )
                if match.group(2) != "for_account"
            ]
    assert found == []


def test_no_style_script_or_handler_in_templates():
    wrong = re.compile(
        r"""<style|\sstyle\s*=|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=\s*["']|hx-on|javascript:""",
        re.I,
    )
    bad = [
        (name_of(path), wrong.search(path.read_text(encoding="utf-8")).group(0))
        for path in files("templates/*.html")
        if "email" not in path.parts and wrong.search(path.read_text(encoding="utf-8"))
    ]
    assert bad == []


def routes(resolver=None, namespace=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{namespace}{pattern.name}", pattern.callback


def own_routes():
    """Routes to our own views (not Django's, django-allauth's or the mailbox's)."""
    for name, view in routes():
        module = view.__module__
        if module.split(".")[0] in OURS and ".admin" not in module:
            yield name, view


def test_who_speaks_of_changes_comes_last():
    """Between two scripts the browser may hand on what a stream said already."""
    speaker = re.compile(r"js/live\.js\b")
    pages = [path for path in TEMPLATES.rglob("*.html") if speaker.search(path.read_text())]
    late = [path.name for path in pages
            if re.search(r"static \"js/", speaker.split(path.read_text())[-1])]  # fmt: skip
    assert (len(pages) >= 6, late) == (True, [])


def test_view_bears_the_name_of_its_route():
    assert [
        n for n, v in own_routes() if v.__name__.removesuffix("_page") != n.split(":")[-1]
    ] == []


@pytest.mark.parametrize("suffix", [".html"])
def test_page_has_a_template_of_its_name(suffix):
    """`appointments:cancel` is views/patient.py::cancel and appointments/patient/cancel.html.

    The portal is one person's: portal/agenda.html, or with a room portal/clinics/hours.html.
    """
    odd = []
    for name, view in own_routes():
        app, *_rooms, who = view.__module__.split(".")
        word = view.__name__.removesuffix("_page")
        folder = {"views": "public" if app == "directory" else ""}.get(who, who)
        path = "/".join(filter(None, (app, folder, word + suffix)))
        source = Path(inspect.unwrap(view).__code__.co_filename).read_text(encoding="utf-8")
        renders = (TEMPLATES / path).exists() or OTHER_TEMPLATE.get(name, "-") in source
        if app == "portal":
            portal = TEMPLATES / "portal"
            renders = renders or any((portal / word).parent.rglob(word + suffix))
        answers_otherwise = not re.search(rf"def {view.__name__}\(.*?(?=\ndef |\Z)", source, re.S)[
            0
        ].count("render(")
        if not (renders or answers_otherwise):
            odd.append((name, path))
    assert odd == []


def mentioned():
    """Every name of a template that stands between quotes in Python or in a template."""
    texts = [p.read_text(encoding="utf-8") for p in (*production_files(), *files("templates/*"))]
    text = "\n".join(texts)
    mails = re.findall(r"""["']([\w/]+/email/\w+)["']""", text)
    parts = ("_subject.txt", "_message.txt", "_message.html")
    found = re.findall(r"""["']([\w/{}.]+\.(?:html|txt))["']""", text)
    return {*found, *(mail + part for mail in mails for part in parts)}


def is_allauths(name):
    """Replaces one of django-allauth's own; its mails get an HTML part beside the text."""
    return any(
        (ALLAUTH / n).exists() for n in (name, name.replace("_message.html", "_message.txt"))
    )


def test_every_template_is_used():
    names = mentioned()
    patterns = [
        re.compile(re.sub(r"\\\{\w*\\\}", r"\\w+", re.escape(n))) for n in names if "{" in n
    ]
    unused = []
    for path in files("templates/*"):
        name = str(path.relative_to(TEMPLATES))
        made = any(pattern.fullmatch(name) for pattern in patterns)
        known = name in names or name in WAITING or FOUND_BY_NAME.match(name)
        if not (made or known or is_allauths(name)):
            unused.append(name)
    assert unused == []


def test_waiting_templates_still_wait():
    names = mentioned()
    assert [n for n in WAITING if n in names or not (TEMPLATES / n).exists()] == []


def test_every_template_compiles():
    for path in files("templates/*.html"):
        engines["django"].get_template(str(path.relative_to(TEMPLATES)))
