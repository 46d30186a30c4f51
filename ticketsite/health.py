"""Questions that machines ask: are you there, is the database, may traffic come, how is it going.

They are answered before anything else looks at the request, because a probe comes by IP address, without TLS and without a session.
"""

from collections.abc import Callable
from hmac import compare_digest
from ipaddress import ip_address

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from prometheus_client import CONTENT_TYPE_LATEST

from ticketsite import metrics

REDIS_TIMEOUT = 1.0
RETRY_AFTER = {"Retry-After": "5"}


def alive(_: HttpRequest) -> HttpResponse:
    """The process answers. Says nothing about what it needs."""
    return JsonResponse({"status": "healthy"})


def database(_: HttpRequest) -> HttpResponse:
    if database_answers():
        return JsonResponse({"database": "connected"})
    return JsonResponse({"database": "unreachable"}, status=503, headers=RETRY_AFTER)


def ready(_: HttpRequest) -> HttpResponse:
    """Whether traffic may come: 503 without a migrated database; without Redis the desk works on and says "degraded"."""
    connected = database_answers()
    checks = {
        "database": "ok" if connected else "unreachable",
        "migrations": migrations() if connected else "unknown",
        "redis": redis_state(),
    }
    if checks["database"] != "ok" or checks["migrations"] != "ok":
        return JsonResponse({"status": "unready", "checks": checks}, status=503, headers=RETRY_AFTER)
    return JsonResponse({"status": "degraded" if checks["redis"] == "unreachable" else "ready", "checks": checks})


def figures(request: HttpRequest) -> HttpResponse:
    """Prometheus' text, for whoever bears METRICS_TOKEN; without one set, for direct calls from this machine only."""
    if not may_read_metrics(request):
        return HttpResponse(
            "Send METRICS_TOKEN as a bearer token.\n",
            status=401,
            content_type="text/plain",
            headers={"WWW-Authenticate": "Bearer"},
        )
    return HttpResponse(metrics.text(), content_type=CONTENT_TYPE_LATEST)


def may_read_metrics(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return compare_digest(sent.encode(), settings.METRICS_TOKEN.encode())
    try:
        local = ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    return local and "X-Forwarded-For" not in request.headers  # a proxy on this machine speaks for strangers


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()
        return False
    return True


def migrations() -> str:
    """Return "ok", or how many migrations the code has that the database has not."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} to apply" if waiting else "ok"


def redis_state() -> str:
    """Return "ok", "unreachable", or "embedded" where broker, channel layer and cache live inside the process."""
    if settings.EMBEDDED_BROKER:
        return "embedded"
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=REDIS_TIMEOUT, socket_connect_timeout=REDIS_TIMEOUT
        ) as client:
            client.ping()
    except redis.RedisError:
        return "unreachable"
    return "ok"


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/health": alive,
    "/health/db": database,
    "/ready": ready,
    "/metrics": figures,
}


class ProbeMiddleware:
    """Answers the probes and passes everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        probe = PROBES.get(request.path_info)
        return probe(request) if probe else self.get_response(request)
