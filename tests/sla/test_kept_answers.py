"""An answer that many ask for at once is worked out once; the others wait for it."""

from threading import Barrier, Event, Thread

import pytest
from django.db import connection
from django.utils import timezone

from sla.api.fresh import kept
from tickets.models import User

ASKERS = 4


@pytest.mark.django_db(transaction=True)
def test_of_many_who_ask_at_once_one_works_it_out(mona: User) -> None:
    now, ready, may_end = timezone.now(), Barrier(ASKERS), Event()
    worked_out, heard = [], []

    def answer() -> str:
        worked_out.append(1)
        may_end.wait(5)
        return "42"

    def ask() -> None:
        ready.wait()
        heard.append(kept(mona, "what", now, answer)[0])
        connection.close()

    askers = [Thread(target=ask) for _ in range(ASKERS)]
    for asker in askers:
        asker.start()
    while not worked_out:
        may_end.wait(0.01)
    may_end.wait(0.3)  # time for the others to ask as well
    may_end.set()
    for asker in askers:
        asker.join()
    assert (len(worked_out), heard) == (1, ["42"] * ASKERS)


def test_an_answer_that_failed_leaves_the_next_one_to_try(mona: User) -> None:
    def fails() -> str:
        raise ValueError("lost")

    now = timezone.now()
    with pytest.raises(ValueError, match="lost"):
        kept(mona, "what", now, fails)
    assert kept(mona, "what", now, lambda: "42")[0] == "42"
