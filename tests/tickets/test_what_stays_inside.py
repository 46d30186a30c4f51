"""Side doors by which a requester could learn what is the desk's own."""

import pytest

from tickets.actions.merging import merge_tickets
from tickets.actions.tickets import set_watching
from tickets.choices import Channel
from tickets.errors import Conflict, Invalid
from tickets.finding.filters import filter_tickets
from tickets.models import Ticket


@pytest.mark.parametrize("name", ["watcher", "linked_to"])
def test_filters_do_not_tell_a_requester_who_follows_or_what_is_linked(ticket, carl, tess, name):
    set_watching(ticket=ticket, watcher=tess, watching=True, by=tess, via=Channel.WEB)
    with pytest.raises(Invalid) as refused:
        filter_tickets(Ticket.objects.visible_to(carl), {name: [str(tess.pk)]}, carl)
    assert name in refused.value.errors


def test_strangers_without_an_organization_are_not_merged(make_user, make_ticket, tess):
    one, other = make_ticket(by=make_user("Ike")), make_ticket(by=make_user("Ima"))
    with pytest.raises(Conflict) as refused:
        merge_tickets(source=one, target=other, by=tess, via=Channel.WEB)
    assert refused.value.code == "other_organization"
    assert not other.watchers.exists()


def test_the_timeline_tells_a_requester_nothing_of_a_merge_s_followers(client, make_ticket, tess, carl):
    first, second = make_ticket(), make_ticket("The same again")
    set_watching(ticket=second, watcher=tess, watching=True, by=tess, via=Channel.WEB)
    merge_tickets(source=second, target=first, by=tess, via=Channel.WEB)
    client.force_login(carl)
    events = client.get(f"/api/v1/tickets/{second.pk}/timeline").json()["results"]
    merged = next(event for event in events if event["kind"] == "ticket_merged")
    assert merged["data"] == {"into": {"id": first.pk, "name": str(first)}}
