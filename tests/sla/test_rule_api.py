"""Escalation rules over the API: the same rights and the same words as in the admin."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from sla.models import Calendar, EscalationRule, Policy
from tests.api_client import ApiClient
from tickets.models import User

RULES = "/sla/escalation-rules"
FIRST = {"name": "First", "notify_managers": True, "metric": "first_response"}


def test_a_rule_is_added_read_changed_replaced_and_deleted(
    api: Callable[..., ApiClient], mona: User, tess: User, standard: Policy, office: Calendar
) -> None:
    sent = {
        **FIRST, "policy": standard.pk, "kind": "customer", "threshold": 150, "delay_minutes": 5, "tag": "Late",
        "notify_person": tess.pk, "reassign_to": tess.pk, "quiet_from": "22:00", "quiet_until": "06:30",
        "quiet_zone": "Europe/Berlin", "channel": "#ops", "raise_priority": True,
    }  # fmt: skip
    made = api(mona).post(RULES, sent)
    assert made.status_code == 201
    body = made.json()
    who = {"id": tess.pk, "name": "Tess"}
    assert body | {"id": 0, "since": ""} == {
        **sent, "id": 0, "is_active": True, "level": 1, "notify_assignee": False, "notify_lead": False, "tag": "late",
        "policy": {"id": standard.pk, "name": "Standard"}, "notify_person": who, "reassign_to": who,
        "quiet_calendar": None, "since": "",
    }  # fmt: skip
    page = f"{RULES}/{body['id']}"
    assert api(tess).get(page).json() == body
    again = api(mona).patch(page, {name: value for name, value in body.items() if name not in ("id", "since")})
    assert again.json() | {"since": ""} == body | {"since": ""}  # what was read can be written
    changed = api(mona).patch(page, {"quiet_from": None, "quiet_until": None, "quiet_calendar": office.pk})
    assert (changed.json()["quiet_calendar"]["name"], changed.json()["threshold"]) == ("Office", 150)
    replaced = api(mona).put(page, FIRST)
    assert {name for name, value in replaced.json().items() if value != changed.json()[name]} == {
        *("policy", "kind", "threshold", "delay_minutes", "notify_person", "reassign_to", "quiet_calendar"),
        *("quiet_zone", "channel", "raise_priority", "tag", "since"),
    }
    assert api(mona).put(page, {"threshold": 5}).json()["errors"] == {"name": ["This field is required."]}
    assert api(mona).delete(page).status_code == 204
    assert api(mona).get(page).status_code == 404


def test_the_list_goes_from_the_first_level_up(
    api: Callable[..., ApiClient], mona: User, tess: User, standard: Policy
) -> None:
    api(mona).post(RULES, FIRST)
    api(mona).post(RULES, {**FIRST, "name": "Second", "level": 2})
    api(mona).post(RULES, {**FIRST, "name": "Solve", "metric": "resolution", "policy": standard.pk})

    def names(**query: Any) -> list[str]:
        return [row["name"] for row in api(tess).get(RULES, query).json()["results"]]

    assert names() == ["First", "Solve", "Second"]
    assert names(ordering="-name") == ["Solve", "Second", "First"]
    assert names(q="eco") == ["Second"]
    assert names(policy=standard.pk) == ["Solve"]
    assert api(tess).get(RULES, {"policy": "x"}).status_code == 400
    assert api(tess).get(RULES, {"colour": "red"}).status_code == 400


def test_who_may(api: Callable[..., ApiClient], mona: User, ada: User, tess: User, carl: User) -> None:
    pk = api(ada).post(RULES, FIRST).json()["id"]
    page = f"{RULES}/{pk}"
    for refused in (
        api(carl).get(RULES),
        api(carl).get(page),
        api(tess).post(RULES, {**FIRST, "name": "Mine"}),
        api(tess).patch(page, {"threshold": 1}),
        api(tess).put(page, FIRST),
        api(tess).delete(page),
    ):
        assert refused.status_code == 403
    assert api(tess).delete(page).json()["required_role"] == "manager"
    assert api().get(RULES).status_code == 401
    assert api(mona).patch(page, {"threshold": 80}).json()["threshold"] == 80


def test_a_loop_is_refused_with_the_words_of_the_admin(
    api: Callable[..., ApiClient], mona: User, tess: User, ada: User, client: Client
) -> None:
    api(mona).post(RULES, {**FIRST, "reassign_to": tess.pk})
    refused = api(mona).post(RULES, {**FIRST, "name": "Second", "level": 2, "reassign_to": tess.pk})
    circle = "First gives it to the same person: the ticket would go round in a circle."
    assert (refused.status_code, refused.json()["errors"]) == (400, {"reassign_to": [circle]})
    client.force_login(ada)
    form = {**FIRST, "metric": "first_response", "name": "Second", "is_active": "on", "threshold": 100, "level": 2}
    shown = client.post(
        "/admin/sla/escalationrule/add/",
        {**form, "delay_minutes": 0, "reassign_to": tess.pk, "quiet_zone": "UTC", "notify_managers": "on"},
    )
    assert circle in shown.content.decode()
    assert EscalationRule.objects.count() == 1


def test_a_level_that_others_stand_on_stays(api: Callable[..., ApiClient], mona: User) -> None:
    first = api(mona).post(RULES, FIRST).json()["id"]
    api(mona).post(RULES, {**FIRST, "name": "Second", "level": 2})
    refused = api(mona).delete(f"{RULES}/{first}")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["is_active"])
    assert "Second follows after this level." in refused.json()["errors"]["is_active"][0]


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("name", {"notify_managers": True}),
        ("name", {"name": 7, "notify_managers": True}),
        ("threshold", {**FIRST, "threshold": "100"}),
        ("threshold", {**FIRST, "threshold": 10**40}),
        ("policy", {**FIRST, "policy": 10**30}),
        ("policy", {**FIRST, "policy": [1]}),
        ("notify_person", {**FIRST, "notify_person": 999_999}),
        ("quiet_from", {**FIRST, "quiet_from": 22, "quiet_until": "06:00"}),
        ("tag", {**FIRST, "tag": {"a": 1}}),
        ("since", {**FIRST, "since": "2026-01-01T00:00:00Z"}),
    ],
)
def test_bad_input_names_its_field(api: Callable[..., ApiClient], mona: User, field: str, body: dict[str, Any]) -> None:
    answer = api(mona).post(RULES, body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
