"""Celery tasks of this room: claim and call."""

from celery import shared_task
from django.utils import timezone

from analytics.actions import report_failures, report_runs, reports

CARRIED_OUT_BY = (report_runs.carry_out, report_failures.tell)  # named here so that every worker has loaded them


@shared_task(name="analytics.run_due_reports")
def run_due_reports() -> None:
    """Begin the reports whose time has come. Sent every minute."""
    reports.begin_due(timezone.now())


@shared_task(name="analytics.forget_reports")
def forget_reports() -> None:
    """Delete the files of reports that ran long ago. Sent every hour."""
    report_runs.forget_old(timezone.now())
