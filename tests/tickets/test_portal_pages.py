"""The requester's portal, through the browser's door and without JavaScript."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tickets.actions import knowledge
from tickets.actions.conversation import add_comment
from tickets.actions.tickets import change_ticket
from tickets.choices import Audience, Channel, CustomFieldKind, EventKind
from tickets.models import CustomField, Ticket

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"


@pytest.fixture
def as_user(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def published(tess):
    def publish(title, body="Hold the button for ten seconds.", **fields):
        article = knowledge.write_article(by=tess, fields={"title": title, "body": body, **fields})
        return knowledge.publish_article(article=article, by=tess)

    return publish


def resolved(ticket, by):
    return change_ticket(
        ticket=ticket, by=by, via=Channel.WEB, changes={"status": "resolved", "resolution": "New toner."}
    )


def text(response):
    return response.content.decode()


def test_the_door_is_closed_for_people_who_are_not_signed_in(client, ticket):
    for address in (reverse("portal"), reverse("portal_ticket", args=[ticket.pk]), reverse("portal_help")):
        assert client.get(address).headers["Location"].startswith("/account")


def test_my_tickets_are_mine(as_user, ticket, carl, gina, cleo):
    assert ticket.title in text(as_user(carl).get(reverse("portal")))
    assert ticket.title not in text(as_user(gina).get(reverse("portal")))
    assert ticket.title not in text(as_user(cleo).get(reverse("portal")))


def test_only_people_with_that_scope_see_the_organizations_tickets(as_user, ticket, carl, cleo, make_user, acme):
    assert ticket.title in text(as_user(cleo).get(reverse("portal"), {"whose": "organization"}))
    colleague = make_user("Nora", organization=acme)
    page = text(as_user(colleague).get(reverse("portal"), {"whose": "organization"}))
    assert ticket.title not in page
    assert "All of" not in page


def test_open_and_closed_are_apart_and_words_narrow(as_user, make_ticket, carl, tess):
    done, waiting = make_ticket("Toner is empty"), make_ticket("Mouse is dead")
    resolved(done, tess)
    client = as_user(carl)
    assert waiting.title in text(client.get(reverse("portal")))
    assert done.title not in text(client.get(reverse("portal")))
    assert done.title in text(client.get(reverse("portal"), {"show": "closed"}))
    assert waiting.title not in text(client.get(reverse("portal"), {"q": "keyboard"}))


def test_a_stranger_gets_404_for_every_page_of_a_ticket(as_user, ticket, gina):
    client = as_user(gina)
    assert client.get(reverse("portal_ticket", args=[ticket.pk])).status_code == 404
    for route in ("portal_reply", "portal_status", "portal_rate"):
        response = client.post(reverse(route, args=[ticket.pk]), {"body": "hi", "status": "closed", "rating": "1"})
        assert response.status_code == 404
    ticket.refresh_from_db()
    assert (ticket.status, ticket.comments.count()) == ("open", 0)


def test_asking_with_a_file_and_the_portals_own_fields(as_user, carl, acme):
    CustomField.objects.create(key="device", label="Device", kind=CustomFieldKind.TEXT, on_portal=True)
    CustomField.objects.create(key="cost", label="Cost centre", kind=CustomFieldKind.TEXT)
    client = as_user(carl)
    form = text(client.get(reverse("portal_new")))
    assert "Device" in form
    assert "Cost centre" not in form
    given = {
        "title": "No sound",
        "description": "Since **today**",
        "urgency": "high",
        "custom_fields.device": "Laptop 7",
        "files": SimpleUploadedFile("shot.png", PNG, "image/png"),
    }
    response = client.post(reverse("portal_new"), given, follow=True)
    ticket = Ticket.objects.get()
    assert response.redirect_chain[-1][0] == reverse("portal_ticket", args=[ticket.pk])
    assert (ticket.requester, ticket.organization, ticket.urgency) == (carl, acme, "high")
    assert (ticket.channel, ticket.custom_fields) == (Channel.PORTAL, {"device": "Laptop 7"})
    assert ticket.attachments.get().filename == "shot.png"
    assert "<strong>today</strong>" in text(response)
    assert "shot.png" in text(response)


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({"title": ""}, 400, "This field is required"),
        ({"title": "a\x00b"}, 400, "Null characters"),
        ({"title": "x" * 256}, 400, "at most 255"),
        ({"title": "ok", "urgency": "unheard-of"}, 400, "not one of the available choices"),
        ({"title": "ok", "files": SimpleUploadedFile("run.exe", b"MZ\x90\x00")}, 415, "Choose your files again"),
    ],
)
def test_a_refused_request_keeps_what_was_typed_and_writes_nothing(as_user, carl, given, status, words):
    response = as_user(carl).post(
        reverse("portal_new"), {"urgency": "low", "description": "kept words", **given}, follow=True
    )
    assert response.status_code == status
    assert words in text(response)
    assert "kept words" in text(response)
    assert not Ticket.objects.exists()


def test_a_file_over_the_limit_leaves_nothing_behind(as_user, carl, settings, tmp_path):
    settings.MAX_UPLOAD_BYTES = 10
    big = SimpleUploadedFile("big.txt", b"x" * 11, "text/plain")
    response = as_user(carl).post(reverse("portal_new"), {"title": "Big", "urgency": "low", "files": big})
    assert response.status_code == 413
    assert not Ticket.objects.exists()
    assert not list((tmp_path / "files").rglob("*.*"))


def test_articles_are_suggested_while_typing(as_user, carl, published):
    published("Printer prints empty pages")
    published("Printer secrets", audience=Audience.STAFF)
    client = as_user(carl)
    fragment = text(
        client.get(reverse("portal_suggestions"), {"title": "my printer does not work"}, HTTP_HX_REQUEST="true")
    )
    assert "Printer prints empty pages" in fragment
    assert "secrets" not in fragment
    assert "<html" not in fragment
    nothing = client.get(reverse("portal_suggestions"), {"title": "what is it about"}, HTTP_HX_REQUEST="true")
    assert "printer" not in text(nothing).lower()
    assert "Printer prints empty pages" in text(client.get(reverse("portal_new"), {"title": "printer"}))


def test_notes_of_the_desk_stay_off_the_page(as_user, ticket, carl, tess):
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="The customer is zealous", internal=True)
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Try another socket")
    for reader in (carl, tess):
        page = text(as_user(reader).get(reverse("portal_ticket", args=[ticket.pk])))
        assert "zealous" not in page
        assert "Try another socket" in page


def test_scripts_in_words_and_names_come_out_inert(as_user, make_ticket, carl):
    carl.name = "<script>alert(1)</script>"
    carl.save()
    ticket = make_ticket("<img src=x onerror=alert(2)>", description="<script>alert(3)</script>")
    page = text(as_user(carl).get(reverse("portal_ticket", args=[ticket.pk])))
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_the_status_is_told_in_plain_words(as_user, ticket, carl, tess):
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"status": "pending"})
    client = as_user(carl)
    assert "Waiting for you" in text(client.get(reverse("portal")))
    assert "We need your answer" in text(client.get(reverse("portal_ticket", args=[ticket.pk])))


def test_a_reply_with_a_file_opens_the_ticket_again(as_user, ticket, carl, tess):
    resolved(ticket, tess)
    client = as_user(carl)
    given = {"body": "Still broken", "files": SimpleUploadedFile("shot.png", PNG, "image/png")}
    page = text(client.post(reverse("portal_reply", args=[ticket.pk]), given, follow=True))
    ticket.refresh_from_db()
    comment = ticket.comments.get()
    assert (ticket.status, comment.channel, comment.attachments.get().filename) == ("open", Channel.PORTAL, "shot.png")
    assert "Still broken" in page
    assert "Opened again" in page


def test_files_may_come_without_words_but_not_nothing(as_user, ticket, carl):
    client = as_user(carl)
    address = reverse("portal_reply", args=[ticket.pk])
    client.post(address, {"body": "", "files": SimpleUploadedFile("shot.png", PNG, "image/png")})
    assert (ticket.comments.count(), ticket.attachments.count()) == (0, 1)
    response = client.post(address, {"body": "  "})
    assert response.status_code == 400
    assert "Write something here" in text(response)


def test_a_refused_file_keeps_the_reply(as_user, ticket, carl):
    given = {"body": "Half an hour of typing", "files": SimpleUploadedFile("x.exe", b"MZ\x90")}
    response = as_user(carl).post(reverse("portal_reply", args=[ticket.pk]), given)
    assert response.status_code == 415
    assert "Half an hour of typing" in text(response)
    assert not ticket.comments.exists()


def test_close_and_open_again(as_user, ticket, carl, cleo):
    client = as_user(carl)
    address = reverse("portal_status", args=[ticket.pk])
    client.post(address, {"status": "closed"})
    ticket.refresh_from_db()
    assert ticket.status == "closed"
    assert "Open again" in text(client.get(reverse("portal_ticket", args=[ticket.pk])))
    client.post(address, {"status": "open"})
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert client.post(address, {"status": "resolved"}).status_code == 403
    assert client.post(address, {"status": "nonsense"}).status_code == 400
    assert as_user(cleo).post(address, {"status": "closed"}).status_code == 403


def test_rating_the_answer(as_user, ticket, carl, cleo, tess):
    address = reverse("portal_rate", args=[ticket.pk])
    client = as_user(carl)
    assert client.post(address, {"rating": "5"}).status_code == 409
    resolved(ticket, tess)
    assert "How did we do?" in text(client.get(reverse("portal_ticket", args=[ticket.pk])))
    for bad in ("", "0", "6", "12", "five", "²"):
        assert client.post(address, {"rating": bad, "comment": "kept"}).status_code == 400
    client.post(address, {"rating": "4", "comment": "Quick"})
    ticket.refresh_from_db()
    assert (ticket.rating, ticket.rating_comment) == (4, "Quick")
    assert ticket.events.filter(kind=EventKind.TICKET_RATED).count() == 1
    assert "How did we do?" not in text(as_user(cleo).get(reverse("portal_ticket", args=[ticket.pk])))


def test_a_long_conversation_shows_its_end_and_leads_to_its_beginning(as_user, ticket, carl, tess):
    for n in range(55):
        add_comment(ticket=ticket, by=tess, via=Channel.WEB, body=f"word-{n}-end")
    client = as_user(carl)
    page = text(client.get(reverse("portal_ticket", args=[ticket.pk])))
    assert "word-54-end" in page
    assert "word-4-end" not in page
    assert "Show 5 earlier messages" in page
    assert "word-0-end" in text(client.get(reverse("portal_ticket", args=[ticket.pk]), {"earlier": "all"}))


def test_pages_ask_the_database_a_constant_number_of_times(
    as_user, make_ticket, ticket, carl, tess, django_assert_max_num_queries
):
    client = as_user(carl)
    for n in range(12):
        make_ticket(f"Ticket {n}")
        comment = add_comment(ticket=ticket, by=tess, via=Channel.WEB, body=f"Answer {n}")
        assert comment.pk
    with django_assert_max_num_queries(8):
        client.get(reverse("portal"))
    with django_assert_max_num_queries(12):
        client.get(reverse("portal_ticket", args=[ticket.pk]))


def test_the_help_centre_finds_and_shows_what_is_for_everyone(as_user, carl, tess, published):
    open_article = published("Reset your password")
    secret = published("Reset the vault", audience=Audience.STAFF)
    for reader in (carl, tess):
        client = as_user(reader)
        page = text(client.get(reverse("portal_help"), {"q": "reset"}))
        assert open_article.latest.title in page
        assert secret.latest.title not in page
        assert client.get(reverse("portal_article", args=[secret.slug])).status_code == 404
    assert "ten seconds" in text(client.get(reverse("portal_article", args=[open_article.slug])))
    assert "No answer found" in text(client.get(reverse("portal_help"), {"q": "zeppelin"}))


def test_a_reader_answers_once_whether_it_helped(as_user, carl, published):
    article = published("Reset your password")
    client = as_user(carl)
    address = reverse("portal_article_rate", args=[article.slug])
    for answer in ("yes", "no", "yes"):
        client.post(address, {"helpful": answer})
    article.refresh_from_db()
    assert (article.helpful, article.not_helpful) == (1, 0)
    assert "Thank you for your answer" in text(client.get(reverse("portal_article", args=[article.slug])))


def test_staff_may_look_at_the_portal_and_ask_there(as_user, tess, ticket):
    client = as_user(tess)
    assert ticket.title not in text(client.get(reverse("portal")))
    client.post(reverse("portal_new"), {"title": "My own screen", "urgency": "low"})
    assert "My own screen" in text(client.get(reverse("portal")))


def test_odd_addresses_are_answered_calmly(as_user, carl):
    client = as_user(carl)
    assert client.get(reverse("portal"), {"cursor": "nonsense"}).status_code == 400
    assert client.get(reverse("portal"), {"q": "\x00'\" AND (", "whose": "everybody", "show": "?"}).status_code == 200
    assert client.get(reverse("portal_help"), {"about": "9" * 40, "q": '"'}).status_code == 200
    assert client.get(reverse("portal_suggestions"), {"title": "\x00 'quoted' -- *"}).status_code == 200
    assert client.get("/portal/tickets/99999999999999999999").status_code == 404


def test_a_page_that_heard_of_a_change_gets_the_parts_that_changed(as_user, ticket, carl, tess):
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Try another socket")
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Zealous", internal=True)
    response = as_user(carl).get(reverse("portal_ticket", args=[ticket.pk]), {"after": "1"}, HTTP_HX_REQUEST="true")
    assert "Try another socket" in text(response)
    assert "Zealous" not in text(response)
    assert "<html" not in text(response)
    assert reverse("portal_reply", args=[ticket.pk]) not in text(response)
