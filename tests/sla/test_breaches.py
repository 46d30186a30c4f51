"""Breaches over the API, on the page and in the admin; waivers forgive a set of them and can be taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from sla.actions.waive import revoke_waiver, waive_breaches
from sla.actions.watch import watch
from sla.models import Breach, EscalationRule, Policy, Waiver
from tickets.choices import Channel, EventKind
from tickets.errors import Conflict, Invalid, NotAllowed, NotFound
from tickets.models import Ticket, TicketEvent, User

WEB = Channel.WEB


@pytest.fixture
def breach(standard: Policy, ticket: Ticket) -> Breach:
    watch(ticket.created_at + timedelta(hours=4))
    return Breach.objects.get()


@pytest.fixture
def of_globex(breach: Breach, make_ticket: Callable[..., Ticket], gina: User) -> Breach:
    other = make_ticket(by=gina)
    watch(other.created_at + timedelta(hours=4))
    return Breach.objects.get(ticket=other)


def ids(answer: Any) -> list[int]:
    return [row["id"] for row in answer.json()["results"]]


def test_the_list_says_what_a_breach_is(api: Any, tess: User, breach: Breach, ticket: Ticket) -> None:
    (row,) = api(tess).get("/sla/breaches").json()["results"]
    assert row | {"detected_at": "", "breached_at": ""} == {
        "id": breach.pk, "ticket_id": ticket.pk, "breach_type": "response", "kind": "customer",
        "metric": "first_response", "policy": {"id": breach.policy_version.policy_id, "name": "Standard"},
        "policy_version": 1, "organization": {"id": ticket.organization_id, "name": "Acme"}, "team": None,
        "technician": None, "target_seconds": 14400, "severity": "medium",
        "customer_impact": "Acme (Standard) waits longer than 4 h for a first response. Impact of the ticket: medium.",
        "escalation_required": False, "breached_at": "", "detected_at": "", "late": False, "late_by_seconds": 0,
        "state": "open", "acknowledged_at": None, "acknowledged_by": None, "waiver": None, "waiver_reason": "",
    }  # fmt: skip


def test_the_list_is_filtered_and_comes_in_pages(api: Any, tess: User, breach: Breach, of_globex: Breach) -> None:
    ask = api(tess)
    assert ids(ask.get("/sla/breaches")) == [of_globex.pk, breach.pk]
    first = ask.get("/sla/breaches", {"page_size": 1}).json()
    assert [row["id"] for row in first["results"]] == [of_globex.pk]
    assert first["next"]
    for filters, found in [
        ({"ticket": breach.ticket_id}, [breach.pk]),
        ({"organization": of_globex.organization_id}, [of_globex.pk]),
        ({"metric": "resolution"}, []),
        ({"state": "acknowledged"}, []),
        ({"state": "open", "policy": breach.policy_version.policy_id}, [of_globex.pk, breach.pk]),
        ({"since": of_globex.reached_at.isoformat()}, [of_globex.pk]),
        ({"until": of_globex.reached_at.isoformat()}, [breach.pk]),
    ]:
        assert ids(ask.get("/sla/breaches", filters)) == found, filters
    for name, value in [("ticket", "x"), ("metric", "luck"), ("state", "shut"), ("since", "once"), ("colour", "red")]:
        refused = ask.get("/sla/breaches", {name: value})
        assert (refused.status_code, list(refused.json()["errors"])) == (400, [name])


def test_who_sees_breaches(api: Any, breach: Breach, milo: User, carl: User, cleo: User) -> None:
    assert ids(api(milo).get("/sla/breaches")) == []
    assert api(milo).get(f"/sla/breaches/{breach.pk}").status_code == 404
    assert api(milo).post(f"/sla/breaches/{breach.pk}/acknowledge").status_code == 404
    for requester in (carl, cleo):
        assert api(requester).get("/sla/breaches").status_code == 403
        assert api(requester).post(f"/sla/breaches/{breach.pk}/acknowledge").status_code == 403


def test_acknowledging_over_the_api(api: Any, tess: User, breach: Breach) -> None:
    for _ in range(2):
        answer = api(tess).post(f"/sla/breaches/{breach.pk}/acknowledge")
        assert (answer.status_code, answer.json()["state"]) == (200, "acknowledged")
    assert answer.json()["acknowledged_by"] == {"id": tess.pk, "name": "Tess"}
    assert TicketEvent.objects.filter(kind=EventKind.SLA_ACKNOWLEDGED, actor=tess).count() == 1


def test_acknowledging_on_the_ticket_page(client: Any, tess: User, breach: Breach, carl: User) -> None:
    client.force_login(tess)
    page, address = reverse("ticket", args=[breach.ticket_id]), reverse("sla_acknowledge")
    button = f'name="one" value="{breach.pk}" formaction="{address}"'
    shown = client.get(page).content.decode()
    assert button in shown
    assert "is overdue since" in shown
    assert client.post(address, {"one": breach.pk, "back": page})["Location"] == page
    after = client.get(page).content.decode()
    assert button not in after
    assert "Seen by <bdi>Tess</bdi>" in after
    client.force_login(carl)
    assert client.post(address, {"one": breach.pk}).status_code == 404


def test_a_waiver_forgives_a_period_and_can_be_taken_back(
    api: Any, mona: User, tess: User, breach: Breach, of_globex: Breach
) -> None:
    day = {"since": (breach.reached_at - timedelta(days=1)).isoformat(), "until": "2199-01-01T00:00:00Z"}
    fields = {"reason": "Power cut", "organization": breach.organization_id, **day}
    assert api(tess).post("/sla/waivers", fields).status_code == 403
    made = api(mona).post("/sla/waivers", fields)
    assert (made.status_code, made.json()["breach_count"]) == (201, 1)
    assert made.json()["terms"]["organization"]["name"] == "Acme"
    row = api(tess).get(f"/sla/breaches/{breach.pk}").json()
    assert (row["state"], row["waiver_reason"]) == ("waived", "Power cut")
    assert ids(api(tess).get("/sla/breaches", {"state": "open"})) == [of_globex.pk]
    back = api(mona).post(f"/sla/waivers/{made.json()['id']}/revoke")
    assert back.json()["revoked_by"]["name"] == "Mona"
    assert api(tess).get(f"/sla/breaches/{breach.pk}").json()["state"] == "open"
    kinds = TicketEvent.objects.filter(ticket=breach.ticket_id, actor=mona).values_list("kind", flat=True)
    assert list(kinds) == ["sla_waived", "sla_unwaived"]
    ticket = Ticket.objects.get(pk=breach.ticket_id)
    assert ticket.version == ticket.events.latest("version").version


def test_waivers_that_make_no_sense(breach: Breach, mona: User, tess: User) -> None:
    for field, fields in [
        ("reason", {"breaches": [breach.pk]}),
        ("since", {"reason": "All of it"}),
        ("until", {"reason": "Backwards", "since": "2026-02-02T00:00:00Z", "until": "2026-02-01T00:00:00Z"}),
        ("breaches", {"reason": "None", "breaches": []}),
    ]:
        with pytest.raises(Invalid) as refused:
            waive_breaches(by=mona, via=WEB, fields=fields)
        assert list(refused.value.errors) == [field]
    with pytest.raises(NotAllowed):
        waive_breaches(by=tess, via=WEB, fields={"reason": "Mine", "breaches": [breach.pk]})
    waiver = waive_breaches(by=mona, via=WEB, fields={"reason": "Storm", "breaches": [breach.pk]})
    with pytest.raises(NotFound):
        waive_breaches(by=mona, via=WEB, fields={"reason": "Again", "breaches": [breach.pk]})
    revoke_waiver(waiver=waiver, by=mona, via=WEB)
    with pytest.raises(Conflict):
        revoke_waiver(waiver=waiver, by=mona, via=WEB)


def test_the_admin_acknowledges_waives_and_takes_back(client: Any, ada: User, breach: Breach) -> None:
    client.force_login(ada)
    page = reverse("admin:sla_breach_changelist")
    client.post(page, {"action": "acknowledge", "_selected_action": [breach.pk]})
    breach.refresh_from_db()
    assert breach.acknowledged_by == ada
    to = client.post(page, {"action": "waive", "_selected_action": [breach.pk]})
    assert to["Location"].endswith(f"?breaches={breach.pk}")
    client.post(reverse("admin:sla_waiver_add"), {"reason": "Storm", "breaches": str(breach.pk)})
    waiver = Waiver.objects.get()
    assert list(waiver.breaches.all()) == [breach]
    assert client.get(reverse("admin:sla_waiver_change", args=[waiver.pk])).status_code == 200
    assert client.get(reverse("admin:sla_breach_change", args=[breach.pk])).status_code == 200
    client.post(reverse("admin:sla_waiver_changelist"), {"action": "revoke", "_selected_action": [waiver.pk]})
    assert not waiver.breaches.exists()


def test_the_admin_makes_rules_and_names_what_is_wrong(client: Any, ada: User) -> None:
    client.force_login(ada)
    add = reverse("admin:sla_escalationrule_add")
    fields = {"name": "Breach", "is_active": "on", "threshold": "100", "level": "1", "delay_minutes": "0"}
    fields |= {"quiet_zone": "UTC"}
    refused = client.post(add, fields)
    assert "Say what happens" in refused.content.decode()
    assert client.post(add, fields | {"notify_managers": "on"}).status_code == 302
    rule = EscalationRule.objects.get()
    client.post(reverse("admin:sla_escalationrule_change", args=[rule.pk]), fields | {"notify_lead": "on"})
    rule.refresh_from_db()
    assert (rule.notify_managers, rule.notify_lead) == (False, True)
    client.post(reverse("admin:sla_escalationrule_delete", args=[rule.pk]), {"post": "yes"})
    assert not EscalationRule.objects.exists()
