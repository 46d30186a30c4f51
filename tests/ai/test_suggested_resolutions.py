"""Suggested resolutions: from resolved tickets and articles the asker may see, cited, rated, discarded when the ticket moves on."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ai.actions.similar import rate_suggestion, suggest_resolution
from ai.choices import ResolutionState
from ai.models import SuggestedResolution
from tests.ai.looking import look_at_all
from tickets.actions.conversation import add_comment
from tickets.actions.knowledge import publish_article, write_article
from tickets.actions.merging import merge_tickets
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel
from tickets.errors import Conflict, NotFound
from tickets.models import Article, Team, Ticket, User

Make = Callable[..., Ticket]
pytestmark = pytest.mark.django_db
ANSWER = "Hold the green button for ten seconds."


@pytest.fixture
def solved(make_ticket: Make, tess: User) -> Ticket:
    ticket = make_ticket("Printer HP4520 shows error 0x61")
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"status": "resolved", "resolution": ANSWER})
    return ticket


@pytest.fixture
def again(solved: Ticket, make_ticket: Make) -> Ticket:
    ticket = make_ticket("HP4520 printer error 0x61 again")
    for n in range(5):  # a desk has other troubles, which is what makes words telling
        make_ticket(f"Something else number {n}")
    look_at_all()
    return ticket


def offers(ticket: Ticket, user: User) -> list[Any]:
    return suggest_resolution(ticket=ticket, by=user, now=timezone.now())


def test_what_resolved_a_ticket_like_it_is_offered_and_cited(again: Ticket, solved: Ticket, tess: User) -> None:
    (offer,) = offers(again, tess)
    assert (offer.resolution.text, offer.resolution.source) == (ANSWER, solved)
    assert 0.2 < offer.resolution.confidence <= 1


def test_where_nobody_wrote_it_down_the_desks_last_answer_serves(make_ticket: Make, tess: User, carl: User) -> None:
    old, new = make_ticket("Printer HP4520 shows error 0x61"), make_ticket("HP4520 printer error 0x61 again")
    add_comment(ticket=old, by=tess, via=Channel.WEB, body=ANSWER)
    add_comment(ticket=old, by=carl, via=Channel.PORTAL, body="Thank you, that was it")
    add_comment(ticket=old, by=tess, via=Channel.WEB, body="What a dolt he is", internal=True)
    change_ticket(ticket=old, by=tess, via=Channel.WEB, changes={"status": "closed"})
    for n in range(5):
        make_ticket(f"Something else number {n}")
    look_at_all()
    assert [offer.resolution.text for offer in offers(new, tess)] == [ANSWER]


def test_articles_are_offered_beside_tickets(again: Ticket, tess: User) -> None:
    fields = {"title": "HP4520 printer error 0x61", "body": "Replace the fuser."}
    publish_article(article=write_article(by=tess, fields=fields), by=tess)
    assert {offer.resolution.text for offer in offers(again, tess)} == {ANSWER, "Replace the fuser."}


def test_what_the_asker_may_not_see_is_not_offered(
    again: Ticket, solved: Ticket, tess: User, milo: User, desktop: Team
) -> None:
    change_ticket(ticket=again, by=tess, via=Channel.WEB, changes={"team": desktop.name})
    offered = offers(again, tess)[0].suggestion
    assert offers(again, milo) == []
    assert not SuggestedResolution.objects.visible_to(milo).exists()
    with pytest.raises(NotFound):
        rate_suggestion(suggestion=offered, helpful=True, by=milo, now=timezone.now())


@pytest.mark.parametrize("changes", [{"title": "It is the scanner"}, {"status": "resolved", "resolution": "Done"}])
def test_they_are_discarded_when_the_ticket_moves_on(again: Ticket, tess: User, changes: dict[str, str]) -> None:
    suggestion = offers(again, tess)[0].suggestion
    change_ticket(ticket=again, by=tess, via=Channel.WEB, changes={"priority": "high"})
    suggestion.refresh_from_db()
    assert suggestion.state == ResolutionState.OFFERED
    change_ticket(ticket=again, by=tess, via=Channel.WEB, changes=changes)
    suggestion.refresh_from_db()
    assert suggestion.state == ResolutionState.DISCARDED
    with pytest.raises(Conflict):
        rate_suggestion(suggestion=suggestion, helpful=True, by=tess, now=timezone.now())


def test_nothing_is_offered_for_a_ticket_that_is_done_with(again: Ticket, make_ticket: Make, tess: User) -> None:
    merge_tickets(source=again, target=make_ticket("Printers"), by=tess, via=Channel.WEB)
    with pytest.raises(Conflict):
        offers(Ticket.objects.get(pk=again.pk), tess)


def test_answers_are_counted_once_a_person_and_weigh_elsewhere(
    again: Ticket, make_ticket: Make, tess: User, mona: User
) -> None:
    offer = offers(again, tess)[0]
    for by, helpful in ((tess, True), (tess, False), (mona, False)):
        rate_suggestion(suggestion=offer.suggestion, helpful=helpful, by=by, now=timezone.now())
    assert sorted(offer.suggestion.votes.values_list("user__name", "helpful")) == [("Mona", False), ("Tess", False)]
    assert offers(again, tess) == []
    third = make_ticket(again.title)
    look_at_all()
    assert offers(third, tess)[0].resolution.confidence < offer.resolution.confidence


def test_the_page_offers_and_takes_the_answer_without_javascript(again: Ticket, tess: User, client: Client) -> None:
    client.force_login(tess)
    page = client.post(f"/tickets/T-{again.pk}/resolutions").content.decode()
    assert ANSWER in page
    suggestion = SuggestedResolution.objects.get()
    assert client.post(f"/tickets/T-{again.pk}/resolutions/{suggestion.pk}", {"helpful": "true"}).status_code == 302
    suggestion.refresh_from_db()
    assert suggestion.state == ResolutionState.ACCEPTED


def test_the_api_offers_for_a_ticket_or_a_text(again: Ticket, solved: Ticket, tess: User, api: Any) -> None:
    staff = api(tess)
    found = staff.post("/api/v1/ai/suggest-resolution", {"ticket_id": again.pk}).json()
    assert found["suggestions"][0]["citation"]["reference"] == solved.reference
    assert found["similar_tickets"][0]["id"] == solved.pk
    path = f"/api/v1/ai/suggestions/{found['suggestions'][0]['id']}/feedback"
    assert staff.post(path, {"helpful": True}).json()["state"] == "accepted"
    kept = SuggestedResolution.objects.count()
    typed = staff.post("/api/v1/ai/suggest-resolution", {"title": "error 0x61", "description": "on the HP4520 printer"})
    assert typed.json()["suggestions"][0]["text"] == ANSWER
    assert SuggestedResolution.objects.count() == kept


@pytest.mark.parametrize("body", [{}, {"title": ""}, {"title": 5}, {"description": "x" * 1_000_000}, {"surprise": 1}])
def test_the_api_refuses_what_is_no_question(body: dict[str, Any], tess: User, api: Any) -> None:
    assert api(tess).post("/api/v1/ai/suggest-resolution", body).status_code == 400


def test_the_api_is_for_support_staff_and_their_tickets(again: Ticket, carl: User, milo: User, api: Any) -> None:
    assert api(carl).post("/api/v1/ai/suggest-resolution", {"ticket_id": again.pk}).status_code == 403
    assert api(milo).post("/api/v1/ai/suggest-resolution", {"ticket_id": again.pk}).status_code == 404


def test_an_unpublished_article_is_gone(again: Ticket, tess: User) -> None:
    article = write_article(by=tess, fields={"title": "HP4520 printer error 0x61", "body": "A draft only."})
    assert Article.objects.get() == article
    assert [offer.resolution.text for offer in offers(again, tess)] == [ANSWER]
