"""What every view of the API has in common. A view reads the request, calls a query or an action, and shapes the answer."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tickets.api.idempotency import HEADER, once
from tickets.choices import Channel
from tickets.errors import Invalid, NotFound
from tickets.fields import whole_number
from tickets.models import Ticket, User

WRITES = ("POST", "PUT", "PATCH", "DELETE")
ETAG = re.compile(r'^(?:W/)?"(\d{1,9})"$')


class Reading(APIView):
    """Any request of the API."""

    @property
    def body(self) -> dict[str, Any]:
        """The JSON object that was sent, or the fields of a form."""
        return cast(dict[str, Any], self.request.data)  # the parsers give nothing else


class ApiView(Reading):
    """A signed-in user's request. Writes may carry an `Idempotency-Key`, and are then carried out in one transaction with it.

    A view that waits for the network says no to that with `in_one_go`, and sees to its key by itself where it writes.
    """

    in_one_go = True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        method = str(request.method)
        handler = getattr(self, method.lower(), None)
        wanted = self.in_one_go and method in WRITES and HEADER in request.headers
        if wanted and handler and isinstance(request.user, User):
            setattr(self, method.lower(), partial(self._once, handler))  # dispatch looks the handler up after this

    @staticmethod
    def _once(handler: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        return once(request, handler, *args, **kwargs)

    @property
    def user(self) -> User:
        return cast(User, self.request.user)  # nobody else comes past the permission

    @property
    def via(self) -> Channel:
        """A token comes from a program, a session from one of our own pages."""
        if self.request.auth is not None:
            return Channel.API
        return Channel.WEB if self.user.is_support_staff else Channel.PORTAL

    def ticket(self, reference: str) -> Ticket:
        """Return a ticket the user may see, by `1001` or `T-1001`. Raises NotFound."""
        found: Ticket = find(Ticket.objects.visible_to(self.user).by_reference(reference), "ticket")
        return found


def find(rows: QuerySet[Any], noun: str, **lookup: Any) -> Any:
    """Return the one row. Raises NotFound."""
    try:
        return rows.get(**lookup)
    except ObjectDoesNotExist:
        raise NotFound(f"There is no such {noun}, or it is not yours to see.") from None


def wanted(body: Mapping[str, Any], rows: QuerySet[Any], field: str, noun: str) -> Any:
    """Return the row that the body names by id under `field`. Raises Invalid, NotFound."""
    pk = whole_number(body.get(field), field)
    return find(rows, noun, pk=pk)


def only(body: Mapping[str, Any], *known: str) -> Mapping[str, Any]:
    """Return the body, refusing members it cannot have. Raises Invalid."""
    unknown = [name for name in body if name not in known]
    if unknown:
        raise Invalid({name: ["There is no such field, or it cannot be set."] for name in unknown})
    return body


def flag(body: Mapping[str, Any], name: str, default: bool = False) -> bool:
    """Return a true or false of the body, or of a form. Raises Invalid."""
    value = body.get(name, default)
    value = {"true": True, "false": False, "on": True}.get(value, value) if isinstance(value, str) else value
    if not isinstance(value, bool):
        raise Invalid({name: ["Choose true or false."]})
    return value


def if_match(request: Request) -> int | None:
    """Return the version that the request insists on. Raises Invalid."""
    header = request.headers.get("If-Match", "*").strip()
    if header == "*":
        return None
    match = ETAG.match(header)
    if match is None:
        raise Invalid({"If-Match": ['Send the version you read, as in "3".']})
    return int(match[1])


def etag(version: int) -> dict[str, str]:
    return {"ETag": f'"{version}"'}


def reference(row: Model | None) -> dict[str, Any] | None:
    """Return how an answer refers to another record."""
    if row is None:
        return None
    return {"id": row.pk, "name": row.display_name if isinstance(row, User) else str(row)}
