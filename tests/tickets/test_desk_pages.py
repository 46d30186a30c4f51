"""The staff desk through Django's client: the queue, the ticket page, what their forms do, with and without htmx."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import resolve, reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tickets.actions.answering import answer_ticket
from tickets.actions.conversation import add_comment
from tickets.actions.merging import link_tickets, merge_tickets
from tickets.actions.tickets import change_ticket, set_watching
from tickets.actions.views import save_macro, save_view
from tickets.choices import Channel
from tickets.models import CustomField, Macro, Team, Ticket

WEB = Channel.WEB
HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(client, tess):
    """A browser in which Tess is signed in."""
    client.force_login(tess)
    return client


def page_of(response) -> str:
    return response.content.decode()


def url(name, *args):
    return reverse(name, args=args)


@pytest.mark.parametrize("who", ["ada", "mona", "tess", "milo"])
def test_every_page_renders_for_all_staff(client, request, who, ticket, desktop, tess):
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"team": desktop.pk})
    client.force_login(request.getfixturevalue(who))
    for name in ("ticket", "ticket_edit", "ticket_merge", "ticket_link", "ticket_time"):
        assert client.get(url(name, ticket.pk)).status_code == 200
    for name in ("queue", "ticket_new", "find", "view_counts"):
        assert client.get(url(name)).status_code == 200


def test_a_technician_of_another_team_does_not_find_the_ticket(client, milo, ticket):
    client.force_login(milo)
    assert client.get(url("ticket", ticket.pk)).status_code == 404
    assert client.post(url("ticket_fields", ticket.pk), {"priority": "high"}).status_code == 404


def test_strangers_are_sent_to_sign_in(client, ticket):
    assert "login" in client.get(url("ticket", ticket.pk)).headers["Location"]


def test_a_requester_who_follows_a_staff_link_lands_in_the_portal(client, carl, ticket):
    client.force_login(carl)
    assert client.get(url("ticket", ticket.pk)).headers["Location"] == url("portal_ticket", ticket.pk)


# The queue


def test_the_queue_lists_what_is_unresolved(desk, make_ticket, tess):
    waiting, done = make_ticket("Waiting"), make_ticket("Done already")
    change_ticket(ticket=done, by=tess, via=WEB, changes={"status": "resolved", "resolution": "Did it."})
    shown = page_of(desk.get(url("queue")))
    assert waiting.title in shown
    assert done.title not in shown


def test_filters_sorting_and_search_narrow_the_queue(desk, make_ticket, tess):
    urgent, calm = make_ticket("Server smokes"), make_ticket("Chair squeaks")
    change_ticket(ticket=urgent, by=tess, via=WEB, changes={"priority": "critical", "tags": ["fire"]})
    for query in ("priority=critical", "tag=fire", "q=smokes"):
        shown = page_of(desk.get(f"{url('queue')}?{query}"))
        assert urgent.title in shown, query
        assert calm.title not in shown, query
    shown = page_of(desk.get(f"{url('queue')}?ordering=-priority"))
    assert shown.index(urgent.title) < shown.index(calm.title)


def test_a_bad_filter_is_told_not_thrown(desk, ticket):
    for query in ("priority=urgent", "cursor=nonsense", "ordering=luck", "assignee=%00"):
        response = desk.get(f"{url('queue')}?{query}")
        assert response.status_code in (200, 400), query
        assert "Queue" in page_of(response)


def test_a_fragment_is_not_the_whole_page(desk, ticket):
    shown = page_of(desk.get(url("queue"), headers=HTMX))
    assert ticket.title in shown
    assert "<html" not in shown


def test_single_rows_can_be_drawn_anew(desk, ticket, make_ticket):
    other = make_ticket("Another")
    shown = page_of(desk.get(f"{url('queue')}?rows={ticket.pk}", headers=HTMX))
    assert f"t-{ticket.pk}" in shown
    assert other.title not in shown


@pytest.mark.parametrize("count", [3, 30])
def test_the_queue_asks_a_constant_number_of_questions(
    desk, make_ticket, tess, count, django_assert_max_num_queries: DjangoAssertNumQueries
):
    for number in range(count):
        change_ticket(
            ticket=make_ticket(f"Number {number}"), by=tess, via=WEB, changes={"tags": ["a", "b"], "assignee": tess.pk}
        )
    with django_assert_max_num_queries(6):
        desk.get(url("queue"))


def test_many_tickets_change_at_once_and_back(desk, make_ticket):
    first, second = make_ticket("One"), make_ticket("Two")
    response = desk.post(
        url("queue_bulk"),
        {"ids": [first.pk, second.pk], "priority": "high", "add_tags": "a, b", "back": "/tickets?q=x"},
    )
    assert response.headers["Location"] == "/tickets?q=x"
    first.refresh_from_db()
    assert (first.priority, sorted(first.tags.values_list("name", flat=True))) == ("high", ["a", "b"])
    assert "2 tickets changed" in page_of(desk.get(url("queue")))
    desk.post(url("undo"), {"what": f"change:{first.pk}.2,{second.pk}.2"})
    first.refresh_from_db()
    assert (first.priority, first.tags.count()) == ("medium", 0)


def test_what_to_change_on_many_is_offered_when_it_is_asked_for(desk, make_ticket, tess, mona):
    save_macro(by=mona, name="Ask again", text_template="Well?", sharing="shared")
    ids = [make_ticket("One").pk, make_ticket("Two").pk]
    assert "Ask again" not in page_of(desk.get(url("queue")))
    bar = page_of(desk.get(url("queue_bulk"), headers=HTMX))
    assert "Ask again" in bar
    assert "<html" not in bar
    asked = page_of(desk.post(url("queue_bulk"), {"ids": ids, "back": "/tickets?q=x"}))  # without JavaScript
    assert "Change 2 tickets" in asked
    assert 'href="/tickets?q=x"' in asked
    assert all(f'name="ids" value="{pk}"' in asked for pk in ids)
    assert desk.post(url("queue_bulk"), {"ids": ids}, headers=HTMX).status_code == 400
    assert desk.post(url("queue_bulk"), {"priority": "low"}).status_code == 400


def test_a_filter_is_a_menu_or_a_page_and_keeps_the_others(desk, ticket, tess, network):
    query = f"?priority=high&team={network.pk}"
    listed = page_of(desk.get(url("queue") + query))
    assert "Network" in listed  # the chip names what is chosen
    assert "No team" not in listed  # its other choices come when it is opened
    menu = page_of(desk.get(url("queue_filter", "team") + query, headers=HTMX))
    assert f'value="{network.pk}" checked' in menu
    assert "No team" in menu
    assert "<html" not in menu
    shown = page_of(desk.get(url("queue_filter", "team") + query))
    assert '<input type="hidden" name="priority" value="high">' in shown
    assert 'action="/tickets"' in shown
    assert 'action="/board"' in page_of(desk.get(url("board_filter", "team")))
    assert desk.get(url("queue_filter", "secrets")).status_code == 404


def test_a_chip_says_who_is_meant(desk, ticket, carl):
    shown = page_of(desk.get(f"{url('queue')}?requester={carl.pk}&assignee=me,none,{carl.pk}"))
    assert "Requester: Carl" in shown
    assert "Me, Nobody and 1 more" in shown


def test_a_macro_runs_on_many_tickets(desk, make_ticket, tess):
    macro = save_macro(
        by=tess,
        name="Ask",
        text_template="Dear {{ requester.first_name }}, is it still so?",
        changes={"status": "pending"},
    )
    first, second = make_ticket("One"), make_ticket("Two")
    desk.post(url("queue_bulk"), {"ids": [first.pk, second.pk], "macro": macro.pk})
    second.refresh_from_db()
    assert (second.status, second.comments.get().body) == ("pending", "Dear Carl, is it still so?")


def test_back_never_leads_to_another_site(desk, ticket):
    response = desk.post(url("queue_bulk"), {"ids": [ticket.pk], "priority": "low", "back": "//evil.example"})
    assert response.headers["Location"] == url("queue")


def test_the_rail_counts_every_view(desk, ticket, tess):
    save_view(by=tess, name="Fires", query="status=unresolved&q=fire")
    shown = page_of(desk.get(url("view_counts"), headers=HTMX))
    assert "Fires" in shown
    assert shown.count(">1<") == 3  # unassigned, all unresolved, and the one just saved


# The ticket page


def test_the_timeline_tells_what_happened(desk, ticket, tess, carl, network):
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"priority": "high", "team": network.pk, "tags": ["fire"]})
    add_comment(ticket=ticket, by=carl, via=Channel.EMAIL, body="It **burns**")
    shown = page_of(desk.get(url("ticket", ticket.pk)))
    for words in (
        "changed priority from",
        "set team to",
        "added the tag fire",
        "<strong>burns</strong>",
        "via E-mail",
        "opened the ticket",
    ):
        assert words in shown, words


def test_markup_from_outside_is_shown_as_text(desk, make_ticket, tess):
    bad = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    ticket = make_ticket(bad, description=bad)
    add_comment(ticket=ticket, by=tess, via=WEB, body=bad)
    for shown in (page_of(desk.get(url("ticket", ticket.pk))), page_of(desk.get(url("queue")))):
        assert "<script>alert" not in shown
        assert "<img" not in shown


@pytest.mark.parametrize("comments", [2, 40])
def test_the_ticket_page_asks_a_constant_number_of_questions(
    desk, ticket, tess, carl, make_ticket, comments, django_assert_max_num_queries: DjangoAssertNumQueries
):
    link_tickets(source=ticket, target=make_ticket("Other"), kind="related", by=tess, via=WEB)
    for number in range(comments):
        add_comment(ticket=ticket, by=(tess, carl)[number % 2], via=WEB, body="Words", internal=number % 4 == 0)
    with django_assert_max_num_queries(14):
        desk.get(url("ticket", ticket.pk))


def test_a_long_history_begins_with_its_end(desk, ticket, tess):
    for number in range(70):
        add_comment(ticket=ticket, by=tess, via=WEB, body=f"Message number {number}.")
    shown = page_of(desk.get(url("ticket", ticket.pk)))
    assert "Show 31 earlier" in shown
    assert "Message number 69." in shown
    assert "Message number 29." not in shown
    assert "Message number 29." in page_of(desk.get(url("ticket", ticket.pk), {"whole": 1}))


def test_what_changed_since_a_version_comes_alone(desk, ticket, tess):
    said = add_comment(ticket=ticket, by=tess, via=WEB, body="First words")
    seen = Ticket.objects.get(pk=ticket.pk).version
    desk.post(url("comment_edit", ticket.pk, said.pk), {"body": "Better words"})
    add_comment(ticket=ticket, by=tess, via=WEB, body="Second words")
    shown = page_of(desk.get(url("ticket", ticket.pk), {"after": seen}, headers=HTMX))
    assert "Better words" in shown
    assert "Second words" in shown
    assert "opened the ticket" not in shown
    assert 'data-version="4"' in shown


def test_a_merged_conversation_is_shown_on_the_target(desk, make_ticket, tess, carl):
    target, source = make_ticket("Stays"), make_ticket("Goes")
    add_comment(ticket=source, by=carl, via=WEB, body="Said on the other one")
    merge_tickets(source=source, target=target, by=tess, via=WEB)
    assert "Said on the other one" in page_of(desk.get(url("ticket", target.pk)))
    assert "was merged into" in page_of(desk.get(url("ticket", source.pk)))


# Properties


def test_a_property_changes_without_javascript(desk, ticket):
    response = desk.post(url("ticket_fields", ticket.pk), {"priority": "high", "base_version": 1})
    assert response.headers["Location"] == url("ticket", ticket.pk)
    shown = page_of(desk.get(url("ticket", ticket.pk)))
    assert "Priority set to High." in shown
    assert f"change:{ticket.pk}.2" in shown


def test_htmx_gets_a_toast_and_the_word_to_catch_up(desk, ticket):
    response = desk.post(url("ticket_fields", ticket.pk), {"priority": "high", "base_version": 1}, headers=HTMX)
    assert "ticket-changed" in response.headers["HX-Trigger"]
    assert "Priority set to High." in page_of(response)


def test_the_same_field_shows_both_values_to_choose_from(desk, ticket, mona):
    change_ticket(ticket=ticket, by=mona, via=WEB, changes={"priority": "critical"})
    sent = {"priority": "low", "base_version": 1}
    for headers in ({}, HTMX):
        response = desk.post(url("ticket_fields", ticket.pk), sent, headers=headers)
        assert response.status_code == 409
        shown = page_of(response)
        assert "Keep Critical" in shown
        assert "Set Low" in shown
        assert ("<html" in shown) is not bool(headers)
    desk.post(url("ticket_fields", ticket.pk), sent | {"base_version": 2})
    ticket.refresh_from_db()
    assert ticket.priority == "low"


def test_different_fields_do_not_collide(desk, ticket, mona):
    change_ticket(ticket=ticket, by=mona, via=WEB, changes={"priority": "critical"})
    assert desk.post(url("ticket_fields", ticket.pk), {"impact": "low", "base_version": 1}).status_code == 302


def test_resolving_asks_how(desk, ticket):
    response = desk.post(url("ticket_fields", ticket.pk), {"status": "resolved", "base_version": 1}, headers=HTMX)
    assert response.status_code == 400
    assert "How was it resolved?" in page_of(response)
    desk.post(url("ticket_fields", ticket.pk), {"status": "resolved", "resolution": "Water.", "base_version": 1})
    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolution) == ("resolved", "Water.")


def test_a_bad_value_is_named_at_its_field(desk, ticket):
    CustomField.objects.create(key="visits", label="Visits", kind="number")
    response = desk.post(
        url("ticket_fields", ticket.pk), {"custom_fields.visits": "many", "base_version": 1}, headers=HTMX
    )
    assert response.status_code == 400
    assert "Write a number." in page_of(response)


def test_a_due_date_is_read_in_the_readers_zone(desk, tess, ticket):
    tess.time_zone = "Asia/Tokyo"
    tess.save()
    desk.post(url("ticket_fields", ticket.pk), {"due_at": "2030-01-01T09:00", "base_version": 1})
    ticket.refresh_from_db()
    assert ticket.due_at.isoformat() == "2030-01-01T00:00:00+00:00"


def test_tags_are_unticked_and_added_in_one_form(desk, ticket, tess):
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"tags": ["a", "b"]})
    desk.post(url("ticket_fields", ticket.pk), {"tags": ["b", "c d"], "base_version": 2})
    assert sorted(ticket.tags.values_list("name", flat=True)) == ["b", "c", "d"]


# The composer


def test_a_reply_with_a_file_and_a_status(desk, ticket):
    sent = {
        "body": "Please **wait**",
        "kind": "reply",
        "status": "pending",
        "files": SimpleUploadedFile("log.txt", b"all is well"),
        "base_version": 1,
    }
    assert desk.post(url("ticket_answer", ticket.pk), sent).status_code == 302
    ticket.refresh_from_db()
    assert ticket.status == "pending"
    assert ticket.attachments.get().comment == ticket.comments.get()
    shown = page_of(desk.get(url("ticket", ticket.pk)))
    assert "log.txt" in shown
    assert "Reply sent, pending set." in shown


def test_reply_and_resolve_takes_the_words_as_the_resolution(desk, ticket):
    desk.post(url("ticket_answer", ticket.pk), {"body": "New toner.", "kind": "reply", "status": "resolved"})
    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolution) == ("resolved", "New toner.")


def test_a_note_is_internal(desk, ticket):
    desk.post(url("ticket_answer", ticket.pk), {"body": "Be careful", "kind": "note"})
    assert ticket.comments.get().is_internal


def test_a_conflict_keeps_the_text(desk, ticket, mona):
    change_ticket(ticket=ticket, by=mona, via=WEB, changes={"status": "on_hold"})
    sent = {"body": "Half an hour of typing", "kind": "reply", "status": "pending", "base_version": 1}
    response = desk.post(url("ticket_answer", ticket.pk), sent)
    assert response.status_code == 409
    assert "Half an hour of typing" in page_of(response)
    assert not ticket.comments.exists()
    fragment = page_of(desk.post(url("ticket_answer", ticket.pk), sent, headers=HTMX))
    assert "status became On hold" in fragment
    assert 'value="2"' in fragment
    assert desk.post(url("ticket_answer", ticket.pk), sent | {"base_version": 2}).status_code == 302


def test_an_empty_reply_is_asked_for_words(desk, ticket):
    response = desk.post(url("ticket_answer", ticket.pk), {"body": "  ", "kind": "reply"}, headers=HTMX)
    assert response.status_code == 400
    assert "Write something first" in page_of(response)


def test_a_refused_file_sends_nothing(desk, ticket, settings):
    settings.MAX_UPLOAD_BYTES = 10
    sent = {"body": "See file", "kind": "reply", "files": SimpleUploadedFile("big.txt", b"x" * 11)}
    response = desk.post(url("ticket_answer", ticket.pk), sent)
    assert response.status_code == 422
    assert "See file" in page_of(response)
    assert not ticket.comments.exists()


def test_a_macro_fills_the_composer(desk, ticket, tess):
    macro: Macro = save_macro(
        by=tess, name="Greet", text_template="Hello {{ requester.name }}", changes={"priority": "low"}
    )
    assert "Hello Carl" in page_of(desk.get(url("ticket", ticket.pk), {"macro": macro.pk}))
    desk.post(url("ticket_answer", ticket.pk), {"body": "Hello Carl", "kind": "reply", "macro": macro.pk})
    ticket.refresh_from_db()
    assert ticket.priority == "low"


# The acts of the menu


def test_merging_can_be_undone_from_the_toast(desk, make_ticket):
    source, target = make_ticket("Goes"), make_ticket("Stays")
    response = desk.post(url("ticket_merge", source.pk), {"into": target.reference})
    assert response.headers["Location"] == url("ticket", target.pk)
    assert f"unmerge:{source.pk}" in page_of(desk.get(response.headers["Location"]))
    desk.post(url("undo"), {"what": f"unmerge:{source.pk}"})
    source.refresh_from_db()
    assert source.merged_into is None


@pytest.mark.parametrize("into", ["T-999999", "nonsense", ""])
def test_merging_into_nothing_says_so(desk, ticket, into):
    response = desk.post(url("ticket_merge", ticket.pk), {"into": into})
    assert response.status_code == 400
    assert "There is no such ticket" in page_of(response)


def test_linking_and_unlinking(desk, make_ticket):
    child, parent = make_ticket("Child"), make_ticket("Parent")
    desk.post(url("ticket_link", child.pk), {"other": parent.reference, "kind": "child"})
    link = parent.links_out.get()
    assert (link.kind, link.target) == ("parent", child)
    desk.post(url("ticket_unlink", child.pk, link.pk))
    assert not parent.links_out.exists()


def test_a_link_between_other_tickets_is_not_touched_from_here(desk, make_ticket, tess):
    link = link_tickets(source=make_ticket("A"), target=make_ticket("B"), kind="related", by=tess, via=WEB)
    assert desk.post(url("ticket_unlink", make_ticket("C").pk, link.pk)).status_code == 404


@pytest.mark.parametrize(("typed", "minutes"), [("25", 25), ("1:30", 90), (":45", 45)])
def test_time_is_logged_as_people_write_it(desk, ticket, typed, minutes):
    desk.post(url("ticket_time", ticket.pk), {"minutes": typed, "note": "On site", "billable": "on"})
    assert ticket.time_entries.get().minutes == minutes


@pytest.mark.parametrize("typed", ["", "soon", "-5", "0", "1:2:3", "99999"])
def test_time_that_is_none_is_refused(desk, ticket, typed):
    assert desk.post(url("ticket_time", ticket.pk), {"minutes": typed}).status_code == 400
    assert not ticket.time_entries.exists()


def test_editing_the_title_minds_what_others_did(desk, ticket, mona):
    change_ticket(ticket=ticket, by=mona, via=WEB, changes={"title": "Their title"})
    sent = {
        "title": "My title",
        "was_title": "Printer is on fire",
        "description": "",
        "was_description": "",
        "base_version": 1,
    }
    response = desk.post(url("ticket_edit", ticket.pk), sent)
    assert response.status_code == 400
    assert "My title" in page_of(response)
    assert "Their title" in page_of(response)


def test_a_message_is_redacted_for_good(desk, ticket, tess):
    said = add_comment(ticket=ticket, by=tess, via=WEB, body="Secret pass phrase")
    desk.post(url("comment_redact", ticket.pk, said.pk))
    shown = page_of(desk.get(url("ticket", ticket.pk)))
    assert "This message was redacted" in shown
    assert "Secret" not in shown


def test_a_message_of_somebody_else_is_not_edited(desk, ticket, mona):
    said = add_comment(ticket=ticket, by=mona, via=WEB, body="Words of the manager")
    assert desk.post(url("comment_edit", ticket.pk, said.pk), {"body": "Mine"}).status_code == 403


def test_watching_and_archiving(client, mona, ticket):
    client.force_login(mona)
    client.post(url("ticket_watch", ticket.pk), {"watching": "true"})
    assert ticket.watchers.get() == mona
    client.post(url("ticket_archive", ticket.pk))
    assert "Archived" in page_of(client.get(url("ticket", ticket.pk)))
    client.post(url("undo"), {"what": f"restore:{ticket.pk}"})
    ticket.refresh_from_db()
    assert ticket.archived_at is None


def test_archiving_needs_a_manager(desk, ticket):
    assert desk.post(url("ticket_archive", ticket.pk)).status_code == 403


# Undo


def test_undo_takes_back_only_ones_own_last_word(desk, ticket, tess, mona):
    change_ticket(ticket=ticket, by=mona, via=WEB, changes={"priority": "high"})
    assert desk.post(url("undo"), {"what": f"change:{ticket.pk}.2"}).status_code == 400
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"priority": "low", "impact": "high"})
    change_ticket(ticket=ticket, by=mona, via=WEB, changes={"impact": "low"})
    assert desk.post(url("undo"), {"what": f"change:{ticket.pk}.3"}).status_code == 400
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.impact) == ("low", "low")


def test_undo_brings_a_status_back_that_no_rule_leads_to(desk, ticket):
    desk.post(url("ticket_fields", ticket.pk), {"status": "on_hold"})
    desk.post(url("ticket_fields", ticket.pk), {"status": "resolved", "resolution": "Done"})
    desk.post(url("undo"), {"what": f"change:{ticket.pk}.3"})
    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolution, ticket.resolved_at) == ("on_hold", "", None)


@pytest.mark.parametrize(
    "what", ["", "change:", "change:x.y", "explode:1", "unmerge:99999999999999999999", "change:1.2"]
)
def test_undo_of_nothing_is_a_clear_no(desk, db, what):
    assert desk.post(url("undo"), {"what": what}).status_code == 400


# New tickets, the palette, suggestions


def test_a_new_ticket_for_a_customer(desk, carl, acme, tess):
    CustomField.objects.create(key="site", label="Site", kind="choice", options=["Berlin"])
    sent = {
        "title": "Phone is mute",
        "requester": carl.email,
        "priority": "high",
        "assignee": tess.pk,
        "tags": "phone",
        "custom_fields.site": "Berlin",
        "files": SimpleUploadedFile("a.txt", b"words"),
    }
    response = desk.post(url("ticket_new"), sent)
    ticket = Ticket.objects.get()
    assert response.headers["Location"] == url("ticket", ticket.pk)
    assert (ticket.requester, ticket.organization, ticket.priority, ticket.assignee) == (carl, acme, "high", tess)
    assert ticket.custom_fields == {"site": "Berlin"}
    assert ticket.attachments.count() == 1


def test_a_form_with_errors_keeps_what_was_typed(desk, db):
    response = desk.post(
        url("ticket_new"), {"title": "", "description": "A long story", "requester": "nobody@example.com"}
    )
    assert response.status_code == 400
    assert "A long story" in page_of(response)


def test_the_palette_finds_tickets_people_and_actions(desk, ticket, carl):
    assert ticket.title in page_of(desk.get(url("find"), {"q": "printer"}, headers=HTMX))
    assert ticket.title in page_of(desk.get(url("find"), {"q": ticket.reference}, headers=HTMX))
    assert f"requester={carl.pk}" in page_of(desk.get(url("find"), {"q": "car"}, headers=HTMX))
    assert "Go to queue" in page_of(desk.get(url("find"), {"q": "queue"}, headers=HTMX))


def test_suggestions_offer_people_organizations_and_tickets(desk, ticket, carl, acme):
    assert carl.email in page_of(desk.get(url("suggest", "requester"), {"requester": "car"}))
    assert acme.name in page_of(desk.get(url("suggest", "organization"), {"organization": "ac"}))
    assert ticket.reference in page_of(desk.get(url("suggest", "into"), {"into": "printer"}))
    assert desk.get(url("suggest", "secrets")).status_code == 404


def test_a_fragment_asked_for_after_signing_out_is_no_page(client, ticket):
    response = client.post(url("ticket_answer", ticket.pk), {"body": "Half an hour"}, headers=HTMX)
    assert (response.status_code, response.content) == (401, b"")


def test_my_own_name_stands_first_among_the_assignees(desk, ticket, ada, tess):
    shown = page_of(desk.get(url("ticket_field", ticket.pk, "assignee")))
    assert shown.index("Tess (me)") < shown.index(">Ada<")


# What is fetched when it is asked for


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_property_opens_with_all_it_may_become(desk, ticket, tess, network, headers):
    left = Team.objects.create(name="Given up")
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"team": left.pk})
    Team.objects.filter(pk=left.pk).update(is_active=False)
    shown = page_of(desk.get(url("ticket_field", ticket.pk, "team"), headers=headers))
    assert f'<option value="{network.pk}">Network</option>' in shown
    assert f'<option value="{left.pk}" selected>Given up</option>' in shown
    assert ("<html" in shown) is not bool(headers)


def test_a_field_of_the_desks_own_opens_as_what_it_is(desk, ticket):
    CustomField.objects.create(key="visits", label="Visits", kind="number")
    CustomField.objects.create(key="floor", label="Floor", kind="choice", options=["First", "Second"])
    assert 'type="number"' in page_of(desk.get(url("ticket_field", ticket.pk, "custom_fields.visits")))
    assert '<option value="Second">' in page_of(desk.get(url("ticket_field", ticket.pk, "custom_fields.floor")))
    assert desk.get(url("ticket_field", ticket.pk, "luck")).status_code == 404


def test_every_address_on_the_ticket_page_leads_somewhere(desk, ticket, make_ticket, tess, mona):
    link_tickets(source=ticket, target=make_ticket("Other"), kind="related", by=tess, via=WEB)
    answer_ticket(ticket=ticket, by=tess, via=WEB, body="See file", files=[SimpleUploadedFile("log.txt", b"well")])
    set_watching(ticket=ticket, watcher=mona, watching=True, by=tess, via=WEB)
    shown = page_of(desk.get(url("ticket", ticket.pk)))
    addresses = set(re.findall(r'(?:href|action|formaction|hx-get|hx-post|data-url)="(/[^"#?]*)', shown))
    for address in addresses - {one for one in addresses if one.startswith("/static/")}:
        resolve(address)
    assert len([one for one in addresses if one.startswith(url("ticket", ticket.pk))]) > 20


def test_macros_are_offered_on_a_page_too(desk, ticket, tess):
    address = url("ticket_macros", ticket.pk)
    assert url("macro_new") in page_of(desk.get(address))
    macro = save_macro(by=tess, name="Greet", text_template="Hello", changes={})
    for headers in ({}, HTMX):
        assert f"{url('ticket', ticket.pk)}?macro={macro.pk}#composer" in page_of(desk.get(address, headers=headers))


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_preview_reads_as_the_message_will(desk, ticket, headers):
    sent = {"body": "It **burns** <script>alert(1)</script>", "kind": "note"}
    shown = page_of(desk.post(url("ticket_preview", ticket.pk), sent, headers=headers))
    assert "<strong>burns</strong>" in shown
    assert "<script>alert" not in shown
    if not headers:
        assert 'value="note" checked' in shown
        assert "It **burns** &lt;script&gt;" in shown
    assert "Nothing to show yet" in page_of(desk.post(url("ticket_preview", ticket.pk), {"body": " "}, headers=headers))
    assert not ticket.comments.exists()


# Calling people


def called(desk, ticket, letters, kind="reply"):
    shown = page_of(desk.get(url("ticket_mentions", ticket.pk), {"q": letters, "kind": kind}))
    return re.findall(r'data-username="([^"]*)"', shown)


def test_people_are_offered_by_the_beginning_of_their_names(desk, ticket, mona, ada, carl):
    mona.name = "Ramona Queen"
    mona.save()
    assert called(desk, ticket, "que") == [mona.username]
    assert called(desk, ticket, mona.username[:3].upper()) == [mona.username]
    assert called(desk, ticket, "nobody") == []
    assert called(desk, ticket, "%") == []


def test_who_is_on_the_ticket_stands_first_and_oneself_not_at_all(desk, ticket, tess, mona, ada, carl):
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"assignee": mona.pk})
    offered = called(desk, ticket, "")
    assert set(offered[:2]) == {carl.username, mona.username}
    assert ada.username in offered
    assert tess.username not in offered


def test_a_note_calls_colleagues_only_and_a_reply_who_can_read_it(desk, ticket, milo, carl, desktop, tess):
    assert carl.username not in called(desk, ticket, "", "note")
    assert milo.username in called(desk, ticket, "", "note")  # called in, he comes to see the ticket
    assert milo.username not in called(desk, ticket, "")
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"team": desktop.pk})
    assert milo.username in called(desk, ticket, "")


def test_a_deadline_at_risk_looks_so_and_risk_sorts_the_queue(desk, make_ticket):
    far, near = make_ticket("Far"), make_ticket("Near")
    Ticket.objects.update(due_at=timezone.now() + timedelta(hours=30))
    Ticket.objects.filter(pk=near.pk).update(risk="high")
    html = desk.get(reverse("queue"), {"ordering": "-risk"}).content.decode()
    assert html.index("Near</a>") < html.index("Far</a>")
    assert html.count('data-due="soon"') == 1
    assert html.count(", risk high") == 1
    assert desk.get(reverse("queue"), {"ordering": "risk"}).content.decode().index(f"T-{far.pk}</td>") > 0
