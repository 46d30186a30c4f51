"""The Celery application. Tasks only claim a row of work and call; the row is the truth, the broker a wake-up."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ticketsite.settings")

app = Celery("ticketsite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
