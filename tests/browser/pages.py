"""Every page there is, by reader: for the checks that hold everywhere, and for the screenshots."""

from datetime import timedelta

from django.db.models import Model
from django.utils import timezone

from ai.choices import TurnState
from ai.models import Conversation, DispatchPlan, Proposal, Turn
from analytics.choices import Rhythm
from analytics.models import Report, ReportFile, ReportRun
from analytics.reports.formats import FORMATS
from integrations.choices import Health, Kind, RowKind, Verb
from integrations.models import Connection, Delivery, Hook, HookCall, Notification, PutAside
from tickets.choices import Sharing, WorkState
from tickets.models import Article, Macro, Organization, SavedView, Team, Ticket, User

STRANGER = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]
STAFF = [
    "/tickets",
    "/tickets?q=printer",
    "/tickets/new",
    "/board",
    "/sla",
    "/notifications",
    "/notifications/preferences",
    "/knowledge",
    "/knowledge/write",
]
STAFF += ["/assistant", "/assistant/proposals"]
STAFF += ["/technicians", "/teams", "/views", "/views/new", "/macros", "/macros/new", "/profile", "/profile/tokens"]
ANALYTICS = [
    "/analytics",
    "/analytics?tv=1",
    "/analytics/arrange",
    "/analytics/forecast",
    "/analytics/metrics/volume",
    "/analytics/metrics/resolution_time?group_by=team",
    "/analytics/technicians",
    "/analytics/teams",
    "/analytics/organizations",
    "/analytics/reports",
    "/analytics/reports/new",
]
OF_A_TICKET = [
    "/tickets/{}",
    "/tickets/{}/macros",
    "/tickets/{}/edit",
    "/tickets/{}/merge",
    "/tickets/{}/links/new",
    "/tickets/{}/time",
    "/tickets/{}/mute",
]
MANAGER = ["/people", "/integrations", "/advice", "/dispatch", "/dispatch/plans/{}"]
ADMIN = ["/admin/", "/admin/work/", "/admin/tickets/user/", "/admin/tickets/customfield/add/"]
ADMIN += ["/admin/integrations/route/add/", "/admin/integrations/messagetemplate/add/", "/admin/integrations/message/"]
REQUESTER = [
    "/portal",
    "/portal/new",
    "/portal/help",
    "/notifications",
    "/notifications/preferences",
    "/profile",
    "/profile/tokens",
]


STEPS = [
    {
        "call": "1",
        "tool": "find_similar_tickets",
        "said": "Looked for similar tickets",
        "found": "3 found",
        "state": "done",
    },
    {"call": "2", "tool": "get_ticket", "said": "Read T-999", "found": "not possible", "state": "refused"},
    {"call": "3", "tool": "list_breaches", "said": "Looked for broken promises", "found": "", "state": "running"},
]


def talk(user: User, ticket: Ticket, text: str) -> str:
    """Write a conversation with an answer in every state, one of them asking to write something; returns its page."""
    now = timezone.now()
    held = Conversation.objects.create(user=user, ticket=ticket, title=text[:100], began_at=now, spoke_at=now)
    for state in reversed(TurnState.values):
        ended = None if state == TurnState.RUNNING else now
        asked = {
            "question": f"What was tried before? {text[:200]}",
            "asked_at": now,
            "heard_at": now,
            "ended_at": ended,
        }
        reason = "The language model cannot be reached. Try again later."
        Turn.objects.create(conversation=held, user=user, answer=text, steps=STEPS, state=state, reason=reason, **asked)
    change = {"ticket_id": ticket.reference, "changes": {"priority": "high", "tags": [text[:50], "vpn"]}}
    Proposal.objects.create(user=user, ticket=ticket, tool="update_ticket", arguments=change)
    reply = {"ticket_id": ticket.reference, "body": text}
    Proposal.objects.create(user=user, ticket=ticket, tool="add_comment", arguments=reply)
    return f"/assistant/{held.pk}"


