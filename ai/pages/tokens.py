"""Personal tokens for programs that speak MCP: made, shown once, revoked."""

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from ai.actions.tokens import DAYS_AT_MOST, create_token, revoke_token
from ai.models import McpToken
from tickets.errors import DomainError, NotFound
from tickets.pages.doors import PageRequest, done, page, signed_in
from tickets.pages.forms import refuse


class TokenForm(forms.Form):
    name = forms.CharField(
        label="Program", max_length=100, help_text="So that you know it again, say Assistant on my laptop."
    )
    days = forms.IntegerField(label="Good for days", initial=90, min_value=1, max_value=DAYS_AT_MOST)


@signed_in
def tokens(request: PageRequest) -> HttpResponse:
    form = TokenForm(request.POST or None)
    raw = ""
    if request.method == "POST" and form.is_valid():
        try:
            _row, raw = create_token(by=request.user, **form.cleaned_data)
            form = TokenForm()
        except DomainError as error:
            refuse(form, error)
    context = {
        "form": form,
        "raw": raw,
        "tokens": McpToken.objects.filter(user=request.user, expires_at__gt=timezone.now()),
        "port": settings.MCP_PORT,
        "frame": "base.html" if request.user.is_support_staff else "portal/base.html",
    }
    return page(request, "ai/tokens.html", context, status=400 if form.errors else 200)


@require_POST
@signed_in
def revoke(request: PageRequest, pk: int) -> HttpResponse:
    token = McpToken.objects.filter(user=request.user, pk=pk).first()
    if token is None:
        raise NotFound("There is no such token, or it is not yours.")
    revoke_token(by=request.user, token=token)
    return done(request, reverse("mcp_tokens"), "The token is revoked.")
