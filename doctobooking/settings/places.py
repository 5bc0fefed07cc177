"""Countries and languages that are offered first."""

from django.utils.translation import gettext_lazy as _

COUNTRIES_FIRST = ["EC", "CO", "PE", "MX", "AR", "CL", "ES"]
LANGUAGES_SPOKEN = [
    ("es", _("Español")), ("en", _("Inglés")), ("pt", _("Portugués")), ("fr", _("Francés")),
    ("it", _("Italiano")), ("de", _("Alemán")), ("qu", _("Quechua")), ("ca", _("Catalán")),
    ("gl", _("Gallego")), ("eu", _("Euskera")), ("gn", _("Guaraní")), ("ay", _("Aimara")),
]  # fmt: skip
