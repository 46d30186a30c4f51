"""Addresses of this room's pages."""

from django.urls import path

from ai.pages import assistant, dispatch, proposals, quality, similar, tokens, triage, writing
from tickets.pages import desk_urls  # noqa: F401 - `ticket`

urlpatterns = [
    path("assistant", assistant.assistant, name="assistant"),
    path("assistant/<int:pk>", assistant.conversation, name="conversation"),
    path("assistant/<int:pk>/forget", assistant.forget, name="conversation_forget"),
    path("assistant/<int:pk>/turns/<int:turn_pk>", assistant.turn, name="turn"),
    path("assistant/<int:pk>/turns/<int:turn_pk>/stop", assistant.stop, name="turn_stop"),
    path("assistant/proposals", proposals.proposals, name="proposals"),
    path("assistant/proposals/<int:pk>/approve", proposals.approve, name="proposal_approve"),
    path("assistant/proposals/<int:pk>/decline", proposals.decline, name="proposal_decline"),
    path("profile/tokens", tokens.tokens, name="mcp_tokens"),
    path("profile/tokens/<int:pk>/revoke", tokens.revoke, name="mcp_token_revoke"),
    path("dispatch", dispatch.dispatch, name="dispatch"),
    path("dispatch/plans", dispatch.make, name="dispatch_make"),
    path("dispatch/plans/<int:pk>", dispatch.plan, name="dispatch_plan"),
    path("dispatch/plans/<int:pk>/apply", dispatch.apply, name="dispatch_apply"),
    path("advice", quality.quality, name="advice_quality"),
    path("advice/versions/<int:pk>/use", quality.use, name="advice_use_version"),
    path("tickets/<ticket:pk>/advice/<slug:field>", triage.decide, name="advice"),
    path("tickets/<ticket:pk>/draft", writing.draft, name="ticket_draft"),
    path("tickets/<ticket:pk>/summary", writing.summary, name="ticket_summary"),
    path("tickets/looks-like", similar.looks_like, name="ai_looks_like"),
    path("tickets/<ticket:pk>/similar", similar.similar, name="ai_similar"),
    path("tickets/<ticket:pk>/resolutions", similar.suggest, name="ai_resolutions"),
    path("tickets/<ticket:pk>/resolutions/<int:suggestion_pk>", similar.rate, name="ai_rate_resolution"),
    path("tickets/<ticket:pk>/duplicate-of/<ticket:other_pk>", similar.mark_duplicate, name="ai_duplicate"),
]
