"""The nouns of this room, one a file."""

from ai.models.config import AgentSetting, AIConfig
from ai.models.conversation import Conversation, Turn
from ai.models.dispatch import DispatchPlan, DispatchRule
from ai.models.learned import LearnedModel
from ai.models.provider import BudgetNotice, ModelBudget, ModelProvider
from ai.models.risk import RiskForecast, RiskSample
from ai.models.rule import TriageRule, TriageSetting
from ai.models.run import AIRun, Proposal, ToolCall
from ai.models.similar import (
    ResolutionVote,
    SentenceVector,
    SimilarDocument,
    SimilarIndex,
    SimilarPosting,
    SimilarWaiting,
    SuggestedResolution,
)
from ai.models.token import McpToken
from ai.models.triage import FieldSuggestion, SecondOpinion, Triage

__all__ = [
    "AIConfig",
    "AIRun",
    "AgentSetting",
    "BudgetNotice",
    "Conversation",
    "DispatchPlan",
    "DispatchRule",
    "FieldSuggestion",
    "LearnedModel",
    "McpToken",
    "ModelBudget",
    "ModelProvider",
    "Proposal",
    "ResolutionVote",
    "RiskForecast",
    "RiskSample",
    "SecondOpinion",
    "SentenceVector",
    "SimilarDocument",
    "SimilarIndex",
    "SimilarPosting",
    "SimilarWaiting",
    "SuggestedResolution",
    "ToolCall",
    "Triage",
    "TriageRule",
    "TriageSetting",
    "Turn",
]
