"""The OpenAPI document: one decorator for what an endpoint takes and gives; the refusals every endpoint shares are added to each."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.utils.text import slugify
from drf_spectacular.authentication import SessionScheme
from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from tickets.api.problems import CONTENT_TYPE
from tickets.api.serializers.common import PageSerializer, ProblemSerializer

F = TypeVar("F", bound=Callable[..., Any])
REFUSALS = {
    400: "Malformed, or a field needs attention: see `errors`.",
    401: "No token, or one that is not valid. Renew it at `/auth/refresh`.",
    403: "Your role does not allow this; `required_role` names the one that does.",
    404: "Does not exist, or is not yours to see.",
    409: "Changed in the meantime, or not possible in the present state.",
    413: "Too large.",
    415: "This type of content is not accepted.",
    429: "Too many requests; `Retry-After` says when to go on.",
    503: "Something the service needs is away; `Retry-After` says when to try again.",
}


def parameter(
    name: str, description: str, kind: Any = str, *, enum: Sequence[str] | None = None, many: bool = False
) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=description, enum=enum, many=many)


def header(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description)


IF_MATCH = header("If-Match", 'The version you read, as in `"3"`. Any newer version is refused with 409.')
IF_NONE_MATCH = header("If-None-Match", "The `ETag` you have: 304 where it still holds.")
IDEMPOTENCY = header(
    "Idempotency-Key", "A key of your choice, for a write that may be sent twice. The answer is kept for a day."
)


def describe(
    summary: str,
    *,
    tag: str,
    takes: Any = None,
    gives: Any = None,
    status: int = 200,
    parameters: Sequence[OpenApiParameter] = (),
    media: str = "application/json",
    form: bool = False,
) -> Callable[[F], F]:
    """Document an endpoint's own side; `gives` comes as `media`, `form` takes a multipart form. The docstring is the description."""
    return extend_schema(
        summary=summary,
        operation_id=slugify(summary).replace("-", "_"),
        tags=[tag],
        request={"multipart/form-data": takes} if form else takes,
        responses={(status, media): OpenApiResponse(gives, description=summary)},
        parameters=list(parameters),
    )


def page_of(serializer: type) -> Any:
    """Return the serializer of a page of these."""
    name = serializer.__name__.removesuffix("Serializer")
    return type(f"{name}PageSerializer", (PageSerializer,), {"results": serializer(many=True)})


def paged(orderings: Iterable[str]) -> list[OpenApiParameter]:
    """Return the query parameters of a list."""
    both = [sign + name for name in orderings for sign in ("", "-")]
    return [
        parameter("cursor", "From `next` or `previous` of the page before."),
        parameter("page_size", "1 to 200, 50 unless told.", int),
        parameter("ordering", "A field, with `-` in front for descending.", enum=both),
    ]


class Schema(AutoSchema):
    """Adds the shared refusals and the idempotency header."""

    def get_override_parameters(self) -> list[Any]:
        given = list(super().get_override_parameters())
        return [*given, IDEMPOTENCY] if self._is_write() and self._needs_user() else given

    def _is_write(self) -> bool:
        return self.method in ("POST", "PUT", "PATCH", "DELETE")

    def _needs_user(self) -> bool:
        return bool(self.view.permission_classes)

    def _refusals(self) -> list[int]:
        codes = [400, 429, 503]
        codes += [401, 403]
        codes += (
            [404] if "{" in self.path or (self._is_write() and self._needs_user()) else []
        )  # bodies name records too
        codes += [409, 413, 415] if self._is_write() else []
        return sorted(codes)

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        if IF_NONE_MATCH in self.get_override_parameters():
            bodies["304"] = {"description": "The answer that you have, by the `ETag` you sent, still holds."}
        for code in self._refusals():
            answer = OpenApiResponse(ProblemSerializer, description=REFUSALS[code])
            document = self._get_response_for_code(answer, str(code), [CONTENT_TYPE], direction)  # type: ignore[no-untyped-call]
            bodies.setdefault(str(code), document)
        return bodies


class BearerScheme(SimpleJWTScheme):  # type: ignore[no-untyped-call]
    target_class = "tickets.accounts.tokens.BearerAuthentication"
    name = "bearer"


__all__ = [
    "IF_MATCH",
    "IF_NONE_MATCH",
    "OpenApiTypes",
    "Schema",
    "SessionScheme",
    "describe",
    "header",
    "page_of",
    "paged",
    "parameter",
]
