"""Webhooks out: made, changed, tried, their calls sent again."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from integrations.hooks.bodies import PING
from integrations.hooks.hearing import forget_hooks
from integrations.models import Hook, HookCall
from integrations.models.hook import new_secret
from integrations.permissions import Actor, require
from tickets import work
from tickets.actions.desk import list_of, name, save_row, yes_or_no
from tickets.choices import EventKind, WorkState
from tickets.errors import Conflict, Invalid
from tickets.fields import Cleaner, choice, clean_with, reference, text
from tickets.models import User


def _address(value: Any, _by: Actor) -> str:
    address = text(value, 500, required=True).strip()
    try:
        Hook._meta.get_field("url").run_validators(address)
    except ValidationError:
        raise ValueError("Write an address like https://example.com/hook.") from None
    return address


HOOK: dict[str, Cleaner] = {
    "name": name(100),
    "url": _address,
    "kinds": lambda value, _: sorted(set(list_of(value, lambda kind: choice(kind, EventKind)))),
    "owner": lambda value, _: reference(value, User.objects.support_staff()),
    "is_enabled": yes_or_no,
}


@transaction.atomic
def save_hook(*, by: Actor, fields: Mapping[str, Any], hook: Hook | None = None) -> Hook:
    """Make or change a webhook; a new one has a secret of its own and `by` as its owner unless told. Raises Invalid, NotAllowed."""
    require(by, "integration.manage")
    values = clean_with(HOOK, fields, by=by)
    row = Hook.objects.select_for_update().get(pk=hook.pk) if hook else Hook()
    if hook is None and isinstance(by, User):
        values.setdefault("owner", by)
    if not values.get("url", row.url):
        raise Invalid({"url": ["This field is required."]})
    if values.get("owner", row.owner_id) is None:
        raise Invalid({"owner": ["Name the person whose view of the desk is told."]})
    if values.get("url", row.url) != row.url or values.get("is_enabled"):
        values |= {"failing_since": None, "alerted_at": None, "trouble": ""}
    row = save_row(row, by, values, "name")
    forget_hooks()
    return row


@transaction.atomic
def renew_secret(*, by: Actor, hook: Hook) -> Hook:
    """Give the webhook another secret; calls from now on are signed with it."""
    require(by, "integration.manage")
    row = Hook.objects.select_for_update().get(pk=hook.pk)
    row.secret = new_secret()
    row.save(update_fields=["secret"])
    return row


@transaction.atomic
def remove_hook(*, by: Actor, hook: Hook) -> None:
    """Forget a webhook with the log of its calls; what waits is not sent."""
    require(by, "integration.manage")
    hook.delete()
    forget_hooks()


def test_hook(*, by: Actor, hook: Hook) -> HookCall:
    """Send a call of the kind `ping` at once; returns it with what it got. Waits for the network."""
    require(by, "integration.manage")
    row = HookCall.objects.create(hook=hook, kind=PING)
    work.run(HookCall, row.pk)
    row.refresh_from_db()
    if row.state == WorkState.QUEUED:  # a test that failed has been answered: it is not sent again
        work.set_aside(row, row.last_error, row.due)
        row.refresh_from_db()
    return row


@transaction.atomic
def send_again(*, by: Actor, call: HookCall) -> None:
    """Send a call anew with the same id and body. Raises Conflict while it waits to be sent."""
    require(by, "integration.manage")
    if call.state not in (WorkState.DONE, WorkState.QUARANTINED):
        raise Conflict("It is being sent already. Wait for its answer.", code="already_asked")
    HookCall.objects.filter(pk=call.pk).update(asked_at=timezone.now())
    work.run_again(call)
