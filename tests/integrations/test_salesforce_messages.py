"""Outbound messages of Salesforce: read with care, acknowledged in its own words, each case read again once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.actions.connect import save_connection
from integrations.errors import WebhookRefused
from integrations.models import InboundEvent
from integrations.provider import Call, Hint, RemoteRef
from integrations.providers.salesforce import webhook
from integrations.providers.salesforce.client import SalesforceProvider
from integrations.providers.salesforce.models import SalesforceSettings
from tests.integrations.conftest import settle
from tests.integrations.server import serving
from tests.vendors import VENDORS
from tickets.choices import WorkState
from tickets.models import Ticket

OURS = "00DD0000000FJ8LMAW"
CASES = ("500D000000IRFmaIAH", "500D000000IRFmbIAH")
TOKEN = {"POST /services/oauth2/token": (200, {}, {"access_token": "00D!AQ"})}


def message(*cases, organization=OURS, number=0, kind="Case"):
    """A message about these cases; its notifications are numbered from `number`."""
    notifications = "".join(
        f'<Notification><Id>04lD00000000{number + n:03d}</Id><sObject xsi:type="sf:{kind}"'
        f' xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><sf:Id>{case}</sf:Id></sObject></Notification>'
        for n, case in enumerate(cases)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>'
        '<notifications xmlns="http://soap.sforce.com/2005/09/outbound">'
        f"<OrganizationId>{organization}</OrganizationId><SessionId>s3cret</SessionId>{notifications}"
        "</notifications></soapenv:Body></soapenv:Envelope>"
    ).encode()


@pytest.fixture
def salesforce(settings):
    """Salesforce, where every case is the same printer on fire."""
    settings.INTEGRATION_HOSTS = ["127.0.0.1"]
    with serving(dict(TOKEN)) as (address, script):
        times = {"CreatedDate": "2026-01-05T09:00:00Z", "LastModifiedDate": "2026-01-05T09:00:00Z"}
        for n, case in enumerate(CASES):
            shown = {"Id": case, "CaseNumber": str(n), "Subject": f"Printer {n}", "Status": "New", **times}
            script.routes[f"GET /services/data/v62.0/sobjects/Case/{case}"] = (200, {}, shown)
        script.answers = [(200, {}, {"records": []})]
        script.address = address
        yield script


@pytest.fixture
def call(salesforce, mona, api):
    fields = {"base_url": salesforce.address, "organization_id": OURS}
    given = {"name": "Salesforce", "provider": "salesforce", "settings": fields, "opens_tickets": True}
    connection = save_connection(by=mona, fields=given | {"credentials": {"client_id": "k", "client_secret": "s"}})
    address = f"/api/v1/integrations/salesforce/webhook/{connection.token}"

    def send(body):
        headers = {"SOAPAction": '""', "Accept": "text/xml"}
        return api().generic("POST", address, body, content_type="text/xml; charset=utf-8", headers=headers)

    return send


@pytest.mark.django_db
def test_each_case_of_a_message_is_read_and_the_message_acknowledged(call):
    answer = call(message(*CASES))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert b"<Ack>true</Ack>" in answer.content
    settle()
    assert sorted(Ticket.objects.values_list("title", flat=True)) == ["Printer 0", "Printer 1"]
    assert set(InboundEvent.objects.values_list("state", flat=True)) == {WorkState.DONE}
    assert not any(b"s3cret" in bytes(row.body) for row in InboundEvent.objects.all())


@pytest.mark.django_db
def test_a_notification_that_comes_again_is_acknowledged_and_known(call):
    call(message(CASES[0]))
    answer = call(message(*CASES))  # the first of them in another message
    assert b"<Ack>true</Ack>" in answer.content
    assert list(InboundEvent.objects.order_by("pk").values_list("record", flat=True)) == list(CASES)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, message(CASES[0], organization="00DD0000000FJ8XMAW")),
        (400, b"no xml"),
        (400, b""),
        (400, message(CASES[0], "../../evil")),
        (400, b"<x/>"),
        (400, b'<!DOCTYPE x [<!ENTITY a "b">]>' + message(CASES[0]).partition(b"?>")[2]),
        (413, message(*[CASES[0]] * 101)),
    ],
)
def test_what_is_not_ours_or_makes_no_sense_is_refused_whole(call, status, body):
    answer = call(body)
    assert (answer.status_code, b"<Ack>" in answer.content) == (status, False)
    assert not InboundEvent.objects.filter(state=WorkState.QUEUED).exists()


def test_nothing_is_believed_where_the_organization_is_not_known():
    with pytest.raises(WebhookRefused, match="no_secret"):
        SalesforceProvider.calls_in(Call({}, message(CASES[0]), None), {"base_url": "https://acme.my.salesforce.com"})


def test_other_objects_mean_nothing_to_us():
    settings = SalesforceSettings(base_url="https://acme.my.salesforce.com", organization_id=OURS[:15])
    [part] = webhook.notifications_in(Call({}, message(CASES[0], kind="Lead"), None), settings)
    assert webhook.told(part, settings) is None


def test_salesforces_sample_is_read_and_answered_as_it_wants():
    folder = VENDORS / "webhooks" / "salesforce"
    if not folder.exists():
        pytest.skip("../shared/vendors is not on this machine")
    settings = SalesforceSettings(base_url="https://acme.my.salesforce.com", organization_id=OURS)
    [part] = webhook.notifications_in(Call({}, (folder / "outbound_message.xml").read_bytes(), None), settings)
    told = webhook.told(part, settings)
    assert (told.delivery_id, told.record) == ("04lD000000GSHZRIA5", "500D000000IRFmaIAH")
    assert webhook.parse(part.body, settings) == Hint(RemoteRef(told.record, told.record, ""))
    expected = (folder / "ack.xml").read_bytes().replace(b"\n", b"").strip()
    assert webhook.ACKNOWLEDGEMENT.body.replace(b"\n", b"") == expected


@given(st.binary(max_size=200) | st.text(alphabet="<>/!&;?xml a=\"'[]", max_size=200).map(str.encode))
def test_no_body_breaks_the_reading(body):
    with pytest.raises(WebhookRefused):
        webhook.notifications_in(
            Call({}, body, None), SalesforceSettings(base_url="https://acme.test", organization_id=OURS)
        )
