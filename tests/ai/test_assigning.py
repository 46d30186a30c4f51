"""Who should take one ticket: dispatch's ranking as advice on the ticket, with its reasons, accepted as the person who accepts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ai import assigning
from ai.actions.triage import decide_suggestion, rank_anew, triage_ticket
from ai.choices import AdviceState, Source
from ai.models import FieldSuggestion
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel, Role
from tickets.models import Category, Skill, Technician, TechnicianSkill, Ticket, TicketEvent, User
from tickets.permissions import System

pytestmark = pytest.mark.django_db
NewTicket = Callable[..., Ticket]


@pytest.fixture
def printers(tess: User, milo: User) -> Category:
    """A category whose skill Tess has a little and Milo a lot."""
    category, skill = Category.objects.create(name="Printers"), Skill.objects.create(name="Printers")
    category.skills.add(skill)
    for person, proficiency in ((tess, 3), (milo, 9)):
        TechnicianSkill.objects.create(technician=person.technician, skill=skill, proficiency=proficiency)
    return category


@pytest.fixture
def burning(make_ticket: NewTicket, printers: Category) -> Ticket:
    """A ticket about printers that nobody has."""
    ticket = make_ticket("It burns")
    return change_ticket(ticket=ticket, by=System(), via=Channel.SYSTEM, changes={"category": printers.pk})


def who(ticket: Ticket) -> FieldSuggestion | None:
    return FieldSuggestion.objects.filter(ticket=ticket, field="assignee").first()


def test_triage_advises_whom_dispatch_would_give_it_and_says_why(burning: Ticket, tess: User, milo: User) -> None:
    triage_ticket(ticket=burning, now=timezone.now())
    row = who(burning)
    assert row.source == Source.DISPATCH
    assert row.value == {"id": milo.pk, "name": "Milo"}
    assert row.reasons[0] == "proficiency 9 of 10 in what it needs +27"
    assert [(other["value"]["id"], other["reasons"][0]) for other in row.others] == [
        (tess.pk, "proficiency 3 of 10 in what it needs +9")
    ]
    assert row.confidence == 0.5  # nobody has decided on such advice yet


def test_a_new_ticket_is_ranked_by_the_category_that_triage_advises(
    make_ticket: NewTicket, printers: Category, milo: User
) -> None:
    ticket = make_ticket("The printer jams")  # one of the first rules knows printers
    triage_ticket(ticket=ticket, now=timezone.now())
    assert ticket.category is None
    assert who(ticket).value["id"] == milo.pk


def test_what_was_learned_is_one_reason_more(burning: Ticket, tess: User, milo: User, printers: Category) -> None:
    TechnicianSkill.objects.update(proficiency=5)
    theirs = assigning.Suggested("assignee", {"id": tess.pk, "name": "Tess"}, 0.8, ("burns",), (), Source.MODEL)
    first, second = assigning.rank(burning, {"assignee": theirs}, timezone.now())
    assert (first.worker, second.worker) == (tess.pk, milo.pk)
    assert "80 % likely, as closed tickets were +12" in assigning.words_of(first)
    assert not any("closed tickets" in words for words in assigning.words_of(second))


def test_the_learned_technician_comes_from_closed_tickets(
    past: Callable[..., list[Ticket]], make_ticket: NewTicket, tess: User, milo: User
) -> None:
    milo.technician.teams.set(tess.technician.teams.all())
    closed = past(150)
    Ticket.objects.filter(pk__in=[one.pk for one in closed], category__name="VPN").update(assignee=milo)
    call_command("train_triage")
    ticket = make_ticket("The vpn client disconnects every minute", description="I work from home")
    triage_ticket(ticket=ticket, now=timezone.now())
    row = who(ticket)
    assert row.value["id"] == milo.pk
    assert "likely, as closed tickets were" in " ".join(row.reasons)


def test_nobody_is_advised_for_what_somebody_has_nor_where_nobody_has_room(
    burning: Ticket, make_ticket: NewTicket, tess: User
) -> None:
    change_ticket(ticket=burning, by=System(), via=Channel.SYSTEM, changes={"assignee": tess.pk})
    triage_ticket(ticket=burning, now=timezone.now())
    assert who(burning) is None
    Technician.objects.all().delete()
    other = make_ticket("It burns too")
    triage_ticket(ticket=other, now=timezone.now())
    assert who(other) is None


def test_accepting_assigns_as_the_person_who_accepts(burning: Ticket, tess: User, milo: User, client: Client) -> None:
    triage_ticket(ticket=burning, now=timezone.now())
    client.force_login(tess)
    page = client.get(reverse("ticket", args=[burning.pk])).content.decode()
    assert "proficiency 9 of 10 in what it needs +27" in page
    assert "Use <bdi>Tess</bdi>" in page
    client.post(reverse("advice", args=[burning.pk, "assignee"]), {"act": "accept"})
    burning.refresh_from_db()
    assert burning.assignee == milo
    assert TicketEvent.objects.get(ticket=burning, version=burning.version).actor == tess
    assert who(burning).state == AdviceState.ACCEPTED


def test_what_dispatch_gave_out_meanwhile_is_not_asked_about(burning: Ticket, tess: User, client: Client) -> None:
    triage_ticket(ticket=burning, now=timezone.now())
    change_ticket(ticket=burning, by=System("Dispatch"), via=Channel.SYSTEM, changes={"assignee": tess.pk})
    client.force_login(tess)
    assert "in what it needs" not in client.get(reverse("ticket", args=[burning.pk])).content.decode()


def test_it_is_as_sure_as_such_advice_was_followed(make_ticket: NewTicket, tess: User, milo: User) -> None:
    now = timezone.now()
    for _ in range(10):
        ticket = make_ticket()
        triage_ticket(ticket=ticket, now=now)
        decide_suggestion(suggestion=who(ticket), by=tess, via=Channel.WEB)
    cache.clear()
    assert assigning.followed(now) == 0.75  # ten of ten, and ten that count half
    cache.clear()
    assert assigning.followed(now + assigning.LATELY + timedelta(days=1)) == 0.5


def test_people_are_ranked_anew_when_the_ticket_or_the_day_moves_on(burning: Ticket, tess: User, milo: User) -> None:
    now = timezone.now()
    triage_ticket(ticket=burning, now=now)
    assert rank_anew(now) == 0
    milo.is_active = False
    milo.save()
    assert rank_anew(now + timedelta(hours=1)) == 1
    assert who(burning).value["id"] == tess.pk
    change_ticket(ticket=burning, by=tess, via=Channel.WEB, changes={"priority": "critical"})
    FieldSuggestion.objects.update(made_at=now - timedelta(minutes=1))
    assert rank_anew(now) == 1
    Technician.objects.all().delete()
    assert rank_anew(now + timedelta(hours=2)) == 1
    assert who(burning) is None


def test_programs_see_who_could_take_it_now(burning: Ticket, tess: User, milo: User, carl: User, api: Any) -> None:
    path = f"/api/v1/tickets/{burning.pk}/insights"
    first, second = api(tess).get(path).json()["technicians"]
    assert (first["technician"], second["technician"]["id"]) == ({"id": milo.pk, "name": "Milo"}, tess.pk)
    assert first["reasons"][0] == {"points": 27.0, "words": "proficiency 9 of 10 in what it needs"}
    assert api(carl).get(path).status_code == 403
    change_ticket(ticket=burning, by=tess, via=Channel.WEB, changes={"assignee": tess.pk})
    assert api(tess).get(path).json()["technicians"] == []


def test_a_text_alone_is_ranked_too(printers: Category, milo: User, tess: User, api: Any) -> None:
    found = api(tess).post("/api/v1/ai/triage", {"description": "The printer jams"}).json()["suggestions"]
    advised = {one["field"]: one for one in found}
    assert advised["assignee"]["value"]["id"] == milo.pk
    assert advised["assignee"]["source"] == "dispatch"


def test_many_technicians_cost_as_many_queries_as_one(
    burning: Ticket, make_user: Callable[..., User], make_ticket: NewTicket
) -> None:
    def queries(ticket: Ticket) -> int:
        with CaptureQueriesContext(connection) as asked:
            triage_ticket(ticket=ticket, now=timezone.now())
        return len(asked)

    few = queries(make_ticket("It burns"))
    for number in range(12):
        Technician.objects.create(user=make_user(f"Tech{number}", Role.TECHNICIAN))
    assert queries(make_ticket("It burns")) <= few
