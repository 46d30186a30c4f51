"""Where a hosted sender tells what became of mails. There is no such address without django-anymail."""

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from integrations import counting
from integrations.actions.tracked import note_tracked
from integrations.api.webhooks import TAG, Caller, NotTaken, ReceivedSerializer, raw_body
from integrations.choices import WebhookRefusal
from integrations.errors import WebhookRefused
from integrations.mail.hosted import events_in, hosted_sender
from tickets.api.schema import describe


class MailEventsView(Caller):
    """The sender proves itself by its signature, or by the secret in the address that it was given."""

    @describe(
        "Hear what became of mails",
        tag=TAG,
        takes={"application/json": {"type": "object"}},
        gives=ReceivedSerializer,
    )
    def post(self, request: Request, sender: str) -> HttpResponseBase:
        """Take the calls of the hosted sender that mail goes out through, in its own form. What is not about a mail of ours is ignored."""
        known = sender if sender == hosted_sender() else "unknown"
        try:
            if sender != hosted_sender():
                raise WebhookRefused(WebhookRefusal.UNKNOWN)
            raw_body(request)
            told = events_in(request._request)
        except WebhookRefused as refused:
            counting.webhooks.labels(known, refused.reason.value).inc()
            raise NotTaken(refused.reason) from None
        taken = sum([note_tracked(one) for one in told])
        counting.webhooks.labels(known, counting.TAKEN if taken else counting.IGNORED).inc()
        return Response({"status": "stored" if taken else "ignored"})  # 200: Postmark takes nothing else for a yes
