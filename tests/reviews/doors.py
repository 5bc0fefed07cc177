"""The opinions' part of the access table: who may knock, in the order of tests/matrix.py.

Alicia's review of a visit with Ana (dr_chen); Carla is Ana's reception.
"""

L, GO = "L", ">"
OK = [200] * 7
NO_POST = [405] * 7
ALICES = [L, 200, 404, 404, 404, 404, 404]
DOCTOR = [L, 404, 404, 200, 200, 404, 404, 404]
ANA_ONLY = [L, 404, 404, 200, 404, 404, 404, 404]

# route: (arguments, GET, POST without data)
OPINIONS = {
    "opinions": (("slug",), OK, NO_POST),
    "reviews:rules": ((), OK, NO_POST),
    "reviews:opinion": (("attended",), ALICES, [L, 422, 404, 404, 404, 404, 404]),
    "reviews:opinion_edit": (("attended",), ALICES, [L, 422, 404, 404, 404, 404, 404]),
    "reviews:opinion_appeal": (("attended",), ALICES, [L, 422, 404, 404, 404, 404, 404]),
    # Whoever has an account may report what is shown.
    "reviews:report": (("opinion",), [L, *[200] * 6], [L, *[422] * 6]),
    "portal:opinions": ((), DOCTOR, [L, 404, 404, 405, 405, 404, 404, 404]),
    "portal:opinion_reply": (("opinion",), ANA_ONLY, [L, 404, 404, 422, 404, 404, 404, 404]),
    "portal:opinion_appeal": (("opinion",), ANA_ONLY, [L, 404, 404, 422, 404, 404, 404, 404]),
    "notifications:link_opinion": (("key",), [404] * 7, [404] * 7),
    # The last one: what is withdrawn is shown to nobody.
    "reviews:opinion_withdraw": (("attended",), ALICES, [L, GO, 404, 404, 404, 404, 404]),
}
