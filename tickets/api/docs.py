"""The page that shows the API, and the answer for addresses that do not exist."""

from typing import Any

from csp.constants import NONCE, SELF
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from tickets.api.auth import OpenView

# Redoc comes from an installed package. It makes style elements, which this one page allows by nonce, and a worker for its search.
POLICY = {"style-src": [SELF, NONCE], "script-src": [SELF, NONCE], "worker-src": ["blob:"]}


@require_safe
@csp_update(POLICY)
def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "api/docs.html")


@extend_schema(exclude=True)
class MissingView(OpenView):
    """Everything else below /api/v1."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound("There is nothing at this address. See /api/v1/docs.")
