"""Outbound messages of Salesforce: SOAP without a signature. Which organization sends them is checked, and nothing else is believed:
each names cases, which are read again.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_om_outboundmessaging.htm
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from integrations.choices import WebhookRefusal
from integrations.errors import WebhookRefused
from integrations.provider import Acknowledgement, Call, Hint, RemoteRef, Told
from integrations.providers.salesforce.models import SalesforceSettings

MESSAGE = "{http://soap.sforce.com/2005/09/outbound}"
RECORD = "{urn:sobject.enterprise.soap.sforce.com}"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
SAME_ID = 15  # characters; the last three of a long id only check it
AT_MOST = 100  # notifications in one message, by Salesforce's word
ACKNOWLEDGEMENT = Acknowledgement(
    "text/xml; charset=utf-8",
    b'<?xml version="1.0" encoding="UTF-8"?>'
    b'<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
    b'<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse>'
    b"</soapenv:Body></soapenv:Envelope>",
)


def verify(_: Call, __: Mapping[str, Any]) -> None:
    """There is no signature: who calls knows the address, and has to name our organization, which `notifications_in` looks at."""


def notifications_in(call: Call, settings: SalesforceSettings) -> list[Call]:
    """Return each notification of a message as a call of its own; a session's id, which the message may hold, is left behind.

    Raises WebhookRefused.
    """
    if not settings.organization_id:
        raise WebhookRefused(WebhookRefusal.NO_SECRET)
    messages = list(_element(call.body).iter(f"{MESSAGE}notifications"))
    if len(messages) != 1:
        raise WebhookRefused(WebhookRefusal.MALFORMED)
    if _text(messages[0], f"{MESSAGE}OrganizationId")[:SAME_ID] != settings.organization_id[:SAME_ID]:
        raise WebhookRefused(WebhookRefusal.FOREIGN)
    found = messages[0].findall(f"{MESSAGE}Notification")
    if len(found) > AT_MOST:
        raise WebhookRefused(WebhookRefusal.TOO_LARGE)
    return [replace(call, body=tostring(notification)) for notification in found]


def told(call: Call, _: SalesforceSettings) -> Told | None:
    notification = _element(call.body)
    record = notification.find(f"{MESSAGE}sObject")
    if record is None:
        raise WebhookRefused(WebhookRefusal.MALFORMED)
    if record.get(TYPE, "").rpartition(":")[2] != "Case":
        return None
    return Told(_id(notification, MESSAGE), _id(record, RECORD), "outbound_message")


def parse(body: bytes, _: SalesforceSettings) -> Hint:
    record = _element(body).find(f"{MESSAGE}sObject")
    if record is None:
        raise WebhookRefused(WebhookRefusal.MALFORMED)
    case = _id(record, RECORD)
    return Hint(RemoteRef(case, case, ""))


def _element(body: bytes) -> Element:
    """Return XML that declares no entities and points nowhere. Raises WebhookRefused."""
    try:
        found: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise WebhookRefused(WebhookRefusal.MALFORMED) from None
    return found


def _text(element: Element, name: str) -> str:
    return (element.findtext(name) or "").strip()


def _id(element: Element, space: str) -> str:
    found = _text(element, f"{space}Id")
    if not ID.fullmatch(found):
        raise WebhookRefused(WebhookRefusal.MALFORMED)
    return found
