"""What is read of a mail: the new words, the files, who sent it; and what is no mail."""

import time
from email.message import EmailMessage

import pytest

from support.mailbox import Unfit, read_mail, text_of_html, without_quotes


def mail(text="Hola.", html="", files=(), **headers):
    """As a mail program writes it."""
    letter = EmailMessage()
    given = {"From": "Rosa Paz <Rosa@Ejemplo.test>", "To": "ayuda@doctobooking.test",
             "Subject": "Una pregunta", "Message-ID": "<a1@ejemplo.test>"}  # fmt: skip
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in {**given, **named}.items():
        if value:
            letter[name] = value
    if text:
        letter.set_content(text)
    if html:
        letter.add_alternative(html, subtype="html") if text else letter.set_content(
            html, subtype="html"
        )
    for name, content, kind in files:
        main, sub = kind.split("/")
        letter.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return letter.as_bytes()


def test_a_plain_mail():
    found = read_mail(mail("Hola.\n\n-- \nRosa\n0991234567"))
    assert (found.sender, found.name) == ("rosa@ejemplo.test", "Rosa Paz")
    assert (found.subject, found.text, found.files) == ("Una pregunta", "Hola.", ())
    assert found.recipients == ("ayuda@doctobooking.test",)
    assert found.is_automatic is False


@pytest.mark.parametrize(
    "quoted",
    [
        "> lo de antes\n> más",
        "El lun, 23 nov 2026 a las 9:00, Soporte <a@b.test> escribió:\n> lo de antes",
        "El lun, 23 nov 2026 a las 9:00, Soporte\n<a@b.test> escribió:\n> lo de antes",
        "On Mon, 23 Nov 2026 at 9:00, Support <a@b.test> wrote:\n\n> lo de antes",
        "-----Mensaje original-----\nDe: Soporte\nlo de antes",
        "________________________________\nFrom: Support <a@b.test>\nlo de antes",
        "De: Soporte <a@b.test>\nEnviado: lunes\nlo de antes",
        "Enviado desde mi iPhone",
    ],
)
def test_what_is_quoted_goes(quoted):
    assert without_quotes(f"Sigue igual.\n\n{quoted}\n") == "Sigue igual."


def test_what_is_not_quoted_stays():
    text = "De: dónde saco el recibo?\n\nEl médico no responde:\n- uno\n\n\n\nEl lunes me dijo: no"
    assert without_quotes(text) == text.replace("\n\n\n\n", "\n\n")


def test_html_only():
    html = (
        "<html><head><style>p{}</style><title>no</title></head><body><p>Hola&nbsp;<b>todos</b></p>"
        "<script>alert(1)</script><div>Adiós</div>"
        '<div class="gmail_quote"><p>antes</p><div>más</div></div></body></html>'
    )
    assert read_mail(mail("", html)).text == "Hola todos\nAdiós"
    assert "alert" not in text_of_html(html)


def test_the_plain_part_comes_first():
    assert read_mail(mail("plano", "<p>rico</p>")).text == "plano"


def test_files():
    found = read_mail(mail(files=[("../a.png", b"x", "image/png"), ("b.pdf", b"y", "text/plain")]))
    assert found.files == (("../a.png", b"x"), ("b.pdf", b"y"))
    assert found.text == "Hola."


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"}, {"Auto_Submitted": "auto-generated; x"},
        {"Precedence": "bulk"}, {"Precedence": "AUTO_REPLY"}, {"Return_Path": "<>"},
        {"List_Id": "<x.y>"}, {"X_Autoreply": "yes"}, {"From": "MAILER-DAEMON@x.test"},
        {"From": "postmaster@x.test"}, {"From": "<>"},
    ],
)  # fmt: skip
def test_answers_of_machines(headers):
    assert read_mail(mail(**headers)).is_automatic is True


def test_no_answers_of_machines():
    assert read_mail(mail(Auto_Submitted="no", Return_Path="<rosa@x.test>")).is_automatic is False


def test_what_is_no_mail():
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(2000)
    )
    parts = b"--x\r\n\r\na\r\n" * 200
    head = b"From: a@b.test\r\nMessage-ID: <1@x>\r\n"
    for raw in (
        b"", b"\x00" * 1000, b"hola", b"From: a@b.test\r\n\r\nx", b"Message-ID: <x@y>\r\n\r\nx",
        head + deep, head + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + parts,
        head + b"To: " + b"a@b.test, " * 20_000 + b"\r\n\r\nx",
        head + b"Content-Type: text/plain; " + b"a=b;" * 30_000 + b"\r\n\r\nx",
    ):  # fmt: skip
        with pytest.raises(Unfit):
            read_mail(raw)


@pytest.mark.parametrize(
    "body",
    [
        "<" * 500_000, "<!--" * 100_000, "<a " * 100_000, "<div>" * 100_000, "</p>" * 100_000,
        "<!" * 200_000, "<a b='" * 100_000, "&" * 500_000, "<![CDATA[" * 50_000,
    ],
)  # fmt: skip
def test_hostile_html_is_read_quickly(body):
    began = time.monotonic()
    read_mail(mail("", f"<p>x</p>{body}"))
    assert time.monotonic() - began < 5


def test_hostile_text_is_read_quickly():
    began = time.monotonic()
    for line in ("On abcd wrote" + " " * 300_000 + "x", "> " * 200_000, "-" * 300_000 + "x",
                 "El " * 100_000, "\n" * 300_000, " " * 300_000):  # fmt: skip
        read_mail(mail(line))
    assert time.monotonic() - began < 10


def test_what_no_keyboard_types_goes():
    raw = mail("a").replace(b"\na\n", b"\na\x00b\x07c\xed\xa0\x80\xff\n")
    text = read_mail(raw).text
    assert text.encode()
    assert "\x00" not in text and "\x07" not in text
    odd = mail().replace(b"Una pregunta", b"=?utf-8?q?a=00b=0A=0DBcc:_x?= \xff")
    assert "\n" not in read_mail(odd).subject and "\x00" not in read_mail(odd).subject
