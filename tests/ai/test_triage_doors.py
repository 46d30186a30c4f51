"""Advice where it is read: over the API, on a ticket's page, in the admin."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ai.actions.triage import triage_ticket
from ai.choices import AdviceState
from ai.models import FieldSuggestion, TriageRule, TriageSetting
from tests.api_client import ApiClient
from tickets.models import Category, Ticket, TicketEvent, User

pytestmark = pytest.mark.django_db
Api = Callable[..., ApiClient]
CATEGORIZE, TRIAGE = "/api/v1/tickets/categorize", "/api/v1/ai/triage"


@pytest.fixture
def outage(make_ticket: Callable[..., Ticket], categories: dict[str, Category]) -> Ticket:
    ticket = make_ticket("VPN outage <b>here</b>")
    triage_ticket(ticket=ticket, now=timezone.now())
    return ticket


def test_a_text_is_categorized_without_writing(api: Api, carl: User, categories: dict[str, Category]) -> None:
    answer = api(carl).post(CATEGORIZE, {"description": "The VPN is down, nobody can work"})
    assert answer.status_code == 200
    body = answer.json()
    assert body["category"] == {"id": categories["VPN"].pk, "name": "VPN"}
    assert (body["priority"], body["urgency"], body["impact"]) == ("critical", "critical", "high")
    assert body["confidence"] == 0.65
    assert set(body) == {"category", "priority", "urgency", "impact", "confidence", "confidences"}
    assert not Ticket.objects.exists()
    assert not FieldSuggestion.objects.exists()


def test_where_nothing_speaks_for_anything_the_defaults_stand(api: Api, carl: User) -> None:
    body = api(carl).post(CATEGORIZE, {"description": "Ωmega"}).json()
    assert (body["category"], body["priority"], body["confidence"]) == (None, "medium", 0.0)
    assert set(body["confidences"].values()) == {None}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "description"),
        ({"description": "  "}, "description"),
        ({"description": 7}, "description"),
        ({"text": "x"}, "text"),
    ],
)
def test_a_question_without_a_text_is_refused(api: Api, tess: User, body: dict[str, Any], field: str) -> None:
    for path in (CATEGORIZE, TRIAGE):
        answer = api(tess).post(path, body)
        assert answer.status_code == 400
        assert field in answer.json()["errors"]


def test_a_megabyte_of_mixed_scripts_is_answered(api: Api, tess: User) -> None:
    text = "outage שלום 打印机 " * 63_000
    assert len(text) > 1_000_000
    assert api(tess).post(TRIAGE, {"description": text}).json()["suggestions"][0]["field"] == "priority"


def test_triage_names_its_reasons_to_staff_only(api: Api, tess: User, carl: User) -> None:
    answer = api(tess).post(TRIAGE, {"title": "Total outage", "description": "asap"})
    by_field = {one["field"]: one for one in answer.json()["suggestions"]}
    assert by_field["priority"]["value"] == "critical"
    assert by_field["priority"]["reasons"] == ["outage"]
    assert by_field["priority"]["source"] == "rule"
    refused = api(carl).post(TRIAGE, {"description": "outage"})
    assert (refused.status_code, refused.json()["required_role"]) == (403, "technician")
    assert api().post(TRIAGE, {"description": "outage"}).status_code == 401


def test_triage_of_a_ticket_writes_nothing_and_asks_who_may_see_it(
    api: Api, tess: User, milo: User, outage: Ticket
) -> None:
    FieldSuggestion.objects.all().delete()
    answer = api(tess).post(TRIAGE, {"ticket_id": outage.pk})
    assert "category" in {one["field"] for one in answer.json()["suggestions"]}
    assert not FieldSuggestion.objects.exists()
    assert TicketEvent.objects.filter(ticket=outage).count() == 1
    assert api(milo).post(TRIAGE, {"ticket_id": outage.pk}).status_code == 404


def test_insights_tell_what_was_advised_and_what_became_of_it(
    api: Api, tess: User, milo: User, carl: User, outage: Ticket
) -> None:
    path = f"/api/v1/tickets/{outage.reference}/insights"
    body = api(tess).get(path).json()
    assert body["ticket_id"] == outage.pk
    assert {(one["field"], one["state"]) for one in body["triage"]} >= {("category", "open"), ("priority", "open")}
    api(tess).patch(f"/api/v1/tickets/{outage.pk}", {"priority": "critical"})
    states = {one["field"]: one["state"] for one in api(tess).get(path).json()["triage"]}
    assert states["priority"] == "accepted"
    assert api(milo).get(path).status_code == 404
    assert api(carl).get(path).status_code == 403


def test_the_ticket_page_shows_what_is_advised(client: Client, tess: User, outage: Ticket) -> None:
    client.force_login(tess)
    html = client.get(reverse("ticket", args=[outage.pk])).content.decode()
    assert 'id="group-advice" data-part aria-label="Suggestions">' in html
    assert ">65 %<" in html
    assert "<q><bdi>vpn</bdi></q>" in html
    assert reverse("advice", args=[outage.pk, "category"]) in html


def test_suggestions_are_accepted_corrected_and_dismissed_without_scripts(
    client: Client, tess: User, outage: Ticket, categories: dict[str, Category]
) -> None:
    client.force_login(tess)
    other = {"value": {"id": categories["Printers"].pk, "name": "Printers"}, "confidence": 0.1}
    FieldSuggestion.objects.filter(ticket=outage, field="category").update(others=[other])
    answer = client.post(reverse("advice", args=[outage.pk, "priority"]), {"act": "accept"}, follow=True)
    assert "Priority set." in answer.content.decode()
    client.post(reverse("advice", args=[outage.pk, "category"]), {"other": "1"})
    client.post(reverse("advice", args=[outage.pk, "urgency"]), {"act": "dismiss"})
    outage.refresh_from_db()
    assert (outage.priority, outage.category, outage.urgency) == ("critical", categories["Printers"], "medium")
    states = dict(FieldSuggestion.objects.filter(ticket=outage).values_list("field", "state"))
    assert states["priority"] == AdviceState.ACCEPTED
    assert states["category"] == AdviceState.CORRECTED
    assert states["urgency"] == AdviceState.DISMISSED
    again = client.post(reverse("advice", args=[outage.pk, "priority"]), {"act": "accept"}, follow=True)
    assert "Somebody has decided this in the meantime." in again.content.decode()
    assert client.post(reverse("advice", args=[outage.pk, "impact"]), {"other": "9"}).status_code == 404


def test_strangers_find_no_suggestion(client: Client, milo: User, carl: User, outage: Ticket) -> None:
    for user in (milo, carl):
        client.force_login(user)
        assert client.post(reverse("advice", args=[outage.pk, "priority"]), {"act": "accept"}).status_code == 404
    outage.refresh_from_db()
    assert outage.priority == "medium"


def test_an_admin_edits_rules_and_thresholds(client: Client, ada: User) -> None:
    client.force_login(ada)
    form = {
        "name": "Coffee",
        "position": 5,
        "confidence": 80,
        "words": "coffee\nespresso*",
        "tags": "kitchen",
        "priority": "low",
        "is_active": "on",
    }
    answer = client.post(reverse("admin:ai_triagerule_add"), form, follow=True)
    assert answer.status_code == 200
    rule = TriageRule.objects.get(name="Coffee")
    assert (rule.words, rule.tags) == (["coffee", "espresso*"], ["kitchen"])
    empty = client.post(reverse("admin:ai_triagerule_add"), form | {"name": "None", "words": ""})
    assert "Write at least one word or phrase." in empty.content.decode()
    setting = TriageSetting.objects.get(field="priority")
    assert setting.apply_from is None
    client.post(reverse("admin:ai_triagesetting_change", args=[setting.pk]), {"suggest_from": 40, "apply_from": 95})
    setting.refresh_from_db()
    assert (setting.suggest_from, setting.apply_from) == (40, 95)
    for name in ("ai_fieldsuggestion", "ai_triage", "ai_triagerule", "ai_triagesetting"):
        assert client.get(reverse(f"admin:{name}_changelist")).status_code == 200
