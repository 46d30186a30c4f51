"""Every address below /api/v1 that belongs to this room."""

from django.urls import path

from ai.api import agents, config, conversations, dispatch, quality, risk, similar, tokens, triage
from tickets.api import converters  # noqa: F401 - `id`

urlpatterns = [
    path("ai/quality", quality.QualityView.as_view()),
    path("ai/predict-sla", risk.PredictSlaView.as_view()),
    path("ai/optimize-workload", dispatch.OptimizeWorkloadView.as_view()),
    path("agent/create-ticket", agents.CreateTicketView.as_view()),
    path("agent/categorize", agents.CategorizeView.as_view()),
    path("agent/analyze-files", agents.AnalyzeFilesView.as_view()),
    path("agent/conversations", conversations.ConversationsView.as_view()),
    path("agent/conversations/<id:pk>", conversations.ConversationView.as_view()),
    path("agent/conversations/<id:pk>/turns/<id:turn_pk>", conversations.TurnView.as_view()),
    path("agent/conversations/<id:pk>/turns/<id:turn_pk>/stop", conversations.StopView.as_view()),
    path("agent/proposals", agents.ProposalsView.as_view()),
    path("agent/proposals/<id:pk>/approve", agents.ApproveView.as_view()),
    path("agent/proposals/<id:pk>/decline", agents.DeclineView.as_view()),
    path("tickets/<str:reference>/summary", agents.SummaryView.as_view()),
    path("tickets/<str:reference>/draft", agents.DraftView.as_view()),
    path("mcp-tokens", tokens.McpTokensView.as_view()),
    path("mcp-tokens/<id:pk>", tokens.McpTokenView.as_view()),
    path("ai-config/<str:agent_type>", config.ConfigView.as_view()),
    path("ai-config/<str:agent_type>/test", agents.ConfigTestView.as_view()),
    path("ai-config/<str:agent_type>/history", config.ConfigHistoryView.as_view()),
    path("ai-config/<str:agent_type>/rollback", config.ConfigRollbackView.as_view()),
    path("ai-config/<str:agent_type>/trial", config.ConfigTrialView.as_view()),
    path("ai/suggest-resolution", similar.SuggestResolutionView.as_view()),
    path("ai/suggestions/<id:pk>/feedback", similar.RateSuggestionView.as_view()),
    path("tickets/<str:reference>/similar", similar.SimilarTicketsView.as_view()),
    path("ai/triage", triage.TriageView.as_view()),
    path("tickets/categorize", triage.CategorizeView.as_view()),
    path("tickets/<str:reference>/insights", triage.InsightsView.as_view()),
]
