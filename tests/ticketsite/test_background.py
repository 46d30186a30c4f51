"""The workers inside the one process: each reads its own queue, and both carry out what comes."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.mail import send_mail

from integrations.models import News
from tickets.actions.tickets import create_ticket
from tickets.choices import Channel, WorkQueue, WorkState
from tickets.models import OutgoingMail, User
from ticketsite.background import WorkerThread


@pytest.fixture
def workers(transactional_db: None, publishing: None) -> Iterator[list[WorkerThread]]:
    both = [WorkerThread(queue.name.lower(), queue, 1) for queue in WorkQueue]
    for worker in both:
        worker.start()
    give_up = time.monotonic() + 20
    while not all(read_by(worker) for worker in both) and time.monotonic() < give_up:
        time.sleep(0.02)
    yield both
    for worker in both:
        worker.stop(10)


def read_by(worker: WorkerThread) -> list[str]:
    """The queues that a worker reads, once it does."""
    consumer = getattr(getattr(worker._worker, "consumer", None), "task_consumer", None)
    return [queue.name for queue in consumer.queues] if consumer else []


def test_each_reads_its_own_queue(workers: list[WorkerThread]) -> None:
    assert [read_by(worker) for worker in workers] == [[queue.value] for queue in WorkQueue]
    after_a_lost_connection = [list(worker._worker.app.amqp.queues.consume_from) for worker in workers]
    assert after_a_lost_connection == [[queue.value] for queue in WorkQueue]


def test_both_carry_out_what_comes(workers: list[WorkerThread], settings: Any, carl: User) -> None:
    settings.EMAIL_BACKEND = "tickets.mail.StoredMailBackend"
    settings.MAIL_TRANSPORT = "django.core.mail.backends.dummy.EmailBackend"
    create_ticket(by=carl, via=Channel.WEB, fields={"title": "Printer is on fire"})
    send_mail("Hello", "Text", None, [carl.email])
    give_up = time.monotonic() + 20
    while states() != {WorkState.DONE} and time.monotonic() < give_up:
        time.sleep(0.05)
    assert states() == {WorkState.DONE}


def states() -> set[str]:
    """The states of one kind of work for each queue."""
    return {state for kind in (News, OutgoingMail) for state in kind.objects.values_list("state", flat=True)}


def test_workers_that_start_together_both_know_every_task(monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, set[str]] = {"worker": set(), "courier": set()}

    def slowly(package: str, name: str) -> None:
        found[threading.current_thread().name].add(package)
        time.sleep(0.01)

    monkeypatch.setattr("celery.loaders.base.find_related_module", slowly)
    starting = [
        threading.Thread(target=WorkerThread(name, queue, 1).learn_tasks, name=name)
        for name, queue in zip(found, WorkQueue, strict=True)
    ]
    for thread in starting:
        thread.start()
    for thread in starting:
        thread.join()
    assert {"sla", "integrations", "analytics", "ai"} <= found["worker"] == found["courier"]
