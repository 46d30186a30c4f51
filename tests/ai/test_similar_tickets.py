"""Similar tickets: found by words at once, ranked with their duplicates, and only for those who may see them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from ai.models import SimilarPosting
from ai.similar import index
from ai.similar.finding import Similar, ask, similar_tickets, similar_to
from tests.ai.looking import look_at_all
from tests.conftest import ApiClient
from tickets.actions.merging import link_tickets, merge_tickets
from tickets.actions.tickets import archive_ticket, change_ticket
from tickets.choices import Channel, LinkKind
from tickets.models import Team, Ticket, User

Make = Callable[..., Ticket]
pytestmark = pytest.mark.django_db


@pytest.fixture
def printers(make_ticket: Make) -> list[Ticket]:
    """Three about the printer, the first two nearly alike, and one about something else."""
    titles = ("Printer HP4520 shows error 0x61", "HP4520 printer error 0x61 again", "Printer out of toner", "VPN drops")
    made = [make_ticket(title) for title in titles]
    look_at_all()
    return made


def told(found: list[Similar]) -> list[str]:
    return [one.ticket.title for one in found]


def test_the_most_like_come_first_with_the_words_that_speak_for_them(printers: list[Ticket], tess: User) -> None:
    found = similar_to(printers[0], tess)
    assert told(found) == ["HP4520 printer error 0x61 again", "Printer out of toner"]
    assert {"hp4520", "0x61"} <= set(found[0].shared)
    assert found[0].confidence > found[1].confidence


def test_a_changed_text_is_found_by_its_new_words_only(printers: list[Ticket], tess: User) -> None:
    change_ticket(ticket=printers[3], by=tess, via=Channel.WEB, changes={"title": "Scanner jams"})
    look_at_all()
    assert told(similar_tickets(ask("scanner jammed", ""), tess)) == ["Scanner jams"]
    assert similar_tickets(ask("vpn drops", ""), tess) == []


def test_archived_tickets_and_those_linked_already_are_left_out(printers: list[Ticket], tess: User, mona: User) -> None:
    link_tickets(source=printers[0], target=printers[2], kind=LinkKind.RELATED, by=tess, via=Channel.WEB)
    archive_ticket(ticket=printers[1], by=mona, via=Channel.WEB)
    assert similar_to(printers[0], tess) == []


def test_a_duplicate_votes_for_its_original(printers: list[Ticket], make_ticket: Make, tess: User) -> None:
    original = make_ticket("Third floor device is broken")
    link_tickets(source=printers[1], target=original, kind=LinkKind.DUPLICATE, by=tess, via=Channel.WEB)
    merge_tickets(source=printers[2], target=original, by=tess, via=Channel.WEB)
    found = similar_tickets(ask("error 0x61 on printer", ""), tess)
    assert told(found)[:2] == ["Third floor device is broken", "Printer HP4520 shows error 0x61"] or (
        told(found)[1] == "Third floor device is broken"
    )
    assert next(one for one in found if one.ticket == original).duplicates == 1


def test_nobody_is_shown_what_they_may_not_see(
    make_ticket: Make, milo: User, tess: User, gina: User, carl: User, desktop: Team
) -> None:
    for n in range(4):
        make_ticket(f"Secret merger papers leaked number {n}")
    mine = make_ticket("Secret merger papers on my desktop", by=tess, team=desktop.name)
    look_at_all()
    assert told(similar_tickets(ask("secret merger papers", ""), milo)) == [mine.title]
    assert similar_tickets(ask("secret merger papers", ""), gina) == []
    assert len(similar_tickets(ask("secret merger papers", ""), carl)) == 4


def test_an_original_that_is_hidden_is_not_named(make_ticket: Make, milo: User, tess: User, desktop: Team) -> None:
    hidden = make_ticket("Quarterly numbers leaked")
    seen = make_ticket("Leaked numbers of the quarter", by=tess, team=desktop.name)
    link_tickets(source=seen, target=hidden, kind=LinkKind.DUPLICATE, by=tess, via=Channel.WEB)
    look_at_all()
    assert told(similar_tickets(ask("quarterly numbers", ""), milo)) == [seen.title]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "…!?",
        "a",
        "\u202e\u0000\ud83d\ude00 emoji \U0001f5a8",
        "打印机坏了 Drucker kaputt طابعة принтер",
        "x" * 1_000_000,
        "wort " * 200_000,
        "'\" OR 1=1; -- %s %(a)s",
    ],
)
def test_any_text_is_an_answerable_question(text: str, make_ticket: Make, tess: User) -> None:
    make_ticket("打印机坏了 on the third floor")
    look_at_all()
    found = similar_tickets(ask(text[:255], text), tess)
    assert (found != []) == text.startswith("打印机")


def test_indexing_again_changes_nothing(printers: list[Ticket], tess: User) -> None:
    before = set(SimilarPosting.objects.values_list("word", "block", "count"))
    call_command("index_similar", verbosity=0)
    assert set(SimilarPosting.objects.values_list("word", "block", "count")) == before
    assert index.total() == 4


def test_the_panel_shows_them_and_marks_a_duplicate(printers: list[Ticket], tess: User, client: Client) -> None:
    client.force_login(tess)
    one, other = printers[0], printers[1]
    page = client.get(f"/tickets/T-{one.pk}").content.decode()
    assert f"/tickets/T-{one.pk}/similar" in page
    panel = client.get(f"/tickets/T-{one.pk}/similar", headers={"HX-Request": "true"}).content.decode()
    assert other.title in panel
    assert "<html" not in panel
    client.post(f"/tickets/T-{one.pk}/duplicate-of/T-{other.pk}")
    assert one.links_out.get().kind == LinkKind.DUPLICATE  # type: ignore[attr-defined]
    assert other.title not in client.get(f"/tickets/T-{one.pk}/similar").content.decode().split("Similar tickets", 1)[1]


def test_a_ticket_being_written_is_told_what_it_looks_like(
    printers: list[Ticket], tess: User, milo: User, carl: User, client: Client
) -> None:
    asked = {"title": "Printer HP4520 error 0x61"}
    client.force_login(tess)
    hint = client.get("/tickets/looks-like", asked, headers={"HX-Request": "true"}).content.decode()
    assert f"T-{printers[0].pk}" in hint
    assert "looks like" not in client.get("/tickets/looks-like", {"title": "Holiday plans"}).content.decode()
    client.force_login(milo)
    assert "HP4520" not in client.get("/tickets/looks-like", asked).content.decode()
    client.force_login(carl)
    assert client.get("/tickets/looks-like", asked).status_code == 404


def test_the_api_lists_them_for_support_staff(printers: list[Ticket], tess: User, carl: User, api: Any) -> None:
    staff: ApiClient = api(tess)
    found = staff.get(f"/api/v1/tickets/T-{printers[0].pk}/similar").json()["results"]
    assert [one["id"] for one in found] == [printers[1].pk, printers[2].pk]
    assert 0 < found[0]["confidence"] <= 1
    refused = api(carl).get(f"/api/v1/tickets/T-{printers[0].pk}/similar")
    assert (refused.status_code, refused.json()["required_role"]) == (403, "technician")


def test_a_person_who_sees_few_tickets_is_searched_further_down_the_list(
    make_ticket: Make, milo: User, tess: User, desktop: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ai.similar.finding.CANDIDATES", 2)
    mine = make_ticket("Printer on my desktop, second floor, north wing", by=tess, team=desktop.name)
    for n in range(12):
        make_ticket(f"Printer desktop {n}")
    look_at_all()
    assert told(similar_tickets(ask("printer desktop", ""), milo)) == [mine.title]
