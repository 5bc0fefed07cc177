"""Two windows at the very same moment: one text is kept, the other is told."""

import threading

import pytest
from django.db import connection

from records.documents import Content
from records.models import Consultation
from records.refusals import RecordRefused
from records.services.writing import save_draft, sign_consultation

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """What became of each: its answer, or the name of its refusal."""
    barrier, came = threading.Barrier(len(acts)), [None] * len(acts)

    def do(n, act):
        barrier.wait()
        try:
            came[n] = act()
        except RecordRefused as refusal:
            came[n] = type(refusal).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def saving(visit, look, plan, version=0):
    return lambda: save_draft(visit=visit, said=Content(plan=plan), shows_diagnoses=False,
                              version=version, look=look)  # fmt: skip


def test_two_first_texts(attended, look):
    came = at_once(*(saving(attended, look, f"Texto {n}") for n in range(4)))
    kept = Consultation.objects.get()
    assert (came.count(kept), came.count("DraftChanged"), kept.version) == (1, 3, 1)
    assert kept.said == Content(plan=f"Texto {came.index(kept)}")


def test_two_texts_on_top_of_the_same(draft, attended, look):
    came = at_once(*(saving(attended, look, f"Texto {n}", 1) for n in range(4)))
    kept = Consultation.objects.get()
    assert (came.count(kept), came.count("DraftChanged"), kept.version) == (1, 3, 2)
    assert kept.said.plan == f"Texto {came.index(kept)}"


def test_a_text_and_the_signature(draft, attended, look):
    sign = lambda: sign_consultation(visit=attended, version=1, look=look)  # noqa: E731
    wrote, signed = at_once(saving(attended, look, "Tarde", 1), sign)
    kept = Consultation.objects.get()
    outcomes = {(True, "AlreadySigned", kept), (False, kept, "ReadAgain")}
    assert (kept.is_signed, wrote, signed) in outcomes
