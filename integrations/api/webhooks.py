"""Where other systems call: believed first, stored once, answered fast; carried out later."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integrations import counting
from integrations.actions.receive import receive_call
from integrations.choices import WebhookRefusal
from integrations.errors import WebhookRefused
from integrations.registry import PROVIDERS
from tickets.api.schema import describe, parameter
from tickets.api.views import Reading
from tickets.errors import DomainError

TAG = "Integrations"
KEY = parameter("key", "The connection's own part of the address, where it is not the last part of the path.")
NOT_BELIEVED = (401, "not_believed", "The signature, or the time it was made, is not what it should be.")
ANSWERS: dict[WebhookRefusal, tuple[int, str, str]] = {
    WebhookRefusal.UNKNOWN: (404, "not_found", "No connection has this address. Copy it from the connection again."),
    WebhookRefusal.DISABLED: (404, "not_found", "No connection has this address. Copy it from the connection again."),
    WebhookRefusal.NO_SECRET: NOT_BELIEVED,
    WebhookRefusal.FORGED: NOT_BELIEVED,
    WebhookRefusal.STALE: NOT_BELIEVED,
    WebhookRefusal.FOREIGN: (403, "foreign", "This is about another installation than the one that is connected."),
    WebhookRefusal.MALFORMED: (400, "malformed", "The body is not what this system sends."),
    WebhookRefusal.TOO_LARGE: (413, "too_large", "Send less at once."),
}


class ReceivedSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(["stored", "known", "ignored"])


class NotTaken(DomainError):
    """A call that was refused."""

    title = "The call was not taken"

    def __init__(self, reason: WebhookRefusal) -> None:
        self.status, code, detail = ANSWERS[reason]
        super().__init__(detail, code=code)


class Caller(Reading):
    """Nobody signs in here; the call's own signature is what counts."""

    authentication_classes = []
    permission_classes = []
    throttle_classes = []  # systems share addresses with whom they host; a call that is not believed costs one look-up
    parser_classes = []

    def head(self, request: Request, **_: str) -> Response:
        """Some systems ask so whether anybody listens, before they take an address: Intercom does."""
        return Response()

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Systems ask for what they please, Salesforce for XML; a refusal for that would be no help."""
        return super().perform_content_negotiation(request, force=True)


class WebhookView(Caller):
    """Systems that a connection leads to."""

    @describe(
        "Receive a webhook",
        tag=TAG,
        takes={"application/json": {"type": "object"}},
        gives=ReceivedSerializer,
        status=202,
        parameters=[KEY],
    )
    def post(self, request: Request, provider: str) -> HttpResponseBase:
        """The signature is checked over the raw body before anything is read. A call that was sent twice is stored once."""
        return self.take(request, provider, request.query_params.get("key", ""))

    def take(self, request: Request, provider: str, token: str) -> HttpResponseBase:
        known = provider if provider in PROVIDERS else "unknown"
        try:
            received = receive_call(provider=provider, token=token, headers=_headers(request), body=raw_body(request))
        except WebhookRefused as refused:
            counting.webhooks.labels(known, refused.reason.value).inc()
            raise NotTaken(refused.reason) from None
        if received.answer is not None:
            counting.webhooks.labels(known, counting.ANSWERED).inc()
            return Response(received.answer)
        word = "stored" if received.rows else "known" if received.known else "ignored"
        outcome = {"stored": counting.TAKEN, "known": WebhookRefusal.REPLAYED.value, "ignored": counting.IGNORED}
        counting.webhooks.labels(known, outcome[word]).inc()
        if said := received.acknowledgement:
            return HttpResponse(said.body, content_type=said.content_type)
        return Response({"status": word}, status=202)


class WebhookPathView(WebhookView):
    """The same for systems that take no query in the address."""

    @describe(
        "Receive a webhook by its own path",
        tag=TAG,
        takes={"application/json": {"type": "object"}},
        gives=ReceivedSerializer,
        status=202,
    )
    def post(self, request: Request, provider: str, token: str) -> HttpResponseBase:  # type: ignore[override]
        """As above, with the connection's own part at the end of the path."""
        return self.take(request, provider, token)


def raw_body(request: Request) -> bytes:
    """Return the body as it was sent. Raises WebhookRefused."""
    try:
        return request._request.body
    except RequestDataTooBig:
        raise WebhookRefused(WebhookRefusal.TOO_LARGE) from None


def _headers(request: Request) -> Mapping[str, str]:
    return dict(request._request.headers)
