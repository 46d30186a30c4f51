"""The Celery application. Tasks only claim a row of work and call; the row is the truth, the broker a wake-up."""

import os
from typing import Any

import structlog
from celery import Celery
from celery.signals import task_prerun

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ticketsite.settings")


def made_app(*, is_current: bool = False) -> Celery:
    """Return an application with our settings and tasks. One is enough, but for workers of several queues in one process: Celery
    keeps with the application which queues are read.
    """
    made = Celery("ticketsite", set_as_current=is_current)
    made.config_from_object("django.conf:settings", namespace="CELERY")
    made.autodiscover_tasks()
    return made


app = made_app(is_current=True)


@task_prerun.connect
def name_the_request(task: Any, **_: Any) -> None:
    """Let the log lines of a task carry the id of the request that asked for it, or the task's own."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=getattr(task.request, "request_id", "") or task.request.id)
