"""Saved views and macros: who may use them, and what a macro does."""

import pytest

from tickets.actions.views import apply_macro, delete_view, save_macro, save_view
from tickets.choices import Channel, Sharing
from tickets.errors import Conflict, Invalid, NotAllowed
from tickets.finding.views import views_for
from tickets.models import Macro, SavedView


def test_a_view_is_private_until_it_is_shared(tess, milo, desktop):
    view = save_view(by=tess, name="Mine today", query="status=open&assignee=me")
    assert view not in SavedView.objects.visible_to(milo)
    save_view(by=tess, view=view, name="Desktop", query="status=open", sharing=Sharing.TEAM, team=desktop.pk)
    assert [view.name for view in views_for(milo)][-1] == "Desktop"


@pytest.mark.django_db(transaction=True)
def test_the_rail_knows_at_once_what_is_saved_and_removed(tess, milo):
    def names() -> list[str]:
        return [view.name for view in views_for(milo)]

    before = names()
    view = save_view(by=tess, name="For all", query="", sharing=Sharing.SHARED)
    assert names() == [*before, "For all"]
    save_view(by=tess, view=view, name="For everybody", query="", sharing=Sharing.SHARED)
    assert names() == [*before, "For everybody"]
    delete_view(view=view, by=tess)
    assert names() == before


def test_a_view_with_a_broken_filter_is_refused(tess):
    with pytest.raises(Invalid) as refused:
        save_view(by=tess, name="", query="status=new", sharing="team")
    assert set(refused.value.errors) == {"name", "status", "team"}


def test_only_the_owner_or_a_manager_removes_a_view(tess, milo, mona):
    view = save_view(by=tess, name="All", query="", sharing=Sharing.SHARED)
    with pytest.raises(NotAllowed):
        delete_view(view=view, by=milo)
    delete_view(view=view, by=mona)
    assert not SavedView.objects.exists()


def test_a_requester_has_no_macros(carl):
    with pytest.raises(NotAllowed):
        save_macro(by=carl, name="x", text_template="y")


def test_a_macro_fills_in_its_placeholders_and_changes_the_ticket(ticket, tess):
    macro = save_macro(
        by=tess,
        name="Ask",
        text_template="Hello {{requester.first_name}}, about {{ ticket.reference }}?",
        changes={"status": "pending"},
    )
    after = apply_macro(macro=macro, ticket=ticket, by=tess, via=Channel.WEB)
    assert after.status == "pending"
    assert after.comments.get().body == f"Hello Carl, about {ticket.reference}?"


def test_a_macro_may_assign_to_whoever_uses_it(ticket, tess, mona):
    macro = save_macro(by=tess, name="I take it", changes={"assignee": "me"}, sharing=Sharing.SHARED)
    assert apply_macro(macro=macro, ticket=ticket, by=mona, via=Channel.WEB).assignee == mona
    assert apply_macro(macro=macro, ticket=ticket, by=tess, via=Channel.WEB).assignee == tess


def test_a_macro_does_all_or_nothing(ticket, tess, mona):
    macro = Macro.objects.create(name="Raise", owner=tess, changes={"priority": "high"}, text="Raised.")
    apply_macro(
        macro=save_macro(by=mona, name="Lower", changes={"priority": "low"}), ticket=ticket, by=mona, via=Channel.WEB
    )
    with pytest.raises(Conflict):
        apply_macro(macro=macro, ticket=ticket, by=tess, via=Channel.WEB, base_version=1)
    assert not ticket.comments.exists()


def test_an_unknown_placeholder_is_named(tess):
    with pytest.raises(Invalid) as refused:
        save_macro(by=tess, name="x", text_template="{{ requester.shoe_size }}")
    assert "requester.shoe_size" in refused.value.errors["text"][0]
