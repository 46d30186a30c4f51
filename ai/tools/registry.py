"""Calling a tool: as a user, under that user's permissions, with a line in the audit, and writes of an agent held for approval."""

import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from ai.models import AIRun, Proposal, ToolCall
from ai.tools.names import READING, TOOLS
from tickets.choices import Channel
from tickets.errors import DomainError, Invalid, NotAllowed
from tickets.models import Ticket, User
from tickets.models.ticket import REFERENCE

Result = dict[str, Any]
Function = Callable[..., Result]
FUNCTIONS: dict[str, Function] = {}
DOOR: ContextVar[Channel] = ContextVar("door", default=Channel.MCP)  # through which the tool in use writes
BROKEN = "broken"  # the code of a call that failed for no reason we foresaw


CALLS_A_MINUTE = 240  # of one user, whatever programs they use
SKIPPED_AT_MOST = 1_000_000  # rows before a page


class TooMany(DomainError):
    """More calls than anybody needs."""

    code = "throttled"
    status = 429
    title = "Too many calls"


class NotAvailable(DomainError):
    """Something that this installation has not switched on."""

    code = "not_available"
    status = 501
    title = "Not available here"


@dataclass(frozen=True)
class Caller:
    """On whose behalf a tool is used. With a `run` it is a model that asks, not the person: it has the tools it was `given`, and may
    propose a write but not make one.
    """

    user: User
    run: AIRun | None = None
    given: frozenset[str] = frozenset(TOOLS)
    via: Channel = Channel.MCP


def tool(function: Function) -> Function:
    """Register a function under its own name; its first parameter is the user it acts as, its docstring what clients read."""
    FUNCTIONS[function.__name__] = function
    return function


def call(caller: Caller, name: str, arguments: Mapping[str, Any]) -> Result:
    """Use a tool. Raises DomainError; whatever happens is in the audit."""
    began = time.monotonic()
    code = BROKEN
    try:
        answer = _let(caller, name, arguments)
        code = str(answer.get("status", "ok")) if "proposal" in answer else "ok"
        return answer
    except DomainError as error:
        code = error.code
        raise
    finally:
        _audit(caller, name, arguments, code, time.monotonic() - began)


def _let(caller: Caller, name: str, arguments: Mapping[str, Any]) -> Result:
    user = User.objects.filter(pk=caller.user.pk, is_active=True).first()  # as they are now
    if user is None:
        raise NotAllowed("This account is closed.")
    _count(user)
    if name not in FUNCTIONS or name not in caller.given:
        raise NotAllowed(f"The tool {name} is not given to this agent.", code="tool_not_given")
    if caller.run is not None and name not in READING:
        return propose(caller, name, arguments)
    token = DOOR.set(caller.via)
    try:
        return FUNCTIONS[name](user, **arguments)
    finally:
        DOOR.reset(token)


def _count(user: User) -> None:
    """Note a call of this minute. Raises TooMany."""
    minute, passed = divmod(int(time.time()), 60)
    key = f"ai:calls:{user.pk}:{minute}"
    cache.add(key, 0, 120)
    try:
        calls = cache.incr(key)
    except ValueError:  # no cache at the moment
        return
    if calls > CALLS_A_MINUTE:
        left = 60 - passed
        raise TooMany(f"Use at most {CALLS_A_MINUTE} tools a minute. Go on in {left} s.", retry_after=left)


def propose(caller: Caller, name: str, arguments: Mapping[str, Any]) -> Result:
    """Write down what a model wants to do, for the user to decide."""
    ticket = Ticket.objects.visible_to(caller.user).filter(pk=_ticket_named(arguments) or 0).first()
    row = Proposal.objects.create(run=caller.run, user=caller.user, ticket=ticket, tool=name, arguments=dict(arguments))
    return {
        "status": "needs_approval",
        "proposal": row.pk,
        "detail": "Nothing was written. The person you work for has been asked; go on without it.",
    }


def _audit(caller: Caller, name: str, arguments: Mapping[str, Any], code: str, seconds: float) -> None:
    ToolCall.objects.create(
        tool=name[:60],
        user=caller.user,
        run=caller.run,
        ticket_id=_ticket_named(arguments),
        code=code[:50],
        milliseconds=round(seconds * 1000),
    )


def _ticket_named(arguments: Mapping[str, Any]) -> int | None:
    """Return the ticket that a call is about, if there is such a one."""
    match = REFERENCE.match(str(arguments.get("ticket_id", "")).strip())
    number = int(match[1]) if match else 0
    return number if 0 < number < 2**63 and Ticket.objects.filter(pk=number).exists() else None


def given_text(value: Any, field: str, limit: int) -> str:
    """Return an argument that must be text. Raises Invalid."""
    if not isinstance(value, str) or not value.strip():
        raise Invalid({field: ["Write something here."]})
    return value.replace("\x00", "")[:limit]


def at_most(limit: Any, most: int) -> int:
    """Return how many rows to answer. Raises Invalid."""
    return min(_whole(limit, "limit", 1), most)


def skipped(offset: Any) -> int:
    """Return how many rows to skip. Raises Invalid."""
    return min(_whole(offset, "offset", 0), SKIPPED_AT_MOST)


def _whole(given: Any, field: str, least: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or given < least:
        raise Invalid({field: [f"Give a whole number from {least} on."]})
    return given
