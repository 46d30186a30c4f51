"""Addresses of mailboxes, routes and templates are set up by programs as admins do it, under the same rules."""

import pytest

from integrations.models import MailAddress, MessageTemplate, Route
from tests.integrations.mails import arrive, raw_mail
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
ROUTES, TEMPLATES = "/api/v1/notifications/routes", "/api/v1/notifications/templates"


def test_an_address_of_a_mailbox_is_added_changed_and_deleted(api, mona, mailbox, network, carl):
    root = f"/api/v1/integrations/{mailbox.pk}/addresses"
    made = api(mona).post(root, {"address": "vpn@acme.example", "team": network.pk}).json()
    one = f"{root}/{made['id']}"
    assert (made["address"], made["team"]["name"]) == ("vpn@acme.example", network.name)
    assert api(mona).patch(one, {"priority": "high"}).json()["team"]["id"] == network.pk
    arrive(mailbox, raw_mail("No network.", to="vpn@acme.example"))
    assert (Ticket.objects.get().team, Ticket.objects.get().priority) == (network, "high")
    assert [row["address"] for row in api(mona).get(root).json()["results"]] == [
        "help@acme.example",
        "vpn@acme.example",
    ]
    assert api(mona).delete(one).status_code == 204
    assert api(mona).get(one).status_code == 404


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, "address"),
        ({"address": "help"}, "address"),
        ({"address": "HELP@acme.example"}, "address"),
        ({"address": "a@acme.example", "team": 999}, "team"),
        ({"address": "a@acme.example", "owner": 1}, "owner"),
    ],
)
def test_an_address_that_cannot_be_is_refused_at_its_field(api, mona, mailbox, fields, wrong):
    answer = api(mona).post(f"/api/v1/integrations/{mailbox.pk}/addresses", fields)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [wrong])
    assert MailAddress.objects.count() == 1


def test_only_a_mailbox_has_addresses(api, mona, connection, mailbox):
    answer = api(mona).post(f"/api/v1/integrations/{connection.pk}/addresses", {"address": "a@acme.example"})
    assert (answer.status_code, answer.json()["code"]) == (409, "no_mailbox")
    row = mailbox.addresses.get()
    assert api(mona).get(f"/api/v1/integrations/{connection.pk}/addresses/{row.pk}").status_code == 404


def test_a_route_is_added_changed_and_deleted(api, mona, tess):
    made = api(mona).post(ROUTES, {"name": "Breaches", "kinds": ["sla_breached"], "person": tess.pk}).json()
    one = f"{ROUTES}/{made['id']}"
    assert made["person"]["id"] == tess.pk
    assert api(mona).patch(one, {"least_priority": "critical"}).json()["least_priority"] == "critical"
    assert [row["name"] for row in api(mona).get(f"{ROUTES}?q=breach").json()["results"]] == ["Breaches"]
    assert list(api(mona).patch(one, {"person": None}).json()["errors"]) == ["person"]
    assert list(api(mona).post(ROUTES, {"name": "breaches", "kinds": ["connection"]}).json()["errors"]) == ["kinds"]
    assert api(mona).delete(one).status_code == 204
    assert not Route.objects.exists()


def test_a_template_is_added_changed_and_deleted(api, mona):
    words = {"kind": "reply", "subject": "News of {{ ticket.reference }}", "text": "{{ comment.text }}"}
    made = api(mona).post(TEMPLATES, words).json()
    one = f"{TEMPLATES}/{made['id']}"
    assert (made["language"], made["subject"]) == ("en", words["subject"])
    assert list(api(mona).post(TEMPLATES, words).json()["errors"]) == ["kind"]
    assert "nobody" in api(mona).patch(one, {"text": "{{ nobody }}"}).json()["errors"]["text"][0]
    assert api(mona).patch(one, {"text": "Look."}).json()["text"] == "Look."
    assert api(mona).get(one).json() == api(mona).get(TEMPLATES).json()["results"][0]
    assert api(mona).delete(one).status_code == 204
    assert not MessageTemplate.objects.exists()


def test_none_of_it_is_for_technicians(api, tess, mailbox):
    for path in (ROUTES, TEMPLATES, f"/api/v1/integrations/{mailbox.pk}/addresses"):
        assert api(tess).get(path).status_code == 403
        assert api(tess).post(path, {}).status_code == 403
