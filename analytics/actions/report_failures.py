"""Who waits for a report that did not come is told why: its owner, or the admins where the owner has left."""

from django.conf import settings
from django.core.mail import EmailMessage

from analytics.models import Report, ReportRun
from tickets import work
from tickets.choices import Role, WorkState
from tickets.models import User


@work.settled(ReportRun)
def tell(run: ReportRun) -> None:
    """Write a mail about a run that was due by schedule and failed for good; who asked for one by hand is looking at it."""
    if run.state != WorkState.QUARANTINED or run.due_at is None:
        return
    report = Report.objects.select_related("owner").filter(pk=run.report_id).first()
    if report is None:
        return
    where = f"{settings.SITE_URL}/analytics/reports/{report.pk}"
    text = f"{run.reason}\n\nNobody was sent the report this time. Mend it and run it again here:\n{where}"
    for address in _heard_by(report):
        EmailMessage(f"Not sent: {report.name}", text, to=[address]).send()


def _heard_by(report: Report) -> list[str]:
    if report.owner.is_active:
        return [report.owner.email]
    return list(User.objects.filter(role=Role.ADMIN, is_active=True).values_list("email", flat=True))
