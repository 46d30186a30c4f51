"""On the ticket page: a draft lands in the composer and nowhere else, a summary in a dialog. On the profile: tokens for programs."""

import re

import pytest

from ai.actions.tokens import bearer
from ai.models import McpToken
from tests.ai.brains import says
from tickets.actions.knowledge import publish_article, write_article
from tickets.models import Comment

pytestmark = pytest.mark.django_db


def test_a_draft_is_put_below_what_stands_in_the_composer_and_not_sent(client, tess, ticket, brains):
    client.force_login(tess)
    brains["one"] = says(body="Please pull the plug.")
    page = client.post(f"/tickets/{ticket.pk}/draft", {"body": "Hello Carl,", "kind": "reply"})
    text = page.content.decode()
    assert "Hello Carl,\n\nPlease pull the plug.</textarea>" in text
    assert "Read it before you send it." in text
    assert not Comment.objects.exists()


def test_without_a_model_the_closest_article_is_offered_or_it_is_said_why_not(client, tess, ticket):
    client.force_login(tess)
    headers = {"HX-Request": "true"}
    nothing = client.post(f"/tickets/{ticket.pk}/draft", {"body": ""}, headers=headers).content.decode()
    assert "No language model is configured" in nothing
    article = write_article(by=tess, fields={"title": "Printer on fire", "body": "Pull the plug."})
    publish_article(article=article, by=tess)
    offered = client.post(f"/tickets/{ticket.pk}/draft", {"body": ""}, headers=headers).content.decode()
    assert "This article may help: Printer on fire" in offered
    assert "<html" not in offered


def test_a_summary_is_made_when_asked_for(client, tess, ticket, brains):
    client.force_login(tess)
    brains["one"] = says(text="It <b>burns</b>.")
    assert "Summarise" in client.get(f"/tickets/{ticket.pk}/summary").content.decode()
    assert not brains.calls
    shown = client.post(f"/tickets/{ticket.pk}/summary").content.decode()
    assert "It &lt;b&gt;burns&lt;/b&gt;." in shown


def test_requesters_have_neither(client, carl, ticket):
    client.force_login(carl)
    for address in ("draft", "summary"):
        assert client.post(f"/tickets/{ticket.pk}/{address}").status_code == 404


def test_the_ticket_page_offers_both(client, tess, ticket):
    client.force_login(tess)
    page = client.get(f"/tickets/{ticket.pk}").content.decode()
    assert "Draft a reply" in page
    assert "Summarise the conversation" in page


def test_a_token_is_shown_once_and_revoked_by_its_owner_alone(client, tess, carl):
    client.force_login(carl)
    assert "Tokens for programs" in client.get("/profile").content.decode()
    shown = client.post("/profile/tokens", {"name": "Laptop", "days": 30}).content.decode()
    raw = re.search(r"tsmcp_[\w-]+", shown)[0]
    assert bearer(raw) == carl
    assert raw not in client.get("/profile/tokens").content.decode()
    assert client.post("/profile/tokens", {"name": "Laptop", "days": 9999}).status_code == 400
    row = McpToken.objects.get()
    client.force_login(tess)
    assert client.post(f"/profile/tokens/{row.pk}/revoke").status_code == 404
    client.force_login(carl)
    assert client.post(f"/profile/tokens/{row.pk}/revoke").status_code == 302
    assert bearer(raw) is None
