"""How the live side is doing."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tickets.live.hub import active_connections


@never_cache
@require_safe
def websocket_health(_: HttpRequest) -> JsonResponse:
    """Answer that sockets are served, and how many this process holds."""
    return JsonResponse({"status": "ok", "active_connections": active_connections()})
