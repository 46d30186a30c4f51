"""Breach risk without a past to learn from: what is refused, what is said instead, and how learning is kept apart."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import sla.tasks  # noqa: F401 - reckons the clocks of what was imported
from ai import tasks
from ai.actions.learning import learn
from ai.actions.risk import foretell_due
from ai.child import ChildFailed, manage
from ai.choices import Learning
from ai.models import LearnedModel
from sla.models import Policy
from tests.ai.looking import look_at_all
from tests.ai.promises import promise_solutions
from tickets.errors import NotAllowed
from tickets.models import Ticket, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def standard(ada: User) -> Policy:
    return promise_solutions(ada, hours=16.0)


@pytest.mark.parametrize(
    "body",
    [
        *({}, {"ticket_id": None}, {"ticket_id": "printer"}, {"ticket_id": True}, {"ticket_id": [1]}),
        *({"ticket_ids": []}, {"ticket_ids": "all"}, {"ticket_ids": [1] * 201}, {"ticket_ids": [{}]}, {"ticket": 1}),
        *({"ticket_id": 1, "ticket_ids": [1]}, {"ticket_id": "9" * 19}, {"ticket_id": "T-"}, {"ticket_id": "²"}),
        {"ticket_id": -5},
    ],
)
def test_what_cannot_be_asked_is_refused(body: dict[str, Any], tess: User, api: Any) -> None:
    answer = api(tess).post("/api/v1/ai/predict-sla", body)
    assert answer.status_code == 400
    assert answer.json()["errors"]


def test_only_the_desk_asks_and_only_about_what_it_sees(ticket: Ticket, carl: User, milo: User, api: Any) -> None:
    asked = {"ticket_id": ticket.pk}
    assert api(carl).post("/api/v1/ai/predict-sla", asked).status_code == 403
    assert api(milo).post("/api/v1/ai/predict-sla", asked).status_code == 404
    assert api(milo).post("/api/v1/ai/predict-sla", {"ticket_ids": [ticket.pk]}).status_code == 404
    assert api().post("/api/v1/ai/predict-sla", asked).status_code == 401


def test_without_history_it_says_so_and_the_clock_tells(
    standard: Policy, ticket: Ticket, tess: User, api: Any, client: Client, capsys: Any
) -> None:
    call_command("train_risk")
    assert "Nothing to learn yet." in capsys.readouterr().out
    assert not LearnedModel.objects.exists()
    found = api(tess).post("/api/v1/ai/predict-sla", {"ticket_id": ticket.pk}).json()
    assert (found["basis"], found["breach_probability"], found["risk"]) == ("clock", None, "low")
    assert "too little history" in found["detail"]
    look_at_all()
    foretell_due(timezone.now(), 100)
    client.force_login(tess)
    assert "too little history" in client.get(reverse("ticket", args=[ticket.pk])).content.decode()


def test_learning_is_for_admins(tess: User) -> None:
    with pytest.raises(NotAllowed):
        learn(kind=Learning.RISK, by=tess, now=timezone.now())


def test_the_nightly_learning_runs_apart_with_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(tasks, "manage", lambda *command: asked.append(command))
    tasks.learn_risk()
    assert asked == [("train_risk",)]
    assert "5.2" in manage("version")
    with pytest.raises(ChildFailed, match=r"version took longer than 0\.01 s"):
        manage("version", seconds=0.01)
    with pytest.raises(ChildFailed, match="version ended with"):
        manage("version", memory=30 * 1024**2)
