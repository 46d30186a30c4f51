"""What the figures are about: the time, and what the reader may see."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from ai.choices import Learning, VersionState
from ai.models import LearnedModel
from tickets.models import User

RECENT = timedelta(days=7)  # what drift is asked of
BEFORE = timedelta(days=28)  # what that is compared with


@dataclass(frozen=True)
class Window:
    """From `since` to before `until`. Without a `reader` everything counts, as for a machine that gets no names."""

    since: datetime
    until: datetime
    reader: User | None = None

    def narrow(self, rows: QuerySet[Any], moment: str) -> QuerySet[Any]:
        found: QuerySet[Any] = self.seen(rows).filter(**{f"{moment}__gte": self.since, f"{moment}__lt": self.until})
        return found

    def seen(self, rows: Any) -> Any:
        """Return those rows whose tickets the reader sees."""
        return rows if self.reader is None or self.reader.sees_all_tickets else rows.visible_to(self.reader)

    @property
    def recent(self) -> "Window":
        return Window(self.until - RECENT, self.until, self.reader)

    @property
    def before(self) -> "Window":
        return Window(self.until - RECENT - BEFORE, self.until - RECENT, self.reader)


@dataclass(frozen=True)
class Versions:
    """What is known by name of the versions of one kind."""

    numbers: dict[int, int]
    in_use: LearnedModel | None

    @classmethod
    def of(cls, kind: Learning) -> "Versions":
        rows = LearnedModel.objects.filter(kind=kind)
        in_use = rows.filter(state=VersionState.ACTIVE).defer("artifact").first()
        return cls(dict(rows.values_list("pk", "number")), in_use)

    def name(self, pk: int | None) -> str:
        return f"v{self.numbers[pk]}" if pk in self.numbers else "gone"

    @property
    def current(self) -> str:
        return self.name(self.in_use.pk) if self.in_use else ""
