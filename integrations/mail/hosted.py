"""What a hosted sender tells of mails that it was given. django-anymail, which need not be installed, knows how each of them says it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.http import HttpRequest
from django.utils import timezone

from integrations.choices import MailEvent, WebhookRefusal
from integrations.errors import WebhookRefused
from integrations.mail.bounces import is_lasting

TRANSPORT = "anymail.backends."
KINDS = {
    "delivered": MailEvent.DELIVERED,
    "bounced": MailEvent.BOUNCED,
    "rejected": MailEvent.BOUNCED,
    "failed": MailEvent.BOUNCED,
    "complained": MailEvent.COMPLAINED,
    "unsubscribed": MailEvent.UNSUBSCRIBED,
}
NO_SUCH_ADDRESS = ("invalid", "bounced")  # reasons, as anymail calls them


@dataclass(frozen=True)
class Tracked:
    """What happened to a mail, which the sender knows as `sent_as`. `is_hard`: the address will never take mail."""

    kind: MailEvent
    sent_as: str
    address: str
    at: datetime
    detail: str = ""
    is_hard: bool = False


def hosted_sender() -> str:
    """Return the name of the hosted sender that mail goes out through, as anymail calls it; empty where there is none."""
    transport = settings.MAIL_TRANSPORT
    return transport.removeprefix(TRANSPORT).partition(".")[0] if transport.startswith(TRANSPORT) else ""


def events_in(request: HttpRequest) -> list[Tracked]:
    """Return what a call of the sender tells, once it is believed. Raises WebhookRefused."""
    view = _reader()
    try:
        view.run_validators(request)
    except SuspiciousOperation:
        raise WebhookRefused(WebhookRefusal.FORGED) from None
    except ImproperlyConfigured:
        raise WebhookRefused(WebhookRefusal.NO_SECRET) from None
    try:
        return _tracked(view.parse_events(request))
    except (ValueError, LookupError, TypeError, AttributeError, ImproperlyConfigured):
        raise WebhookRefused(WebhookRefusal.MALFORMED) from None


def _reader() -> Any:
    """Return anymail's reader of the sender's calls. Raises WebhookRefused where anybody could make them."""
    name = f"{hosted_sender()}_tracking_webhook"
    routes = [route for route in import_module("anymail.urls").urlpatterns if route.name == name]
    if not routes:
        raise WebhookRefused(WebhookRefusal.UNKNOWN)
    try:
        view = routes[0].callback.view_class(**routes[0].callback.view_initkwargs)
    except ImproperlyConfigured:
        raise WebhookRefused(WebhookRefusal.NO_SECRET) from None
    if view.warn_if_no_basic_auth and not view.basic_auth:  # it signs nothing, so the secret in the address has to do
        raise WebhookRefused(WebhookRefusal.NO_SECRET)
    return view


def _tracked(events: Iterable[Any]) -> list[Tracked]:
    return [
        Tracked(
            KINDS[event.event_type],
            str(event.message_id),
            (event.recipient or "").lower(),
            event.timestamp or timezone.now(),
            " ".join(str(event.mta_response or event.description or event.reject_reason or "").split()),
            is_hard=_is_hard(event),
        )
        for event in events
        if event.event_type in KINDS and event.message_id
    ]


def _is_hard(event: Any) -> bool:
    """Return what the receiving server's status says; without one, what the sender makes of it."""
    lasting = is_lasting(f"{event.mta_response or ''} {event.description or ''}")
    if lasting is not None:
        return lasting
    own = event.esp_event if isinstance(event.esp_event, Mapping) else {}
    is_soft = any("soft" in str(own.get(name, "")).lower() for name in ("Type", "event"))  # Postmark, Brevo
    return event.reject_reason in NO_SUCH_ADDRESS and not is_soft
