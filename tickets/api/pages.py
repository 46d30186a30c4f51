"""Lists: cursor pages as `{"next", "previous", "results"}`, the two first as whole addresses."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from tickets.errors import Invalid
from tickets.finding.paging import LARGEST_PAGE, page_of

DEFAULT_SIZE = 50
CONTROLS = frozenset({"cursor", "page_size", "ordering"})
Shape = Callable[[Any], dict[str, Any]]


def page(
    request: Request,
    rows: QuerySet[Any],
    shape: Shape,
    *,
    orderings: dict[str, str],
    default: str,
    filters: Iterable[str] = (),
) -> Response:
    """Answer one page of `rows`, each shaped. Raises Invalid for a query parameter that nobody reads."""

    def each(found: list[Any]) -> list[dict[str, Any]]:
        return [shape(row) for row in found]

    return page_at_once(request, rows, each, orderings=orderings, default=default, filters=filters)


def page_at_once(
    request: Request,
    rows: QuerySet[Any],
    shapes: Callable[[list[Any]], list[dict[str, Any]]],
    *,
    orderings: dict[str, str],
    default: str,
    filters: Iterable[str] = (),
) -> Response:
    """The same for a function that shapes all rows of the page together."""
    query = request.query_params
    refuse_unknown(request, filters)
    found = page_of(rows, query.get("ordering") or default, query.get("cursor", ""), size(request), orderings)
    body = {"next": address(request, found.next), "previous": address(request, found.previous)}
    return Response({**body, "results": shapes(found.items)})


def refuse_unknown(request: Request, filters: Iterable[str]) -> None:
    known = CONTROLS.union(filters)
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise Invalid({name: ["There is no such filter."] for name in unknown})


def size(request: Request) -> int:
    """Return the page size asked for. Raises Invalid."""
    raw = request.query_params.get("page_size", str(DEFAULT_SIZE))
    if not (raw.isascii() and raw.isdigit() and len(raw) < 6 and 1 <= int(raw) <= LARGEST_PAGE):
        raise Invalid({"page_size": [f"Ask for 1 to {LARGEST_PAGE}."]})
    return int(raw)


def address(request: Request, cursor: str | None) -> str | None:
    """Return this list's address with another cursor."""
    if cursor is None:
        return None
    query = request.query_params.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
