"""National identity documents that have a check digit, by ISO country code.

Countries that are not listed take any document: foreigners have passports, and several
countries' numbers have no check digit to look at.
"""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.ar import dni as ar_dni
from stdnum.cl import rut as cl_rut
from stdnum.do import cedula as do_cedula
from stdnum.ec import ci as ec_ci
from stdnum.es import dni as es_dni
from stdnum.es import nie as es_nie
from stdnum.exceptions import ValidationError as BadNumber
from stdnum.mx import curp as mx_curp
from stdnum.pe import cui as pe_cui
from stdnum.py import ruc as py_ruc

VALIDATORS: dict[str, tuple[Callable[[str], str], ...]] = {
    "AR": (ar_dni.validate,),
    "CL": (cl_rut.validate,),
    "DO": (do_cedula.validate,),
    "EC": (ec_ci.validate,),
    "ES": (es_dni.validate, es_nie.validate),
    "MX": (mx_curp.validate,),
    "PE": (pe_cui.validate,),
    "PY": (py_ruc.validate,),
}


def clean_national_id(country: str, number: str) -> str:
    """The number in its canonical form. Raises ValidationError for a mistyped one."""
    validators = VALIDATORS.get(country)
    if validators is None:
        return number.strip().upper()
    for validate in validators:
        try:
            return validate(number)
        except BadNumber:
            continue
    raise ValidationError(_("Revise el número: no corresponde a un documento de ese país."))
