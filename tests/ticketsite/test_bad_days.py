"""What real processes do when something around them breaks: Redis, a worker, the web process itself."""

import os
import signal
import threading
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.servers import Line, Process, Web, manage, wait_until

pytestmark = [pytest.mark.services, pytest.mark.slow]
EMAIL, PASSWORD = "ada@example.com", "a-good-pass-phrase"
REDIS_URL = os.environ.get("REDIS_URL", "")
needs_redis = pytest.mark.skipif(not REDIS_URL, reason="needs a real Redis: set REDIS_URL")
needs_both = pytest.mark.skipif(
    not REDIS_URL or not os.environ.get("DATABASE_URL", "").startswith("postgres"),
    reason="needs PostgreSQL and Redis: set DATABASE_URL and REDIS_URL",
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """The environment of a migrated desk of its own, with Ada the admin in it."""
    home = tmp_path_factory.mktemp("desk")
    environment = {"DATA_DIR": str(home), "SECRET_KEY": "for-tests-" * 5, "DEBUG": "", "REDIS_PREFIX": home.name}
    url = urlsplit(os.environ.get("DATABASE_URL", ""))
    server, name = urlunsplit(url._replace(path="/postgres")), f"{url.path.strip('/')}_bad_days"
    if url.scheme.startswith("postgres"):
        environment["DATABASE_URL"] = urlunsplit(url._replace(path=f"/{name}"))
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f"drop database if exists {name} with (force)")
            admin.execute(f"create database {name}")
    manage("migrate", "-v0", **environment)
    ada = {"DJANGO_SUPERUSER_USERNAME": "ada", "DJANGO_SUPERUSER_EMAIL": EMAIL, "DJANGO_SUPERUSER_PASSWORD": PASSWORD}
    manage("createsuperuser", "--noinput", **environment, **ada)
    yield environment
    if url.scheme.startswith("postgres"):
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f"drop database if exists {name} with (force)")


@pytest.mark.parametrize("trouble", ["hangs", "is gone"])
def test_tickets_are_taken_in_while_redis(trouble, desk):
    with Line() as line:
        if trouble == "is gone":
            line.close()
        with Web("--web-only", **desk | {"REDIS_URL": line.url}) as web:
            token = web.sign_in(EMAIL, PASSWORD)
            for number in range(5):
                status, ticket = web.call("/tickets", {"title": f"Redis {trouble}, {number}"}, token)
                assert status == 201, ticket
                assert web.call(f"/tickets/{ticket['id']}", token=token)[0] == 200
            assert web.stop() == 0


@needs_redis
def test_work_is_done_once_a_hanging_redis_is_back(desk):
    redis = urlsplit(REDIS_URL)
    with Line() as line, Web(**desk | {"REDIS_URL": f"redis://127.0.0.1:{line.port}{redis.path}"}) as web:
        token = web.sign_in(EMAIL, PASSWORD)
        status, ticket = web.call("/tickets", {"title": "With a file"}, token)
        status, file = upload(web, ticket["id"], token)
        assert status == 201, file
        assert web.call(f"/files/jobs/{file['job_id']}", token=token)[1]["processing_status"] == "queued"
        line.forward(redis.hostname, redis.port or 6379)
        wait_until(lambda: job_status(web, file, token) == "completed", 120, "the end of the job")
        assert web.stop() == 0


def upload(web, ticket_id, token):
    parts = {'name="ticket_id"': str(ticket_id), 'name="file"; filename="log.txt"': "on fire\n"}
    body = "".join(f"--b\r\nContent-Disposition: form-data; {name}\r\n\r\n{value}\r\n" for name, value in parts.items())
    return web.call("/files/upload", f"{body}--b--\r\n".encode(), token, "multipart/form-data; boundary=b")


def job_status(web, file, token):
    return web.call(f"/files/jobs/{file['job_id']}", token=token)[1]["processing_status"]


def test_a_killed_web_process_loses_no_ticket_it_took_in(desk):
    accepted, enough = [], threading.Event()
    with Web("--web-only", **desk) as web:
        token = web.sign_in(EMAIL, PASSWORD)

        def customer(name):
            number = 0
            while True:
                try:
                    status, ticket = web.call("/tickets", {"title": f"{name} {number}"}, token)
                except OSError:  # the process is gone, and with it this answer
                    return
                assert status == 201
                accepted.append(ticket["id"])
                number += 1
                if len(accepted) >= 40:
                    enough.set()

        threads = [threading.Thread(target=customer, args=(name,), daemon=True) for name in ("left", "right")]
        for thread in threads:
            thread.start()
        assert enough.wait(60)
        web.kill()
        for thread in threads:
            thread.join(30)
    with Web("--web-only", **desk) as web:
        token = web.sign_in(EMAIL, PASSWORD)
        for pk in accepted:
            assert web.call(f"/tickets/{pk}", token=token)[0] == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_one_process_stops_cleanly(number, desk):
    with Web(**desk) as web:
        assert "Ticketsite is ready on http://127.0.0.1:" in web.said()
        assert web.stop(number) == 0


def test_two_processes_on_one_desk_schedule_once_and_the_second_takes_over(desk):
    with Web(**desk) as first:
        wait_until(lambda: '"scheduling"' in first.said(), what="the first scheduler")
        with Web(**desk) as second:
            wait_until(lambda: "waiting to take over" in second.said(), what="the second one waiting")
            assert '"scheduling"' not in second.said()
            first.kill()
            wait_until(lambda: '"scheduling"' in second.said(), what="the second one taking over")


@needs_both
def test_what_a_killed_worker_had_in_hand_is_done_by_the_next(desk, tmp_path):
    def letters():
        with psycopg.connect(desk["DATABASE_URL"]) as database:
            return database.execute("select state, attempts from tickets_outgoingmail").fetchall()

    with Line() as post_office:
        smtp = {"EMAIL_URL": f"smtp://127.0.0.1:{post_office.port}", "REDIS_URL": REDIS_URL}
        command = ("-m", "celery", "-A", "ticketsite", "worker", "--concurrency", "1", "--loglevel", "INFO")
        command += ("--queues", "celery,remote")
        with Process(*command, **desk | smtp) as worker:
            wait_until(lambda: " ready." in worker.said(), 60, "the worker")
            manage("sendtestemail", "carl@example.com", **desk | {"REDIS_URL": REDIS_URL})
            wait_until(lambda: post_office.calls, what="the worker at the post office")
            assert letters() == [("running", 1)]
            worker.kill()
    with psycopg.connect(desk["DATABASE_URL"]) as database:  # half a minute goes by
        database.execute("update tickets_outgoingmail set leased_until = now() - interval '1 second'")
    transport = {"MAIL_TRANSPORT": "django.core.mail.backends.filebased.EmailBackend", "REDIS_URL": REDIS_URL}
    with Web(**desk | transport) as web:
        wait_until(lambda: letters()[0][0] == "done", 60, "the letter on its way")
        assert web.stop() == 0
    assert letters()[0][1] > 1, "the attempt that killed the worker counts"
    assert len(list((Path(desk["DATA_DIR"]) / "mail").iterdir())) == 1
