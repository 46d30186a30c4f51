"""Durable work: a row is carried out, tried again, or put aside with its reason, whatever happens to messages and workers."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tickets import tasks, work
from tickets.choices import WorkState
from tickets.leases import keeper
from tickets.models import OutgoingMail
from tickets.publisher import Publisher

LOCMEM = "django.core.mail.backends.locmem.EmailBackend"
assert tasks.CARRIED_OUT_BY, "loaded, as every worker has them"
CLOSED = "tests.tickets.test_durable_work.ClosedTransport"


class ClosedTransport:
    """A mail server that refuses everyone, in words that no database takes as they are."""

    def __init__(self, *_, **__):
        pass

    def send_messages(self, _):
        raise ConnectionError("refused \x00 by \ud800 mx.example.com")


@pytest.fixture(autouse=True)
def transport(settings):
    settings.MAIL_TRANSPORT = LOCMEM
    mail.outbox = []


@pytest.fixture
def woken(monkeypatch):
    """The keys of rows that workers were told about."""
    heard = []
    monkeypatch.setattr(work.publisher, "say", lambda _, item: heard.append(item[1]))
    return heard


@pytest.fixture
def letter(db):
    message = EmailMessage("Hello", "We are on it.", to=["carl@example.com"])
    row = OutgoingMail(recipients=message.recipients(), sender="desk@example.com", message=message.message().as_bytes())
    row.save()
    return row


def undo(action):
    with transaction.atomic():
        action()
        transaction.set_rollback(True)


def later(**time):
    return timezone.now() + timedelta(**time)


def test_work_wakes_a_worker_after_the_commit_and_not_without_one(letter, woken, django_capture_on_commit_callbacks):
    row = OutgoingMail(recipients=[], sender="", message=b"")
    with django_capture_on_commit_callbacks(execute=True):
        undo(lambda: work.enqueue(OutgoingMail(recipients=[], sender="", message=b"")))
        work.enqueue(row)
        assert woken == []
    assert woken == [row.pk]


def test_a_row_is_carried_out_once(letter):
    for _ in range(3):
        work.run(OutgoingMail, letter.pk)
    letter.refresh_from_db()
    assert len(mail.outbox) == 1
    assert (letter.state, letter.attempts, letter.lease, letter.leased_until) == (WorkState.DONE, 1, "", None)


def test_a_lost_message_is_found_by_the_sweep(letter, woken):
    assert work.sweep(later(seconds=5)) == 0, "it may still be on its way"
    assert work.sweep(later(seconds=11)) == 1
    assert woken == [letter.pk]


def test_a_waiting_backlog_does_not_fill_the_broker(letter, woken):
    for second in range(0, 3600, 30):
        work.sweep(later(seconds=second))
    assert 5 < len(woken) < 20


def test_work_for_later_is_woken_when_it_is_due(letter, woken):
    OutgoingMail.objects.filter(pk=letter.pk).update(due=later(seconds=60))
    assert work.sweep(later(seconds=30)) == 0
    assert work.claim(OutgoingMail, letter.pk, later(seconds=30)) is None
    assert work.sweep(later(seconds=61)) == 1


def test_the_attempt_counts_before_it_is_made(letter):
    claimed = work.claim(OutgoingMail, letter.pk, timezone.now())
    letter.refresh_from_db()
    assert (letter.attempts, letter.state, claimed.attempts) == (1, WorkState.RUNNING, 1)


def test_a_failure_is_kept_and_tried_again_later(letter, settings):
    settings.MAIL_TRANSPORT = CLOSED
    work.run(OutgoingMail, letter.pk)
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == (WorkState.QUEUED, 1)
    assert letter.last_error == "ConnectionError: refused  by ? mx.example.com"
    assert letter.due > timezone.now()
    work.run(OutgoingMail, letter.pk)
    letter.refresh_from_db()
    assert letter.attempts == 1, "not before it is due"


def test_the_last_failure_puts_it_aside_until_somebody_runs_it_again(
    letter, settings, woken, django_capture_on_commit_callbacks
):
    settings.MAIL_TRANSPORT = CLOSED
    for _ in range(OutgoingMail.max_attempts):
        OutgoingMail.objects.update(due=timezone.now())
        work.run(OutgoingMail, letter.pk)
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == (WorkState.QUARANTINED, OutgoingMail.max_attempts)
    assert "refused" in letter.last_error
    assert work.sweep(later(days=1)) == 0
    settings.MAIL_TRANSPORT = LOCMEM
    with django_capture_on_commit_callbacks(execute=True):
        work.run_again(letter)
    assert woken == [letter.pk]
    work.run(OutgoingMail, letter.pk)
    letter.refresh_from_db()
    assert (letter.state, letter.attempts, letter.last_error, len(mail.outbox)) == (WorkState.DONE, 1, "", 1)


def test_what_cannot_get_better_is_put_aside_at_once(letter, monkeypatch):
    def give_up(_):
        raise work.PermanentError("No such address.")

    monkeypatch.setitem(work.HANDLERS, OutgoingMail, give_up)
    work.run(OutgoingMail, letter.pk)
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == (WorkState.QUARANTINED, 1)


def test_a_dead_worker_frees_the_row_and_its_late_return_changes_nothing(letter, woken):
    dead = work.claim(OutgoingMail, letter.pk, timezone.now())
    assert work.claim(OutgoingMail, letter.pk, later(seconds=5)) is None, "somebody has it"
    after = later(seconds=OutgoingMail.lease_seconds + 1)
    assert work.sweep(after) == 1
    second = work.claim(OutgoingMail, letter.pk, after)
    assert second.attempts == 2
    assert not work.finish(dead, after)
    assert not work.fail(dead, ValueError("late"), after)
    assert work.finish(second, after)
    letter.refresh_from_db()
    assert (letter.state, letter.last_error) == (WorkState.DONE, "")


def test_work_that_kills_every_worker_is_put_aside(letter, woken):
    now = timezone.now()
    for _ in range(OutgoingMail.max_attempts):
        assert work.claim(OutgoingMail, letter.pk, now)
        now += timedelta(seconds=OutgoingMail.lease_seconds + 1)
    assert work.claim(OutgoingMail, letter.pk, now) is None
    assert work.sweep(now) == 0
    letter.refresh_from_db()
    assert (letter.state, letter.last_error) == (WorkState.QUARANTINED, "The worker died on every attempt.")


def test_a_lease_is_renewed_while_the_worker_is_at_it(letter):
    OutgoingMail.objects.update(due=later(seconds=-60))
    claimed = work.claim(OutgoingMail, letter.pk, later(seconds=-25))
    with keeper.holding(claimed):
        keeper.renew()
        assert work.claim(OutgoingMail, letter.pk, later(seconds=20)) is None
    claimed.longest_run_seconds = 0
    with keeper.holding(claimed):
        keeper.renew()
    assert work.claim(OutgoingMail, letter.pk, later(seconds=40)), "not renewed past its time, nor after the end"


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_and_schedulers_one_wins(letter, woken):
    claims, sweeps, start = [], [], threading.Barrier(8)

    def race(what, into):
        start.wait()
        into.append(what())
        connection.close()

    threads = [
        *(threading.Thread(target=race, args=(lambda: work.sweep(later(seconds=11)), sweeps)) for _ in range(4)),
        *(
            threading.Thread(target=race, args=(lambda: work.claim(OutgoingMail, letter.pk, timezone.now()), claims))
            for _ in range(4)
        ),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(claim is not None for claim in claims) == 1
    assert sum(sweeps) <= 1
    assert len(woken) == sum(sweeps)
    letter.refresh_from_db()
    assert letter.attempts == 1


@given(attempts=st.integers(1, 32_767))
def test_pauses_double_within_bounds_and_are_never_the_same_for_a_crowd(attempts):
    pauses = {work.backoff(attempts).total_seconds() for _ in range(20)}
    full = min(2**attempts, 3600)  # seconds
    assert all(full / 2 <= pause <= full for pause in pauses)
    assert len(pauses) > 1


def test_the_publisher_drops_what_fails_and_says_the_rest():
    publisher, heard = Publisher(), []

    def broken(_):
        raise ConnectionError

    publisher.say(broken, 1)
    publisher.say(heard.extend, 2)
    publisher.say(broken, 3)
    publisher.say(heard.extend, 4)
    assert publisher.wait_until_quiet()
    assert publisher.lost == 2
    assert heard == [2, 4]


def test_the_publisher_never_makes_anybody_wait():
    publisher, stuck = Publisher(), threading.Event()
    publisher.say(lambda _: stuck.wait(30), 0)
    for number in range(20_000):
        publisher.say(len, number)
    assert publisher.lost > 0
    assert not publisher.wait_until_quiet(0.1)
    stuck.set()
