"""What is read of a mail: the new words, the files, who sent it; and what is no mail."""

import time
from email.message import EmailMessage

import pytest

from support.mailbox import MOST_HTML, MOST_TEXT, Unfit, read_mail, text_of_html


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


def test_html_only():
    html = (
        "<html><head><style>p{}</style><title>no</title></head><body><p>Hola&nbsp;<b>todos</b></p>"
        "<script>alert(1)</script><div>Adiós</div>"
        '<div class="gmail_quote"><p>antes</p><div>más</div></div></body></html>'
    )
    assert read_mail(mail("", html)).text == "Hola todos\nAdiós"
    assert "alert" not in text_of_html(html)


def test_html_that_only_quotes_stays():
    html = '<div class="gmail_quote"><p>antes</p><blockquote>más</blockquote></div>'
    assert read_mail(mail("", html)).text == "antes\nmás"


OUTLOOK = (
    "________________________________\nDe: Banco <pagos@banco.test>\n"
    "Enviado: lunes, 23 de noviembre de 2026 9:00\nPara: Rosa\nAsunto: Pago\n\nPague hoy."
)


@pytest.mark.parametrize(
    "mark", ["RV:", "rv :", "RE-ENV:", "ReEnv:", "FW:", "Fwd:", "WG:", "TR:", "ENC:"]
)
def test_what_is_handed_on_is_read_whole(mark):
    text = f"Vea lo que me mandaron:\n\n{OUTLOOK}"
    assert read_mail(mail(text, Subject=f"{mark} RE: Pago")).text == text
    html = '<p>Vea:</p><blockquote type="cite"><p>Pague hoy.</p></blockquote>'
    assert read_mail(mail("", html, Subject=f"{mark} Pago")).text == "Vea:\n\nPague hoy."


@pytest.mark.parametrize("subject", ["RE: RV: Pago", "Re: Fwd: Pago", "Pago", "Trámite: pago", ""])
def test_what_is_answered_is_not(subject):
    text = f"Ya pagué.\n\n{OUTLOOK}"
    assert read_mail(mail(text, Subject=subject)).text == "Ya pagué."


@pytest.mark.parametrize(
    "mark", ["---------- Forwarded message ---------", "---------- Mensaje reenviado ----------"]
)
def test_html_that_gmail_hands_on_is_read_with_what_it_quotes(mark):
    html = (
        '<div dir="ltr">Vea lo que me mandaron:</div><div class="gmail_quote"><style>p{}</style>'
        f'\n<div dir="ltr" class="gmail_attr">{mark}<br>De: <b>Banco</b></div><p>Pague hoy.</p>'
        '<blockquote class="gmail_quote">antes</blockquote></div>'
    )
    said = read_mail(mail("", html)).text
    assert [line for line in said.split("\n") if line] == [
        "Vea lo que me mandaron:", mark, "De: Banco", "Pague hoy.", "antes",
    ]  # fmt: skip
    # What somebody said of a mail that was handed on before is a quote.
    answered = html.replace(mark, f"Ana escribió:<br>{mark}")
    assert read_mail(mail("", answered)).text == "Vea lo que me mandaron:"
    within = f'<p>Sí.</p><blockquote type="CITE">{html}</blockquote>'
    assert read_mail(mail("", within)).text == "Sí."


@pytest.mark.parametrize(
    ("opening", "text"),
    [
        ("<blockquote>", "Dice así:\nPague hoy."),
        ('<blockquote class="nota" type="x">', "Dice así:\nPague hoy."),
        ('<blockquote type="cite">', "Dice así:"),
        ('<blockquote class="gmail_quote">', "Dice así:"),
    ],
)
def test_html_quote_that_no_mail_program_made_stays(opening, text):
    assert read_mail(mail("", f"<p>Dice así:</p>{opening}Pague hoy.</blockquote>")).text == text


def test_what_is_longer_than_what_is_read():
    def is_cut(text="", html=""):
        return read_mail(mail(text, html)).is_cut

    many = "palabra\n" * 20_000
    assert is_cut(many) and is_cut(html=f"<p>{'palabra ' * 8_000}")
    assert is_cut(html=f"<style>{'p{} ' * MOST_HTML}</style><p>Hola")
    assert not is_cut("x" * (MOST_TEXT - 2)) and not is_cut(html="<p>Hola")
    # What is missing is of the quote.
    quoted = "> palabra\n" * 20_000
    assert not is_cut(f"Hola.\n\nOn Monday 9:00, Ana <a@b.test> wrote:\n{quoted}")
    assert not is_cut(html=f"<p>Hola.</p><blockquote type=cite>{'palabra ' * 8_000}")


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
    began = time.process_time()
    read_mail(mail("", f"<p>x</p>{body}"))
    assert time.process_time() - began < 5


def test_hostile_text_is_read_quickly():
    began = time.process_time()
    for line in ("On abcd wrote" + " " * 300_000 + "x", "> " * 200_000, "-" * 300_000 + "x",
                 "El " * 100_000, "\n" * 300_000, " " * 300_000):  # fmt: skip
        read_mail(mail(line))
    assert time.process_time() - began < 10


def test_what_no_keyboard_types_goes():
    raw = mail("a").replace(b"\na\n", b"\na\x00b\x07c\xed\xa0\x80\xff\n")
    text = read_mail(raw).text
    assert text.encode()
    assert "\x00" not in text and "\x07" not in text
    odd = mail().replace(b"Una pregunta", b"=?utf-8?q?a=00b=0A=0DBcc:_x?= \xff")
    assert "\n" not in read_mail(odd).subject and "\x00" not in read_mail(odd).subject
