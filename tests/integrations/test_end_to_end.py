"""All the way through our doors: a ticket to Jira and a comment back, against a mock of Atlassian's API; a ticket from SuperOps and
the answer there, against a server of its schema; a broken promise to Slack, and a press of its button back.
"""

import hashlib
import hmac
import json
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

import pytest
from django.utils import timezone

from ai import tasks as advising
from ai.models import FieldSuggestion, Triage
from integrations.actions.routes import save_route
from integrations.models import Delivery
from sla.actions.calendars import save_calendar
from sla.actions.policies import save_policy
from sla.actions.watch import watch
from sla.models import Breach
from tests.integrations import superops as place
from tests.integrations.conftest import settle
from tests.integrations.telling import spread
from tests.integrations.workspace import CHANNEL, TEAM
from tests.vendors import mocks
from tickets import work
from tickets.choices import WorkState
from tickets.models import Category, Comment

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ROOT = "/api/v1/integrations"
assert advising, "loaded, as every worker has them"


@pytest.fixture(scope="module")
def jira():
    with mocks("jira") as addresses:
        yield addresses["jira"]


def test_ticket_to_jira_and_a_comment_back(jira, api, mona, tess, carl, ticket, settings):
    settings.INTEGRATION_HOSTS = ["127.0.0.1"]
    body = {
        "name": "Our Jira",
        "provider": "jira",
        "settings": {"base_url": jira, "project_key": "ED"},
        "credentials": {"email": "bot@acme.test", "api_token": "t0ken", "webhook_secret": "s3cret"},
        "takes_as_notes": False,
    }
    connection = api(mona).post(ROOT, body).json()
    assert api(mona).post(f"{ROOT}/{connection['id']}/test").json()["name"] == "Mia Krystof"

    api(tess).post(f"/api/v1/tickets/{ticket.pk}/external-links", {"connection": connection["id"]})
    settle()
    assert set(Delivery.objects.values_list("state", flat=True)) == {WorkState.DONE}, list(
        Delivery.objects.values_list("verb", "last_error")
    )
    [link] = api(tess).get(f"/api/v1/tickets/{ticket.pk}/external-links").json()
    assert (link["key"], link["url"]) == ("ED-24", f"{jira}/browse/ED-24")

    assert call(api, connection, jira).json() == {"status": "stored"}
    settle()
    said = api(carl).get(f"/api/v1/tickets/{ticket.pk}/comments").json()["results"]
    assert [(comment["author_name"], comment["body"]) for comment in said] == [
        ("Mia Krystof (Our Jira)", "Is it still burning?")
    ]
    assert not Delivery.objects.filter(verb="comment").exists()


