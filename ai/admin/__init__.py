"""Configuration in the Django admin, a file per noun."""

from ai.admin import config, dispatch, learned, models, triage  # noqa: F401 - registering is what it is for
from tickets.admin.dashboard import add_to_menu

add_to_menu(
    "Advice",
    [
        ("Triage rules", "rule", "ai_triagerule"),
        ("Triage thresholds", "tune", "ai_triagesetting"),
        ("Suggestions", "lightbulb", "ai_fieldsuggestion"),
        ("Learned models", "school", "ai_learnedmodel"),
        ("Dispatch rules", "alt_route", "ai_dispatchrule"),
        ("Model providers", "hub", "ai_modelprovider"),
        ("Model budget", "savings", "ai_modelbudget"),
        ("Agents", "smart_toy", "ai_aiconfig"),
        ("AI runs", "query_stats", "ai_airun"),
        ("Tool calls", "build", "ai_toolcall"),
        ("Proposals", "approval", "ai_proposal"),
        ("MCP tokens", "key", "ai_mcptoken"),
        ("Triage work", "pending_actions", "ai_triage"),
        ("Second opinions", "forum", "ai_secondopinion"),
    ],
)
