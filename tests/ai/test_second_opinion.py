"""A language model's second opinion on unsure advice: only where an admin wants one, shown and never applied by itself."""

import pytest
from asgiref.sync import sync_to_async
from django.urls import reverse
from django.utils import timezone
from pydantic_ai.exceptions import ModelHTTPError

from ai import tasks
from ai.actions import opinions
from ai.actions.triage import dismiss_suggestion, triage_ticket
from ai.agents.sorting import Sorted
from ai.choices import AdviceState, RunOutcome
from ai.llm.question import Answer
from ai.models import AIRun, FieldSuggestion, SecondOpinion, TriageSetting
from tests.ai.brains import fails, says
from tickets import work
from tickets.choices import WorkState
from tickets.models import Category, TicketEvent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vpn")]
AGREES = says(category="VPN", priority="critical", urgency="critical", impact="high", reason="The VPN is out")
OBJECTS = says(category="Billing", priority="low", confidence=0.9, reason="<b>They ask for an invoice</b>")


@pytest.fixture
def vpn():
    for name in ("VPN", "Billing"):
        Category.objects.create(name=name)


@pytest.fixture
def asked():
    """The admin wants a second opinion on the category."""
    TriageSetting.objects.update_or_create(field="category", defaults={"ask_model": True})


def triaged(ticket):
    triage_ticket(ticket=ticket, now=timezone.now())
    work.run_due()
    return FieldSuggestion.objects.get(ticket=ticket, field="category")


def test_nobody_is_asked_unless_an_admin_says_so(make_ticket, brains):
    brains["one"] = AGREES
    assert triaged(make_ticket("VPN outage")).opinion is None
    assert not SecondOpinion.objects.exists()
    assert brains.calls == []


def test_without_a_model_there_is_nothing_to_wait_for(make_ticket, asked):
    assert triaged(make_ticket("VPN outage")).opinion is None
    assert not SecondOpinion.objects.exists()


def test_a_model_that_agrees_is_told_of_and_sets_nothing(make_ticket, asked, brains, client, tess):
    brains["one"] = AGREES
    ticket = make_ticket("VPN outage", description="Write to carl@example.com")
    row = triaged(ticket)
    assert row.opinion["value"]["name"] == "VPN"
    assert FieldSuggestion.objects.get(ticket=ticket, field="priority").opinion is None  # not asked about
    ticket.refresh_from_db()
    assert (ticket.category, row.state) == (None, AdviceState.OPEN)
    assert not TicketEvent.objects.filter(ticket=ticket, channel="ai").exists()
    run = AIRun.objects.get()
    assert (run.outcome, run.ticket, run.agent) == (RunOutcome.DONE, ticket, "categorization_agent")
    assert "carl@example.com" not in brains.heard()
    client.force_login(tess)
    page = client.get(reverse("ticket", args=[ticket.pk])).content.decode()
    assert "A language model agrees: <q><bdi>The VPN is out</bdi></q>" in page


def test_one_that_disagrees_is_followed_only_by_a_person(make_ticket, asked, brains, client, tess, api):
    brains["one"] = OBJECTS
    ticket = make_ticket("VPN outage")
    triaged(ticket)
    client.force_login(tess)
    page = client.get(reverse("ticket", args=[ticket.pk])).content.decode()
    assert "A language model would say <strong><bdi>Billing</bdi></strong>" in page
    assert "&lt;b&gt;They ask for an invoice" in page
    told = api(tess).get(f"/api/v1/tickets/{ticket.pk}/insights").json()["triage"][0]["opinion"]
    assert (told["value"]["name"], told["agrees"], told["confidence"]) == ("Billing", False, 0.9)
    client.post(reverse("advice", args=[ticket.pk, "category"]), {"other": "opinion"})
    ticket.refresh_from_db()
    assert ticket.category.name == "Billing"
    assert TicketEvent.objects.get(ticket=ticket, version=ticket.version).actor == tess
    assert FieldSuggestion.objects.get(ticket=ticket, field="category").state == AdviceState.CORRECTED


def test_one_that_names_none_is_told_of_too(make_ticket, asked, brains, client, tess):
    brains["one"] = says(reason="Nothing fits")
    ticket = make_ticket("VPN outage")
    assert triaged(ticket).opinion["value"] is None
    client.force_login(tess)
    assert "A language model would name none" in client.get(reverse("ticket", args=[ticket.pk])).content.decode()


def test_what_is_sure_enough_to_be_set_needs_no_opinion(make_ticket, asked, brains):
    brains["one"] = OBJECTS
    TriageSetting.objects.filter(field="category").update(apply_from=50)
    assert triaged(make_ticket("VPN outage")).state == AdviceState.APPLIED
    assert not SecondOpinion.objects.exists()
    assert brains.calls == []


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [
        (fails(ModelHTTPError(500, "m")), RunOutcome.UNAVAILABLE),
        (says(category="No such category"), RunOutcome.NONSENSE),
        (says(category="VPN", finish="content_filter"), RunOutcome.REFUSED),
    ],
)
def test_a_provider_that_fails_leaves_triage_as_it_is(make_ticket, asked, brains, trouble, outcome):
    brains["bad"] = trouble
    ticket = make_ticket("VPN outage")
    row = triaged(ticket)
    assert (row.value["name"], row.state, row.opinion) == ("VPN", AdviceState.OPEN, None)
    assert AIRun.objects.get().outcome == outcome
    assert SecondOpinion.objects.get(ticket=ticket).state == WorkState.DONE


def test_a_model_without_a_free_place_is_asked_a_little_later(make_ticket, asked, brains, monkeypatch):
    brains["one"] = AGREES
    with monkeypatch.context() as patched:
        patched.setattr(opinions, "sort_request", lambda **_: Sorted({}, Answer(None, RunOutcome.BUSY)))
        ticket = make_ticket("VPN outage")
        assert triaged(ticket).opinion is None
    asks = SecondOpinion.objects.get(ticket=ticket)
    assert asks.state == WorkState.QUEUED
    assert timezone.now() < asks.due < timezone.now() + tasks.WAITS_FOR_A_PLACE
    SecondOpinion.objects.update(due=timezone.now())
    work.run_due()
    assert FieldSuggestion.objects.get(ticket=ticket, field="category").opinion["value"]["name"] == "VPN"


def test_what_a_person_decides_meanwhile_gets_no_opinion(make_ticket, asked, brains, tess):
    async def meanwhile(messages, info):
        def by_hand():
            dismiss_suggestion(suggestion=FieldSuggestion.objects.get(field="category"), by=tess)

        await sync_to_async(by_hand, thread_sensitive=True)()
        return AGREES(messages, info)

    brains["one"] = meanwhile
    row = triaged(make_ticket("VPN outage"))
    assert (row.state, row.opinion) == (AdviceState.DISMISSED, None)


def test_each_ticket_is_asked_about_once(make_ticket, asked, brains):
    brains["one"] = AGREES
    ticket = make_ticket("VPN outage")
    triaged(ticket)
    triaged(ticket)
    assert len(brains.calls) == 1
