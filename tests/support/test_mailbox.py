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
    assert not is_cut(html=f"<p>Hola.</p><blockquote>{'palabra ' * 8_000}")


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
