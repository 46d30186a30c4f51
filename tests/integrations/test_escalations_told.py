"""Whom an escalation rule names reads of it at once, here and by mail, in the reader's own zone."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from sla import tasks
from sla.actions.calendars import save_calendar
from sla.actions.policies import save_policy
from sla.actions.rules import save_rule
from sla.actions.watch import watch
from tests.integrations.telling import told
from tests.sla.conftest import ROUND_THE_CLOCK
from tickets import work
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel

pytestmark = pytest.mark.django_db
assert tasks.CARRIED_OUT_BY, "loaded, as every worker has them"


@pytest.fixture
def policy(ada):
    calendar = save_calendar(by=ada, fields={"name": "Round the clock", **ROUND_THE_CLOCK})
    targets = {"first_response": {"medium": "4 h"}}
    return save_policy(
        by=ada, fields={"name": "All", "calendar": calendar.pk, "is_default": True, "targets": targets}, scope="open"
    )


@pytest.fixture
def at(ticket, policy, monkeypatch):
    """Let it be so many hours after the ticket came."""
    work.run_due()

    def go(hours):
        now = ticket.created_at + timedelta(hours=hours)
        monkeypatch.setattr(timezone, "now", lambda: now)
        watch(now)
        for _ in range(3):
            work.run_due(now)

    return go


def test_warnings_breaches_and_levels_reach_those_whom_they_concern(at, ticket, tess, mona, network):
    network.lead = mona
    network.save()
    change_ticket(ticket=ticket, by=mona, via=Channel.WEB, changes={"assignee": tess.pk, "team": network.pk})
    rule = {"threshold": 75, "level": 1, "notify_lead": True}
    save_rule(by=mona, fields={"name": "Three quarters", "metric": "first_response", **rule})
    at(2.1)
    assert told(tess) == ["assigned", "sla_warning"]
    mail.outbox.clear()
    at(3)
    assert told(mona) == ["escalated"]
    (letter,) = mail.outbox
    assert letter.to == [f"Mona <{mona.email}>"]
    assert letter.subject == f"Needs attention: [{ticket.reference}] {ticket.title}"
    assert "First response is due" in letter.body
    assert "75 % of the time is used up. Escalation level 1." in letter.body
    assert f"/tickets/{ticket.reference}" in letter.body
    at(4)
    assert (told(tess)[-1], told(mona)[-1]) == ("sla_breached", "sla_breached")
