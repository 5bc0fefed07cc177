"""Calendars as text, for the tests that read them."""

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x\r\n"
END = "END:VCALENDAR\r\n"


def ics(*events, head=""):
    """A calendar of events, each its lines; a UID is added where there is none."""
    blocks = []
    for number, lines in enumerate(events):
        text = lines if isinstance(lines, str) else "\r\n".join(lines)
        uid = "" if "UID:" in text else f"UID:{number}@x\r\n"
        blocks.append(f"BEGIN:VEVENT\r\n{uid}{text}\r\nEND:VEVENT\r\n")
    return (HEAD + head + "".join(blocks) + END).encode()
