"""How figures of advice are written: shares with their range, spans of time, money, drift in a word, bars of calibration."""

from dataclasses import dataclass
from decimal import Decimal
from statistics import mean

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ai.models import LearnedModel
from ai.quality.calibration import BINS, Bin
from ai.quality.drift import Drift, Moved, Word
from ai.quality.shares import Share
from ai.quality.tally import Quality

register = template.Library()
TONES = {Word.STEADY: "green", Word.SHIFTING: "amber", Word.SHIFTED: "red", Word.UNKNOWN: "grey"}
HEIGHT, STEP, WIDTH = 100, 24, 8  # of the bars of calibration
TOO_FEW = SafeString('<span class="faint">too few to tell</span>')
NOTHING = SafeString('<span class="faint">–</span>')


@register.filter
def share(of: Share) -> SafeString:
    """Return a share in percent with the range that holds the true one, or that there are too few cases."""
    if of.rate is None or of.interval is None:
        return TOO_FEW if of.count else NOTHING
    low, high = of.interval
    words = f"{of.hits:,} of {of.count:,}; 95 times of 100 the true share lies between {100 * low:.0f} and {100 * high:.0f} %"
    return format_html(
        '<span title="{}">{} % <span class="faint">{}–{}</span></span>',
        words,
        round(100 * of.rate),
        round(100 * low),
        round(100 * high),
    )


@register.filter
def points(error: float | None) -> SafeString:
    """Return a distance between shares in points of percent."""
    return NOTHING if error is None else format_html("{} points", f"{100 * error:.1f}")


@register.filter
def decimal(value: float | None) -> SafeString:
    return NOTHING if value is None else format_html("{}", f"{value:.3f}")


@register.filter
def span(milliseconds: int | None) -> SafeString:
    """Return a time as people read it."""
    if milliseconds is None:
        return NOTHING
    if milliseconds < 1000:
        return format_html("{} ms", milliseconds)
    return format_html("{} s", f"{milliseconds / 1000:.1f}" if milliseconds < 60_000 else f"{milliseconds / 1000:,.0f}")


@register.filter
def dollars(cost: Decimal | None) -> SafeString:
    return NOTHING if cost is None else format_html("{} USD", f"{cost:,.2f}")


@register.filter
def drift(of: Drift | None) -> SafeString:
    """Return drift in a word, its index on hover."""
    if of is None:
        return NOTHING
    if of.index is None:
        return TOO_FEW
    index = f"Population stability index {of.index:.3f}"
    return format_html(
        '<span class="drift" data-tone="{}" title="{}">{}</span>', TONES[of.word], index, of.word.capitalize()
    )


@register.filter
def decided(of: Quality) -> int:
    """Return how many pieces of advice people decided on."""
    return of.acceptance.count


@register.filter
def rest(of: Quality) -> int:
    """Return of how many the end is not known yet."""
    return of.advised - sum(one.count for one in of.bins)


@dataclass(frozen=True)
class Bar:
    """Two bars side by side, in the units of the drawing: what was said, and what came."""

    x: int
    beside: int
    said: int
    said_top: int
    came: int
    came_top: int


@register.filter
def bars(bins: tuple[Bin, ...]) -> list[Bar]:
    found = []
    for one in bins:
        x, said, came = one.number * STEP + 3, round(one.said * HEIGHT), round(one.rate * HEIGHT)
        found.append(Bar(x, x + WIDTH + 1, said, HEIGHT - said, came, HEIGHT - came))
    return found


@register.filter
def between(one: Bin) -> str:
    """Return the range of a bin in percent."""
    return f"{one.number * 100 // BINS}–{(one.number + 1) * 100 // BINS} %"


@register.filter
def measured(version: LearnedModel) -> SafeString:
    """Return how good a version was when it was learned, on cases later than those it learned from."""
    told = version.metrics
    right = [of["accuracy"] for of in told.get("fields", {}).values() if "accuracy" in of]
    found = [f"{100 * mean(right):.0f} % right"] if right else []
    names = (("auc", "order"), ("brier", "error"))
    found += [f"{word} {told[name]:.3f}" for name, word in names if told.get(name) is not None]
    return format_html("{}", ", ".join(found)) if found else NOTHING


@register.filter
def percent(value: float) -> str:
    return f"{100 * value:.0f} %"


@register.simple_tag
def label_of(names: dict[tuple[str, str], str], subject: str, moved: Moved) -> str:
    return names.get((subject, moved.label), moved.label)
