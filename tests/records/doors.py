"""The records' part of the access table: who may knock, in the order of tests/matrix.py.

Of visits of Alicia with Ana (dr_chen): one with a draft, one signed. Carla is Ana's reception.
"""

L, GO = "L", ">"
ALICES = [L, 200, 404, 404, 404, 404, 404]
ACCOUNT = [L, *[200] * 6]
ACCOUNT_NO_POST = [L, *[405] * 6]
ANA_ONLY = [L, 404, 404, 200, 404, 404, 404, 404]
ANA_REFUSED = [L, 404, 404, 422, 404, 404, 404, 404]

# route: (arguments, GET, POST without data)
RECORDS = {
    "portal:consultation": (("drafted",), ANA_ONLY, ANA_REFUSED),
    "portal:consultation_draft": (
        ("drafted",),
        [L, 404, 404, 405, 405, 404, 404, 404],
        ANA_REFUSED,
    ),
    "portal:consultation_sign": (("drafted",), ANA_ONLY, ANA_REFUSED),
    "portal:consultation_amend": (("recorded",), ANA_ONLY, ANA_REFUSED),
    "portal:diagnoses": (
        (),
        [L, 404, 404, 405, 405, 404, 404, 404],
        [L, 404, 404, 200, 200, 404, 404, 404],
    ),
    "portal:background": (("drafted",), ANA_ONLY, ANA_REFUSED),
    "portal:background_end": (("drafted", "known"), ANA_ONLY, ANA_REFUSED),
    "portal:attachment_add": (("drafted",), ANA_ONLY, ANA_REFUSED),
    "portal:attachment": (("file",), ANA_ONLY, [L, 404, 404, 405, 405, 404, 404, 404]),
    "portal:attachment_remove": (
        ("file",),
        [L, 404, 404, 405, 405, 404, 404, 404],
        [L, 404, 404, GO, 404, 404, 404, 404],
    ),
    # Bruno's doctor reads what Alicia shares with nobody: nothing.
    "portal:shared_consultation": (
        ("record",),
        [L, *[404] * 7],
        [L, 404, 404, 405, 405, 404, 404, 404],
    ),
    "portal:history": (("chart",), ANA_ONLY, ANA_ONLY),
    "portal:former_patients": (
        (),
        [L, 404, 404, 200, 200, 404, 404, 404],
        [L, 404, 404, 405, 405, 404, 404, 404],
    ),
    "records:consultation": (("recorded",), ALICES, ACCOUNT_NO_POST),
    "records:attachment": (("file",), ALICES, ACCOUNT_NO_POST),
    "records:shares": ((), ACCOUNT, [L, *[422] * 6]),
    "records:share_revoke": (("share",), ACCOUNT_NO_POST, [L, GO, 404, 404, 404, 404, 404]),
    "records:history": ((), ACCOUNT, ACCOUNT_NO_POST),
    "records:readers": ((), ACCOUNT, ACCOUNT_NO_POST),
}
