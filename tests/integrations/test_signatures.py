"""Signatures as the vendors make them, over their published and documented examples."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from integrations.errors import WebhookRefused
from integrations.provider import Call
from integrations.registry import provider_class
from tests.vendors import VENDORS

NOW = datetime(2026, 1, 8, 10, 12, 7, tzinfo=UTC)
JIRA = {"base_url": "https://your-domain.atlassian.net", "project_key": "EX"}


def vectors():
    path = VENDORS / "webhooks" / "signature_vectors.json"
    if not path.exists():
        pytest.skip("../shared/vendors is not on this machine")
    return {vector["vendor"]: vector for vector in json.loads(path.read_text())}


def sample(vendor, name):
    path = VENDORS / "webhooks" / vendor / name
    if not path.exists():
        pytest.skip("../shared/vendors is not on this machine")
    return json.loads(path.read_text())


def test_slacks_own_example_is_believed_at_its_time_and_no_other():
    vector = vectors()["slack"]
    sent_at = datetime.fromtimestamp(int(vector["timestamp"]), UTC)
    provider = provider_class("slack")

    def verify(
        body=vector["body"], secret=vector["secret"], value=vector["value"], now=sent_at, at=vector["timestamp"]
    ):
        headers = {"x-slack-signature": value, "x-slack-request-timestamp": at}
        provider.verify(Call(headers, body.encode(), now), {"signing_secret": secret})

    verify()
    verify(now=sent_at + timedelta(seconds=300))
    late = sent_at + timedelta(seconds=301)
    for wrong in ({"body": "x"}, {"secret": "other"}, {"value": ""}, {"secret": ""}, {"at": "é"}, {"now": late}):
        with pytest.raises(WebhookRefused):
            verify(**wrong)


def test_a_call_of_teams_is_believed_by_its_decoded_key():
    vector = vectors()["teams"]

    def verify(secret=vector["secret"], value=vector["value"]):
        call = Call({"authorization": value}, vector["body"].encode(), NOW)
        provider_class("teams").verify(call, {"security_token": secret})

    verify()
    for wrong in ({"secret": ""}, {"secret": "no base64!"}, {"secret": "b3RoZXI="}, {"value": ""}, {"value": "HMAC é"}):
        with pytest.raises(WebhookRefused):
            verify(**wrong)


@pytest.mark.parametrize("vendor", ["jira", "github", "zendesk", "intercom"])
def test_the_vendors_own_example_is_believed_and_no_other(vendor):
    vector = vectors()[vendor]
    header = vector["header"].lower()
    provider = provider_class(vendor)

    def verify(body=vector["body"], secret=vector["secret"], value=vector["value"]):
        headers = {header: value, "x-zendesk-webhook-signature-timestamp": vector.get("timestamp", "")}
        provider.verify(Call(headers, body.encode(), NOW), {"webhook_secret": secret})

    verify()
    for wrong in ({"body": vector["body"] + " "}, {"secret": "other"}, {"value": ""}, {"secret": ""}, {"value": "é"}):
        with pytest.raises(WebhookRefused):
            verify(**wrong)


def jira(body, **changes):
    told = {**body, "timestamp": int(NOW.timestamp() * 1000), **changes}
    raw = json.dumps(told).encode()
    provider = provider_class("jira")
    call = Call({"x-atlassian-webhook-identifier": "w-1"}, raw, NOW)
    return provider.told(call, JIRA), provider.parse(raw, JIRA)


def test_jiras_samples_are_read():
    told, said = jira(sample("jira", "comment_created.json"))
    assert (told.delivery_id, told.record, told.kind) == ("w-1", "10002", "comment_created")
    assert (said.ref.key, said.fields["summary"], said.fields["status"]) == ("ED-1", "Printer down", "To Do")
    assert (said.comments[0].body, said.comments[0].author) == ("plain/wiki text", "Mia Krystof")
    assert said.comments[0].is_public is False
    assert (said.comments[0].edition, said.comments[0].is_gone) == ("2021-01-18T23:45:00+00:00", False)
    told, said = jira(sample("jira", "comment_created.json"), webhookEvent="comment_deleted")
    assert (told.kind, said.is_gone, said.comments[0].is_gone) == ("comment_deleted", False, True)
    told, said = jira(sample("jira", "issue_updated.json"))
    assert (told.kind, said.comments, said.ref.url) == (
        "jira:issue_updated",
        (),
        "https://your-domain.atlassian.net/browse/ED-1",
    )


@pytest.mark.parametrize("away", [timedelta(hours=2), -timedelta(hours=2)])
def test_jiras_calls_of_another_time_are_stale(away):
    with pytest.raises(WebhookRefused, match="stale"):
        jira(sample("jira", "issue_created.json"), timestamp=int((NOW - away).timestamp() * 1000))


def test_jiras_calls_about_another_installation_are_foreign():
    body = sample("jira", "issue_created.json")
    body["issue"]["self"] = "https://evil.atlassian.net/rest/api/3/issue/10002"
    with pytest.raises(WebhookRefused, match="foreign"):
        jira(body)


def test_events_that_mean_nothing_to_us_are_left_aside():
    assert jira(sample("jira", "issue_created.json"), webhookEvent="sprint_started")[0] is None
