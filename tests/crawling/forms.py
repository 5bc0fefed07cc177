"""Forms as the pages show them: where each goes, its fields, its buttons, what may be chosen."""

import re
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import html5lib
from django.urls import Resolver404, resolve

NS = "{http://www.w3.org/1999/xhtml}"
NUMBER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+")
# Rows that a page numbers: from so many on, they are more of the same.
ALIKE = 3


@dataclass
class Form:
    method: str
    path: str  # with its query
    route: str
    fields: dict = field(default_factory=dict)  # name -> values that a browser would send
    buttons: list = field(default_factory=list)  # (name, value), of which a browser sends one
    choices: dict = field(default_factory=dict)  # name -> every value that is offered
    page: str = ""
    files: set = field(default_factory=set)
    types: dict = field(default_factory=dict)  # name -> the type of its input

    @property
    def names(self):
        return list(dict.fromkeys([*self.fields, *(name for name, _value in self.buttons)]))

    @property
    def kinds(self):
        """The first of each kind of name: one row stands for the rows below it."""
        counts = Counter(NUMBER.sub("#", name) for name in self.names)
        seen, first = set(), []
        for name in self.names:
            kind = NUMBER.sub("#", name)
            if counts[kind] <= ALIKE or kind not in seen:
                first.append(name)
            seen.add(kind)
        return first

    @property
    def key(self):
        acts = {NUMBER.sub("#", name) for name, _value in self.buttons}
        kinds = frozenset(NUMBER.sub("#", name) for name in self.fields) | acts
        return self.method, self.route, self.what, kinds

    @property
    def what(self):
        """An act on rows of a list is a form of its own."""
        return "".join(self.fields.get("action", [])) if self.route.startswith("admin:") else ""

    @property
    def is_inert(self):
        """A list of the admin's without acts, a row that may only be looked at: Django puts a
        form around them, and there is nothing in it to send.
        """
        return (
            self.route.startswith("admin:")
            and not self.names
            and self.route.endswith(("_changelist", "_change"))
        )

    def shown(self, button=0):
        """What a browser sends when a button is pressed."""
        name_value = self.buttons[button : button + 1]
        return {**self.fields, **{name: [value] for name, value in name_value}}

    def presses(self):
        """One of each kind of button."""
        kinds = {}
        for number, (name, value) in enumerate(self.buttons):
            kinds.setdefault((name, NUMBER.sub("#", value)), number)
        return list(kinds.values()) or [0]


def tag_of(node):
    return str(node.tag).removeprefix(NS)


def forms_of(html, path):
    """Those of a page at `path` that lead to addresses of ours."""
    page = html5lib.parse(html, treebuilder="etree")
    loose = [node for node in page.iter() if node.get("form")]
    for node in page.iter(f"{NS}form"):
        parts = [part for part in node.iter() if not part.get("form")]
        parts += [part for part in loose if node.get("id") == part.get("form")]
        for action in actions_of(node, parts):
            form = read(node, path, action)
            if form is None:
                continue
            for part in parts:
                take(form, part, action)
            form.fields.pop("csrfmiddlewaretoken", None)
            yield form


def actions_of(node, parts):
    """Where its buttons lead: the form's own address, or one that a button names."""
    own = node.get("action") or ""
    presses = [part for part in parts if is_button(part)]
    # Without a button a script sends it, or the key «Enter».
    return {action_of(part) or own for part in presses} or {own}


def is_button(node):
    kind = (node.get("type") or "").lower()
    return (tag_of(node) == "button" and kind in ("", "submit")) or (
        tag_of(node) == "input" and kind in ("submit", "image")
    )


def action_of(node):
    """The address of a button's own; a place on the page is none."""
    action = node.get("formaction") or ""
    return "" if action.startswith("#") else action


def read(node, path, action):
    method = (node.get("method") or "get").lower()
    target = urljoin(f"http://testserver{path}", action)
    parts = urlsplit(target)
    if parts.netloc != "testserver" or method not in ("get", "post"):
        return None
    try:
        route = resolve(parts.path).view_name
    except Resolver404:
        return None
    query = f"?{parts.query}" if parts.query and method == "post" else ""
    return Form(method, f"{parts.path}{query}", route, page=path)


def take(form, node, action):
    tag, name, kind = tag_of(node), node.get("name"), (node.get("type") or "").lower()
    if not name or node.get("disabled") is not None:
        return
    value = node.get("value", "")
    if tag == "select":
        take_select(form, name, node)
    elif tag == "textarea":
        form.fields.setdefault(name, []).append((node.text or "").lstrip("\n"))
    elif is_button(node):
        if action_of(node) in ("", action):
            form.buttons.append((name, value))
    elif tag == "input" and kind in ("checkbox", "radio"):
        form.choices.setdefault(name, []).append(value or "on")
        chosen = form.fields.setdefault(name, [])
        if node.get("checked") is not None:
            chosen.append(value or "on")
    elif tag == "input" and kind == "file":
        form.fields.setdefault(name, [])
        form.files.add(name)
    elif tag == "input":
        form.types[name] = kind
        form.fields.setdefault(name, []).append(value)


def take_select(form, name, node):
    options = list(node.iter(f"{NS}option"))
    form.choices.setdefault(name, []).extend(o.get("value", "") for o in options)
    chosen = [o for o in options if o.get("selected") is not None]
    if not chosen and node.get("multiple") is None:
        chosen = options[:1]
    form.fields.setdefault(name, []).extend(o.get("value", "") for o in chosen)
