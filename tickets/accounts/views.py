"""Joining by invitation."""

from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tickets.accounts.forms import JoinForm
from tickets.actions.invitations import accept_invitation, open_invitation
from tickets.errors import DomainError, Invalid


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show the invitation; take name and password, then sign the new person in."""
    try:
        invitation = open_invitation(token)
    except DomainError as error:
        return render(request, "account/invitation_ended.html", {"error": error}, status=error.status)
    form = JoinForm(request.POST or None)
    if form.is_valid():
        try:
            person = accept_invitation(token=token, **form.cleaned_data)
        except Invalid as error:
            for field, messages in error.errors.items():
                form.add_error(field if field in form.fields else None, messages)
        else:
            answer: HttpResponse = perform_login(request, person, email_verification="none")
            return answer
    return render(request, "account/invitation.html", {"form": form, "invitation": invitation})
