"""The prescriptions' part of the access table, in the order of tests/matrix.py.

Of Alicia's visit with Ana (dr_chen). Carla is Ana's reception.
"""

from tests.records.doors import ACCOUNT, ACCOUNT_NO_POST, ALICES, ANA_ONLY, ANA_REFUSED, GO, L

ANA_NO_POST = [L, 404, 404, 405, 405, 404, 404, 404]
DOCTORS = [L, 404, 404, 200, 200, 404, 404, 404]
DOCTORS_NO_POST = [L, 404, 404, 405, 405, 404, 404, 404]
DOCTORS_REFUSED = [L, 404, 404, 422, 422, 404, 404, 404]
ONE = ("prescribed", "prescription")

# route: (arguments, GET, POST without data)
PRESCRIPTIONS = {
    "portal:prescription_new": (("prescribed",), ANA_ONLY, ANA_REFUSED),
    "portal:prescription": (ONE, ANA_ONLY, ANA_NO_POST),
    "portal:prescription_pdf": (ONE, ANA_ONLY, ANA_NO_POST),
    "portal:prescription_revoke": (ONE, ANA_ONLY, ANA_REFUSED),
    "portal:prescription_templates": ((), DOCTORS, DOCTORS_NO_POST),
    "portal:prescription_template_new": ((), DOCTORS, DOCTORS_REFUSED),
    "portal:prescription_template": (("template",), ANA_ONLY, ANA_REFUSED),
    "portal:prescription_template_delete": (
        ("template",), ANA_ONLY, [L, 404, 404, GO, 404, 404, 404, 404],
    ),
    "prescriptions:mine": ((), ACCOUNT, ACCOUNT_NO_POST),
    "prescriptions:prescription": (ONE, ALICES, ACCOUNT_NO_POST),
    "prescriptions:prescription_pdf": (ONE, ALICES, ACCOUNT_NO_POST),
    "prescriptions:verify": ((), [200] * 7, [405] * 7),
}  # fmt: skip
