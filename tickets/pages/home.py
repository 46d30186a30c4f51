"""The front door."""

from django.http import HttpResponse
from django.shortcuts import redirect

from tickets.pages.doors import PageRequest, signed_in


@signed_in
def home(request: PageRequest) -> HttpResponse:
    """Send staff to the queue and requesters to the portal."""
    return redirect("queue" if request.user.is_support_staff else "portal")
