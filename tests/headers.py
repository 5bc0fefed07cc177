"""What the headers of every answer say."""


def policy_of(answer):
    parts = (part.split() for part in answer["Content-Security-Policy"].split(";") if part.strip())
    return {name: values for name, *values in parts}


def assert_headers(answer):
    policy = policy_of(answer)
    text = answer["Content-Security-Policy"]
    assert "unsafe" not in text
    assert "*" not in text
    assert policy["default-src"] == ["'none'"]
    if "sandbox" in policy:  # a file that somebody sent: even what there is to load does nothing
        assert "script-src" not in policy
        assert "style-src" not in policy
        assert policy["form-action"] == ["'none'"]
    else:
        assert policy["script-src"] == policy["style-src"] == ["'self'"]
        assert policy["form-action"] == ["'self'"]
        assert policy["report-uri"] == ["/csp/"]
        assert policy["report-to"] == ["csp"]
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Reporting-Endpoints"] == 'csp="/csp/"'
    for power in ("camera", "microphone", "payment"):
        assert f"{power}=()" in answer["Permissions-Policy"]
    assert "geolocation=(self)" in answer["Permissions-Policy"]
