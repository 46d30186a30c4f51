"""One figure of the table: what was measured, what it should be, and what bare Django or a public library does."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    name: str
    value: float
    unit: str
    target: float
    more_is_better: bool = False
    baseline: float | None = None

    @property
    def met(self) -> bool:
        return self.value >= self.target if self.more_is_better else self.value <= self.target

    def cells(self) -> list[str]:
        sign = "≥" if self.more_is_better else "≤"
        base = "" if self.baseline is None else f"{self.baseline:,.1f} {self.unit}"
        ratio = "" if not self.baseline else f"{self.value / self.baseline:.2f}"
        verdict = "met" if self.met else "MISSED"
        return [self.name, f"{self.value:,.1f} {self.unit}", f"{sign} {self.target:,g}", verdict, base, ratio]


def table(figures: list[Figure]) -> str:
    """Return the figures as aligned Markdown."""
    head = ["figure", "measured", "target", "verdict", "beside it", "ratio"]
    rows = [head, *(figure.cells() for figure in figures)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    lines = ["| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "|".join("-" * (w + 2) for w in widths) + "|", *lines[1:]])
