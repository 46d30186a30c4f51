"""What agents answer with: typed, so that nothing else comes through."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

LevelName = Literal["low", "medium", "high", "critical"]
Share = Annotated[float, Field(ge=0, le=1)]
Line = Annotated[str, Field(max_length=300)]
Word = Annotated[str, Field(max_length=50)]


class Sorting(BaseModel):
    """How a ticket is sorted."""

    category: str | None = Field(None, description="One of the names given, word for word, or nothing.")
    priority: LevelName = "medium"
    urgency: LevelName = "medium"
    impact: LevelName = "medium"
    tags: list[Word] = Field(default_factory=list, max_length=5)
    confidence: Share = 0.5


class SortingOpinion(Sorting):
    reason: Line = ""


class TicketDraft(Sorting):
    """A ticket made out of free text."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    description: Annotated[str, Field(min_length=1, max_length=20_000)]
    next_actions: list[Line] = Field(default_factory=list, max_length=5)


class FilesReport(BaseModel):
    """What files show."""

    summary: Annotated[str, Field(min_length=1, max_length=8_000)]


class Summary(BaseModel):
    """A conversation in short."""

    text: Annotated[str, Field(min_length=1, max_length=4_000)]


class ReplyDraft(BaseModel):
    """A reply that somebody may send, change or drop."""

    body: Annotated[str, Field(min_length=1, max_length=8_000)]
    sources: list[int] = Field(default_factory=list, max_length=10, description="Numbers of the sources cited.")