def call(api, connection, jira):
    """Call the webhook as Jira does for a comment on the issue that the mock has made."""
    body = {
        "timestamp": int(timezone.now().timestamp() * 1000),
        "webhookEvent": "comment_created",
        "comment": {
            "id": "20001",
            "body": "Is it still burning?",
            "author": {"displayName": "Mia Krystof"},
            "created": "2026-01-02T03:04:05.000+0000",
        },
        "issue": {
            "id": "10000",
            "key": "ED-24",
            "self": f"{jira}/rest/api/3/issue/10000",
            "fields": {"project": {"key": "ED"}, "updated": "2026-01-02T03:04:05.000+0000"},
        },
    }
    raw = json.dumps(body).encode()
    sign = "sha256=" + hmac.new(b"s3cret", raw, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature": sign, "X-Atlassian-Webhook-Identifier": "w-1"}
    path = urlsplit(connection["webhook_url"]).path
    return api().generic("POST", path, raw, content_type="application/json", headers=headers)


@pytest.fixture
def superops(settings):
    settings.INTEGRATION_HOSTS = ["127.0.0.1"]
    with place.serving() as (address, memory):
        memory.address = address
        yield memory


@pytest.fixture
def promised(ada, mona):
    """Answers within four hours, round the clock."""
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    always = {"name": "Always", "zone": "UTC", "windows": {day: ["00:00-24:00"] for day in days}}
    calendar = save_calendar(by=ada, fields=always)
    targets = {"first_response": {"medium": "4 h", "high": "4 h"}}
    fields = {"name": "Standard", "calendar": calendar.pk, "is_default": True, "targets": targets}
    save_policy(by=mona, fields=fields, scope="open")


def test_a_ticket_from_superops_is_triaged_clocked_and_answered_there_once(superops, promised, api, mona, tess, carl):
    Category.objects.create(name="VPN")
    connection = connect_to_superops(api, mona, superops)
    number = superops.open("VPN drops, urgent", "<p>My vpn client disconnects every minute</p>")
    assert hint(api, connection).json() == {"status": "stored"}
    settle()

    [ticket] = api(tess).get("/api/v1/tickets").json()["results"]
    assert (ticket["title"], ticket["requester"]["id"], ticket["status"]) == ("VPN drops, urgent", carl.pk, "open")
    work.run(Triage, Triage.objects.get(ticket=ticket["id"]).pk)
    assert FieldSuggestion.objects.get(ticket=ticket["id"], field="category").value["name"] == "VPN"
    assert state_of_clock(api, tess, ticket) == "running"

    said = {"body": "Please restart the client."}
    api(tess).post(f"/api/v1/tickets/{ticket['id']}/comments", said)
    superops.cut = "createTicketConversation"
    settle()
    assert len(superops.replies(number)) == 1
    assert "Please restart the client." in superops.replies(number)[0]
    assert state_of_clock(api, tess, ticket) == "met"

    hint(api, connection)  # of our own reply
    superops.say(number, "<p>Thanks, that helped</p>")
    hint(api, connection)
    settle()
    bodies = Comment.objects.filter(ticket=ticket["id"]).order_by("pk").values_list("body", flat=True)
    assert list(bodies) == ["Please restart the client.", "Thanks, that helped"]
    assert len(superops.replies(number)) == 1
    assert not Delivery.objects.exclude(state=WorkState.DONE).exists()


def connect_to_superops(api, mona, superops):
    body = {
        "name": "Our SuperOps",
        "provider": "superops",
        "settings": {"base_url": superops.address, "subdomain": "acme", "client_id": "11"},
        "credentials": {"api_token": "t0ken", "webhook_secret": "s3cret"},
        "opens_tickets": True,
        "takes_as_notes": False,
    }
    superops.now = timezone.now()
    return api(mona).post(ROOT, body).json()


def hint(api, connection):
    path = urlsplit(connection["webhook_url"]).path
    headers = {"X-Ticketsite-Secret": "s3cret"}
    return api().generic("POST", path, b"{}", content_type="application/json", headers=headers)


def state_of_clock(api, tess, ticket):
    promises = api(tess).get(f"/api/v1/tickets/{ticket['id']}/sla").json()
    return next(clock["state"] for clock in promises["clocks"] if clock["metric"] == "first_response")


def test_a_breach_is_told_in_slack_and_acknowledged_there_by_a_press(
    promised, slack, acme_slack, api, mona, tess, make_ticket
):
    acme_slack.join("U2", tess.email, "Tess")
    save_route(by=mona, fields={"name": "On call", "kinds": ["sla_breached"], "connection": slack.pk})
    ticket = make_ticket()
    watch(timezone.now() + timedelta(hours=5))
    work.run_due(timezone.now() + timedelta(hours=5))
    spread()
    [told] = acme_slack.messages
    [buttons] = [block for block in told["blocks"] if block["type"] == "actions"]
    pressed = next(button for button in buttons["elements"] if button["action_id"] == "acknowledge")
    assert pressed["value"] == ticket.reference

    payload = {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": "U2"},
        "channel": {"id": CHANNEL},
        "actions": [pressed],
        "response_url": f"{acme_slack.address}/answer",
        "trigger_id": "p-1",
    }
    assert call_of_slack(api, slack, {"payload": json.dumps(payload)}).status_code == 200
    settle()
    assert Breach.objects.get().acknowledged_by == tess
    assert "acknowledged" in acme_slack.told[0]["text"]


def call_of_slack(api, connection, form):
    raw, sent_at = urlencode(form).encode(), str(int(timezone.now().timestamp()))
    digest = hmac.new(b"s3cret", f"v0:{sent_at}:".encode() + raw, hashlib.sha256).hexdigest()
    headers = {"X-Slack-Request-Timestamp": sent_at, "X-Slack-Signature": f"v0={digest}"}
    kind = "application/x-www-form-urlencoded"
    path = f"{ROOT}/slack/webhook/{connection.token}"
    return api().generic("POST", path, raw, content_type=kind, headers=headers)
