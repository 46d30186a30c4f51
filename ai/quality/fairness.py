"""Whether a group is served worse than all others. Plain Python."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from ai.quality.shares import Share, acceptance, accuracy

LEAST = 30  # answers known of a group, below which it is not judged
WORSE = 0.05  # of accuracy; less matters to nobody
UNLIKELY = 0.05  # chance that any group is called worse while none is
Stratum = tuple[int, int, int, int]  # right and wrong in the group, right and wrong in the rest
Decided = Mapping[str, tuple[int, int, int]]  # field → accepted, corrected, dismissed


@dataclass(frozen=True)
class Group:
    """How advice fared in one group, beside all others. `chance` is that of such a difference where there is none."""

    key: str
    accuracy: Share
    acceptance: Share
    rest: Share
    chance: float | None = None
    is_worse: bool = False

    @property
    def is_judged(self) -> bool:
        return self.chance is not None


def worse_by_chance(strata: Iterable[Stratum]) -> float | None:
    """Return how likely a group's answers are as often wrong as they were, or more often, if nothing but chance tells it from the rest.

    One-sided test of Cochran, Mantel and Haenszel: z = Σ(a − E) / √ΣV over the fields, with E = (a+b)(a+c)/n and
    V = (a+b)(c+d)(a+c)(b+d) / n²(n−1). So a group is not called worse for asking more often what is hard to tell for everybody.
    N. Mantel and W. Haenszel, JNCI 22 (1959). None where nothing can be compared.
    """
    gap = spread = 0.0
    for right, wrong, others_right, others_wrong in strata:
        n = right + wrong + others_right + others_wrong
        if n < 2:
            continue
        own, hits = right + wrong, right + others_right
        gap += right - own * hits / n
        spread += own * (n - own) * hits * (n - hits) / (n * n * (n - 1))
    return NormalDist().cdf(gap / sqrt(spread)) if spread else None


def judged(groups: Mapping[str, Decided]) -> list[Group]:
    """Return each group beside the rest, the most cases first.

    Worse is called what is `WORSE` below the rest, by a difference that the test with Holm's correction for several groups does not put
    down to chance (S. Holm, Scandinavian Journal of Statistics 6, 1979).
    """
    total: dict[str, Counter[str]] = {}
    for decided in groups.values():
        for field, (right, wrong, _) in decided.items():
            total.setdefault(field, Counter()).update(right=right, wrong=wrong)
    found = sorted(
        (_beside(key, decided, total) for key, decided in groups.items()), key=lambda one: -one.accuracy.count
    )
    return _called(found)


def _beside(key: str, decided: Decided, total: Mapping[str, Counter[str]]) -> Group:
    right, wrong, dismissed = (sum(counts[at] for counts in decided.values()) for at in range(3))
    all_right, all_wrong = (sum(counts[name] for counts in total.values()) for name in ("right", "wrong"))
    rest = accuracy(all_right - right, all_wrong - wrong)
    chance = None
    if right + wrong >= LEAST and rest.count >= LEAST:
        chance = worse_by_chance(
            (own[0], own[1], total[field]["right"] - own[0], total[field]["wrong"] - own[1])
            for field, own in decided.items()
        )
    return Group(key, accuracy(right, wrong), acceptance(right, wrong, dismissed), rest, chance)


def _called(groups: list[Group]) -> list[Group]:
    tested = sorted((one for one in groups if one.chance is not None), key=lambda one: one.chance or 0.0)
    worse: set[str] = set()
    for at, one in enumerate(tested):
        if (one.chance or 0.0) > UNLIKELY / (len(tested) - at):
            break
        if (one.rest.rate or 0.0) - (one.accuracy.rate or 0.0) >= WORSE:
            worse.add(one.key)
    return [Group(one.key, one.accuracy, one.acceptance, one.rest, one.chance, one.key in worse) for one in groups]
