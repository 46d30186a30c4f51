"""Warnings and breaches on the socket, as other programs rely on them."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from sla.actions.watch import watch
from sla.models import Policy
from tests.sockets import connected, sync_to_async
from tickets.models import Ticket, User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("publishing")]


def is_as_promised(message: dict[str, Any], kind: str, ticket: Ticket, now: datetime, risk: str) -> None:
    """Check a push about the first response, due four hours after the ticket came."""
    assert (message["type"], message["protocol"], message["success"]) == (kind, "ticket", True)
    assert datetime.fromisoformat(message["timestamp"])
    data = message["data"]
    assert data.keys() == {"ticket_id", "metric", "due_at", "risk", "timestamp", "version"}
    assert (data["ticket_id"], data["metric"], data["risk"]) == (ticket.pk, "first_response", risk)
    due, said = datetime.fromisoformat(data["due_at"]), datetime.fromisoformat(data["timestamp"])
    assert abs(due - ticket.created_at - timedelta(hours=4)) < timedelta(milliseconds=1)
    assert abs(said - now) < timedelta(milliseconds=1)


async def test_they_say_which_promise_until_when_and_how_bad_it_is(
    standard: Policy, ticket: Ticket, tess: User, carl: User
) -> None:
    half, whole = ticket.created_at + timedelta(hours=2), ticket.created_at + timedelta(hours=4)
    async with connected(tess) as staff, connected(carl) as customer:
        for client in (staff, customer):
            await client.ask("subscribe_ticket", ticket_id=ticket.pk)
        await sync_to_async(watch)(half)
        warning, general = await staff.hear_until("ticket_changed")
        is_as_promised(warning, "sla_warning", ticket, half, "medium")
        assert general["data"]["kind"] == "sla_warning"
        await sync_to_async(watch)(whole)
        is_as_promised((await staff.hear_until("sla_breached"))[-1], "sla_breached", ticket, whole, "critical")
        await customer.silence()
        await staff.hear_until("ticket_changed")
        seen = warning["data"]["version"]
        missed = await staff.ask("subscribe_ticket", ticket_id=ticket.pk, after_version=seen)
        assert missed["data"]["replayed"] > 0
        is_as_promised((await staff.hear_until("sla_breached"))[-1], "sla_breached", ticket, whole, "critical")
