"""A ticket goes to Jira, a comment there comes here: all the way through our doors, against a mock of Atlassian's API."""

import hashlib
import hmac
import json
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from integrations.models import Delivery
from tests.integrations.conftest import settle
from tests.vendors import mocks
from tickets.choices import WorkState

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ROOT = "/api/v1/integrations"


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
