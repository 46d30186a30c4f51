"""What load balancers, container engines and Prometheus ask."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from tickets.choices import WorkState
from tickets.models import OutgoingMail

ROOT = Path(__file__).resolve().parents[2]


def test_health_needs_no_database(client: Client) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "healthy"})


@pytest.mark.django_db
def test_database_health_says_connected(client: Client) -> None:
    answer = client.get("/health/db")
    assert (answer.status_code, answer.json()) == (200, {"database": "connected"})


@pytest.mark.slow
def test_without_a_database_the_process_lives_but_takes_no_traffic() -> None:
    script = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "for path in ('/health', '/health/db', '/ready'): print(path, Client().get(path).status_code)"
    )
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "ticketsite.settings",
        "DATABASE_URL": "postgres://postgres@127.0.0.1:1/nowhere?connect_timeout=1",
        "DATABASE_POOL_TIMEOUT": "1",
        "REDIS_URL": "",
    }
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert [line for line in done.stdout.splitlines() if line.startswith("/")] == [
        "/health 200",
        "/health/db 503",
        "/ready 503",
    ], done.stderr


@pytest.mark.django_db
def test_ready_when_everything_is_there(client: Client) -> None:
    answer = client.get("/ready")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"
    assert answer.json()["checks"] | {"redis": ""} == {"database": "ok", "migrations": "ok", "redis": ""}


@pytest.mark.django_db
def test_ready_names_a_missing_redis_and_stays_up(client: Client, settings: Any) -> None:
    settings.EMBEDDED_BROKER = False
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/ready")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["checks"]["redis"] == "unreachable"


@pytest.mark.django_db
def test_not_ready_while_a_migration_waits(client: Client) -> None:
    ((app, newest),) = MigrationLoader(connection).graph.leaf_nodes("tickets")
    MigrationRecorder(connection).record_unapplied(app, newest)
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "to apply" in answer.json()["checks"]["migrations"]


def test_probes_come_by_address_and_without_tls(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["desk.example.com"]
    assert client.get("/health", headers={"host": "10.0.0.7:8000"}).status_code == 200


@pytest.mark.django_db
def test_metrics_count_requests_by_route_and_work_by_state(client: Client) -> None:
    OutgoingMail.objects.create(recipients=["a@example.com"], sender="b@example.com", message=b"")
    OutgoingMail.objects.create(
        recipients=["a@example.com"], sender="b@example.com", message=b"", state=WorkState.QUARANTINED
    )
    client.get("/accounts/login/")
    client.get("/no/such/page/1234567")
    figures = client.get("/metrics").content.decode()
    assert 'ticketsite_requests_total{method="GET",route="/accounts/login/",status="200"}' in figures
    assert 'ticketsite_request_seconds_bucket{le="0.04",route="/accounts/login/"}' in figures
    assert 'ticketsite_work{kind="tickets.OutgoingMail",state="queued"} 1.0' in figures
    assert 'ticketsite_work{kind="tickets.OutgoingMail",state="quarantined"} 1.0' in figures
    assert "ticketsite_publisher_lost_total" in figures
    assert "ticketsite_sockets 0.0" in figures
    assert 'ticketsite_build_info{django="' in figures
    assert "1234567" not in figures


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("token", "address", "headers", "status"),
    [
        ("", "127.0.0.1", {}, 200),
        ("", "::1", {}, 200),
        ("", "203.0.113.9", {}, 401),
        ("", "127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, 401),
        ("", "", {}, 401),
        ("s3cret", "127.0.0.1", {}, 401),
        ("s3cret", "203.0.113.9", {"authorization": "Bearer wrong"}, 401),
        ("s3cret", "203.0.113.9", {"authorization": "Bearer s3cret"}, 200),
    ],
)
def test_metrics_are_not_for_strangers(
    client: Client, settings: Any, token: str, address: str, headers: dict[str, str], status: int
) -> None:
    settings.METRICS_TOKEN = token
    assert client.get("/metrics", headers=headers, REMOTE_ADDR=address).status_code == status
