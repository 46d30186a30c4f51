"""The desk writes its own words: placeholders that are known, by language, seen on a ticket before they are kept."""

import pytest
from django.core import mail
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from integrations.actions.preferences import save_preferences
from integrations.actions.templates import remove_template, save_template
from integrations.choices import Language
from integrations.models import Message, MessageTemplate, Route
from integrations.notifications.audience import Occasion
from integrations.notifications.placeholders import Scene, fill, fill_html, paragraphs, unknown
from integrations.notifications.preview import previewed
from integrations.notifications.words import BUILT_IN
from tests.integrations.telling import spread
from tickets.actions.conversation import add_comment
from tickets.choices import Channel
from tickets.errors import Invalid, NotAllowed
from tickets.models import TicketEvent

ADD = "admin:integrations_messagetemplate_add"
PREVIEW = "admin:integrations_messagetemplate_preview"
WORDS = {"kind": "reply", "language": "en", "subject": "News of {{ ticket.reference }}", "text": "{{ comment.text }}"}


@pytest.fixture
def boss(client, ada):
    client.force_login(ada)
    return client


def reply(ticket, tess, body="Update to **5.2**."):
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body=body)
    mail.outbox.clear()
    spread()
    return next(letter for letter in mail.outbox if body in letter.body or "News" in letter.subject)


@pytest.mark.django_db
def test_the_desks_own_words_come_before_the_built_in_ones(ticket, tess, mona, carl):
    row = save_template(by=mona, fields=WORDS)
    assert reply(ticket, tess).subject == f"[{ticket.reference}] News of {ticket.reference}"
    save_preferences(by=carl, fields={"language": "de"})
    assert reply(ticket, tess).subject == f"Re: [{ticket.reference}] {ticket.title}"
    save_preferences(by=carl, fields={"language": "en"})
    remove_template(by=mona, template=row)
    assert reply(ticket, tess).subject.startswith("Re: ")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", BUILT_IN[Language.ENGLISH])
@pytest.mark.django_db
def test_the_built_in_words_know_all_their_placeholders(ticket, tess, language, kind):
    subject, text = BUILT_IN[language][kind]
    assert unknown(subject + text) == []
    words = previewed((subject, text), kind, language, ticket=ticket, reader=tess)
    assert ticket.title in words.title
    assert words.text
    assert "{{" not in words.text


NONSENSE = [
    ("subject", {"subject": "{{ settings.SECRET_KEY }}"}),
    ("text", {"text": "{{ ticket }}"}),
    ("text", {"text": " "}),
    ("kind", {"kind": "budget"}),
    ("language", {"language": "tlh"}),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("field", "fields"), NONSENSE)
def test_words_that_would_say_nothing_are_refused(mona, field, fields):
    with pytest.raises(Invalid) as refused:
        save_template(by=mona, fields=WORDS | fields)
    assert list(refused.value.errors) == [field]


@pytest.mark.django_db
def test_templates_are_for_managers_and_one_for_a_kind_and_language(mona, tess):
    with pytest.raises(NotAllowed):
        save_template(by=tess, fields=WORDS)
    save_template(by=mona, fields=WORDS)
    with pytest.raises(Invalid):
        save_template(by=mona, fields=WORDS)


@pytest.mark.django_db
def test_what_people_write_is_neither_read_as_a_template_nor_as_html(make_ticket, tess):
    ticket = make_ticket("{{ requester.email }} <img src=x>")
    scene = Scene(tess, Occasion(TicketEvent.objects.get(ticket=ticket)), Language.ENGLISH)
    assert fill("{{ ticket.title }}", scene) == ticket.title
    assert fill_html("{{ ticket.title }}", scene) == "<p>{{ requester.email }} &lt;img src=x&gt;</p>"


@given(st.text())
def test_text_as_html_holds_no_tag_of_its_own(text):
    html = paragraphs(text).replace("<p>", "").replace("</p>", "").replace("<br>", "")
    assert "<" not in html
    assert ">" not in html


@pytest.mark.django_db
def test_the_preview_follows_what_is_typed(boss, ticket, tess):
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Try **this**.")
    shown = boss.post(reverse(PREVIEW), WORDS).content.decode()
    assert f"News of {ticket.reference}" in shown
    assert "<strong>this</strong>" in shown
    assert (
        "Nothing is known as nonsense"
        in boss.post(reverse(PREVIEW), WORDS | {"text": "{{ nonsense }}"}).content.decode()
    )
    assert "There is no such ticket" in boss.post(reverse(PREVIEW), WORDS | {"sample": "T-99"}).content.decode()


@pytest.mark.django_db
def test_templates_and_routes_are_written_in_the_admin(boss, ticket, ada):
    page = boss.get(reverse(ADD)).content.decode()
    assert reverse(PREVIEW) in page
    assert "{{ ticket.reference }}" in page
    assert (
        "Nothing is known as nonsense" in boss.post(reverse(ADD), WORDS | {"text": "{{ nonsense }}"}).content.decode()
    )
    boss.post(reverse(ADD), WORDS)
    row = MessageTemplate.objects.get()
    assert row.history.get().history_user == ada
    address = reverse("admin:integrations_messagetemplate_change", args=[row.pk])
    boss.post(address, WORDS | {"subject": "Changed"})
    assert MessageTemplate.objects.get().subject == "Changed"
    add = reverse("admin:integrations_route_add")
    fields = {"name": "Breaches", "is_active": "on", "kinds": ["sla_breached"], "threshold": "100"}
    assert "Say where it leads" in boss.post(add, fields).content.decode()
    boss.post(add, fields | {"person": ada.pk})
    assert Route.objects.get().kinds == ["sla_breached"]


@pytest.mark.django_db
def test_what_became_of_messages_is_read_in_the_admin(boss, ticket, carl):
    spread()
    row = Message.objects.get()
    page = boss.get(reverse("admin:integrations_message_changelist")).content.decode()
    assert "Carl" in page
    assert "Sent" in page
    assert boss.get(reverse("admin:integrations_message_change", args=[row.pk])).status_code == 200
    assert boss.get(reverse("admin:integrations_news_changelist")).status_code == 200
