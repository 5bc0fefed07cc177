"""A person's copy as one file: what machines read, what people read, and their documents."""

import io
import zipfile

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from privacy.collecting import COLLECTORS
from privacy.collecting.base import Asking, Collected

STYLE = settings.BASE_DIR / "static/css/pages/export.css"


def collected_of(asking: Asking) -> Collected:
    found = Collected()
    for collect in COLLECTORS:
        found.merge(collect(asking))
    return found


def bundle_of(asking: Asking) -> bytes:
    """A ZIP: data.json, index.html with its style, documentos/."""
    user = asking.user
    with translation.override(user.language):
        found = collected_of(asking)
        context = {
            "name": user.full_name,
            "made_at": asking.now,
            "zone": user.time_zone,
            "language": user.language,
            "tables": found.rows,
        }
        page = render_to_string("privacy/export/index.html", context)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("data.json", found.as_json())
        bundle.writestr("index.html", page)
        bundle.writestr("estilo.css", STYLE.read_text(encoding="utf-8"))
        for name, content in found.files.items():
            bundle.writestr(name, content)
    return written.getvalue()
