"""Policies in the admin: promises in a table, and an edit's impact before it is saved."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from sla.models import Application, Calendar, Clock, Policy, PolicyVersion
from tickets.models import Ticket, User

FORM = {
    "name": "Gold",
    "kind": "customer",
    "position": 10,
    "is_active": "on",
    "tiers": ["gold"],
    "first_response_critical": "15 min",
    "resolution_critical": "4 h",
    "pauses_resolution": ["pending"],
    "warnings": "50, 90",
    "scope": "new",
    "versions-TOTAL_FORMS": 1,
    "versions-INITIAL_FORMS": 1,
}


@pytest.fixture
def boss(ada: User, client: Any) -> Any:
    client.force_login(ada)
    return client


def test_gold_customers_round_the_clock_fifteen_minutes_and_four_hours(boss: Any, always: Calendar) -> None:
    assert boss.get(reverse("admin:sla_policy_add")).status_code == 200
    answer = boss.post(reverse("admin:sla_policy_add"), FORM | {"calendar": always.pk})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    made = Policy.objects.get().latest
    assert made.conditions == {"tiers": ["gold"]}
    assert made.targets == {"first_response": {"critical": 15}, "resolution": {"critical": 240}}
    assert (made.pauses, made.warnings, made.made_by) == ({"resolution": ["pending"]}, [50, 90], boss_of(boss))
    page = boss.get(reverse("admin:sla_policy_change", args=[made.policy_id])).content.decode()
    assert "15 min" in page
    assert "A ticket created now would be due" in page
    assert "Gold" in boss.get(reverse("admin:sla_policy_changelist")).content.decode()


def boss_of(client: Any) -> User:
    return User.objects.get(pk=client.session["_auth_user_id"])


def test_an_edit_says_what_it_would_do_and_is_saved_the_second_time(
    boss: Any, standard: Policy, ticket: Ticket
) -> None:
    url = reverse("admin:sla_policy_change", args=[standard.pk])
    Application.objects.all().delete()
    form = boss.get(url).context["adminform"].form
    sent = {name: value for name in form.fields if (value := form.initial.get(name)) not in (None, False, "", [])}
    sent |= {"versions-TOTAL_FORMS": 1, "versions-INITIAL_FORMS": 1, "since": "", "seen": ""}
    sent |= {"scope": "open", "resolution_medium": "1 h"}
    told = boss.post(url, sent)
    errors = told.context["adminform"].form.errors
    assert errors.keys() == {"__all__"}, errors
    assert "This touches 1 of 1 open tickets and moves 1 deadlines (1 earlier" in errors["__all__"][0]
    assert PolicyVersion.objects.count() == 1
    seen = told.context["adminform"].form.data["seen"]
    assert boss.post(url, sent | {"seen": seen}).status_code == 302
    assert PolicyVersion.objects.count() == 2
    assert Application.objects.exists()
    assert Clock.objects.filter(target=timedelta(hours=16)).exists()  # until the work is done


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"resolution_critical": "0"}, "resolution_critical", "zero"),
        ({"resolution_critical": "soon"}, "resolution_critical", "15 min"),
        ({"is_default": "on"}, "is_default", "conditions away"),
        ({"warnings": "always"}, "warnings", "percentages"),
        ({"first_response_critical": "", "resolution_critical": ""}, "first_response_critical", "Promise something"),
        ({"scope": "since"}, "since", "from when"),
    ],
)
def test_what_makes_no_sense_is_said_beside_the_field(
    change: dict[str, Any], field: str, says: str, boss: Any, always: Calendar
) -> None:
    answer = boss.post(reverse("admin:sla_policy_add"), FORM | {"calendar": always.pk} | change)
    assert says in str(answer.context["adminform"].form.errors[field])
    assert not Policy.objects.exists()