def connect_others(owner: User, ticket: Ticket, text: str) -> None:
    """Connect a system that works and one that fails, with what is stuck there, and a webhook."""
    now = timezone.now()
    state = {"owner": owner, "settings": {}, "checked_at": now, "sync_minutes": 0}
    Connection.objects.create(name="Our Jira", provider="jira", health=Health.WELL, **state)
    failing = {"health": Health.FAILING, "health_detail": text[:500], "failing_since": now}
    there = Connection.objects.create(name=f"Theirs {text[:80]}", provider="zendesk", **failing, **state)
    stuck = {"state": WorkState.QUARANTINED, "finished_at": now, "last_error": f"Refused: {text[:300]}"}
    Delivery.objects.create(connection=there, ticket=ticket, verb=Verb.UPDATE, **stuck)
    Delivery.objects.create(connection=there, ticket=ticket, verb=Verb.COMMENT)
    unread = {"kind": RowKind.COMMENT, "record": "7", "remote_id": text[:200], "why": text[:500], "last_at": now}
    PutAside.objects.create(connection=there, times=3, **unread)
    hook = Hook.objects.create(name="Wallboard", url="https://board.example.com/hook", owner=owner)
    HookCall.objects.create(hook=hook, kind="ticket_created", **stuck)


def tell(user: User, ticket: Ticket, text: str) -> None:
    """Write notifications of every kind, on two days, half of them read."""
    now = timezone.now()
    for number, kind in enumerate(Kind):
        Notification.objects.create(
            person=user,
            kind=kind,
            ticket=ticket,
            key=f"shown:{number}",
            title=f"[{ticket.reference}] {ticket.title}",
            text=text,
            url="/",
            created_at=now - timedelta(hours=3 * (len(Kind) - number)),
            read_at=now if number % 2 else None,
        )


def save_report(owner: User, text: str) -> Report:
    """Save a report that is sent to many, with a run in every state; the one that is done has a file in every format."""
    row = Report.objects.create(
        name=text[:100],
        owner=owner,
        query="period=last_month&group_by=team",
        formats=list(FORMATS),
        is_anonymous=True,
        has_forecast=True,
        rhythm=Rhythm.WEEKLY,
        recipients=[f"{'someone.' * 6}{n}@example.com" for n in range(4)],
        sharing=Sharing.SHARED,
        next_at=timezone.now() + timedelta(days=2),
    )
    for state in WorkState.values:
        reason = text[:300] if state == WorkState.QUARANTINED else ""
        run = ReportRun.objects.create(report=row, asked_by=owner, state=state, last_error=reason)
        for form in FORMATS if state == WorkState.DONE else ():
            ReportFile.objects.create(run=run, format=form, file=f"reports/{run.pk}.{form}", size=123_456)
    return row


def analytics_pages(person: User) -> list[str]:
    """Return the pages of figures and reports, those of a technician's own among them."""
    found = [*ANALYTICS, f"/analytics/technicians/{person.pk}"]
    return found + _of_single_things(
        (Team, ["/analytics/teams/{}"]),
        (Organization, ["/analytics/organizations/{}"]),
        (Report, ["/analytics/reports/{}", "/analytics/reports/{}/edit"]),
    )


def staff_pages(person: User) -> list[str]:
    """Those of single things among them, where the database has such things."""
    return (
        STAFF
        + analytics_pages(person)
        + _of_single_things(
            (Ticket, OF_A_TICKET),
            (Article, ["/knowledge/articles/{}", "/knowledge/articles/{}/edit", "/knowledge/articles/{}/versions"]),
            (SavedView, ["/views/{}"]),
            (Macro, ["/macros/{}"]),
        )
    )


def _of_single_things(*pages: tuple[type[Model], list[str]]) -> list[str]:
    found = []
    for model, addresses in pages:
        thing = model._default_manager.order_by("pk").last()
        found += [address.format(getattr(thing, "slug", thing.pk)) for address in addresses if thing]
    return found


def manager_pages(plan: DispatchPlan) -> list[str]:
    return [address.format(plan.pk) for address in MANAGER]


def requester_pages(ticket: Ticket) -> list[str]:
    return [*REQUESTER, f"/portal/tickets/{ticket.pk}"]
