"""The slots command: JSON lines in, JSON lines out, at once, and without a database."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.appointments.test_questions import QUESTION, STARTS

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parents[3]


def ask(monkeypatch, *lines):
    """Replies of the command, and whether it ended well."""
    sent = b"\n".join(
        line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines
    )
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(sent)))
    out = io.StringIO()
    try:
        call_command("slots", stdout=out)
        ended_well = True
    except CommandError as refusal:
        assert refusal.returncode == 1
        ended_well = False
    return [json.loads(line) for line in out.getvalue().splitlines()], ended_well


def test_each_line_is_answered_in_its_place(monkeypatch):
    other = {**QUESTION, "id": 2, "rules": [], "exceptions": []}
    replies, ended_well = ask(monkeypatch, QUESTION, other)
    assert replies == [{"id": "a", "starts": STARTS}, {"id": 2, "starts": []}]
    assert ended_well


def test_malformed_questions_do_not_keep_the_others_from_their_answers(monkeypatch):
    replies, ended_well = ask(monkeypatch, b"{", {"id": "b"}, b"\xff", QUESTION)
    assert [reply["id"] for reply in replies] == [None, "b", None, "a"]
    assert ["error" in reply for reply in replies] == [True, True, True, False]
    assert not ended_well


def test_empty_lines_are_no_questions(monkeypatch):
    assert ask(monkeypatch, b"", b"  \r", QUESTION, b"") == ([{"id": "a", "starts": STARTS}], True)
    assert ask(monkeypatch) == ([], True)


def test_a_text_stream_will_do(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(QUESTION)))
    out = io.StringIO()
    call_command("slots", stdout=out)
    assert json.loads(out.getvalue()) == {"id": "a", "starts": STARTS}


@pytest.fixture
def process():
    """The command as another program starts it, where no database answers."""
    environment = {**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"}
    with subprocess.Popen(
        [sys.executable, "manage.py", "slots"],
        cwd=ROOT, env=environment,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as started:  # fmt: skip
        yield started
        started.kill()


def test_another_program_asks_and_reads_line_by_line(process):
    for line in (json.dumps(QUESTION).encode(), b"nonsense", json.dumps(QUESTION).encode()):
        process.stdin.write(line + b"\n")
        process.stdin.flush()
        reply = json.loads(process.stdout.readline())  # before the next question is sent
        assert reply.get("starts") == (None if line == b"nonsense" else STARTS)
    process.stdin.close()
    assert process.wait(timeout=20) == 1
    assert process.stderr.read() == b"CommandError: Malformed questions: 1.\n"


def test_a_reader_that_leaves_ends_it_without_a_traceback(process):
    process.stdout.close()
    process.stdin.write(json.dumps(QUESTION).encode() + b"\n")
    process.stdin.close()
    assert process.wait(timeout=20) == 1
    assert process.stderr.read() == b"CommandError: Nobody reads the answers any more.\n"
