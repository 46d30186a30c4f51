"""Learning how sure likeness is: a curve over the evidence, from what people decided, used where it is better than the fixed one."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from ai.actions.learned import Trained
from ai.errors import NothingToLearn
from ai.similar.calibrating import Judged, read_judged
from ai.similar.finding import sentence_model
from ai.similar.fusing import Curve, confidence, fixed
from ai.triage.confidence import calibration_error, logistic

LEAST = 200  # pairs that people decided on
LEAST_OF_EACH = 30  # of the same, and of not the same
LATER = 1 / 3  # share of the pairs, the later ones, on which the curve of the others is measured
Floats = NDArray[np.float64]


def train_similar(now: datetime) -> Trained:
    """Learn a curve, good where it foretells later decisions better than the fixed one. Raises NothingToLearn."""
    with_meaning = sentence_model() is not None
    judged = [one for one in read_judged() if (one.evidence.meaning is not None) == with_meaning]
    _require_enough(judged)
    cut = int(len(judged) * (1 - LATER))
    later, same = judged[cut:], _same(judged[cut:])
    tried = _believed(later, _learned(judged[:cut], with_meaning))
    brier, before = _brier(tried, same), _brier(_believed(later, fixed(with_meaning)), same)
    curve = _learned(judged, with_meaning)
    error = round(calibration_error(tried, same), 4)
    return Trained(
        arrays={},
        about={"offset": curve.offset, "slope": curve.slope, "with_meaning": with_meaning},
        metrics={"brier": brier, "brier_of_fixed": before, "calibration_error": error, "later": len(later)},
        examples=len(judged),
        is_good=brier < before and curve.slope > 0,
        verdict=f"On later decisions its Brier score is {brier}, that of the fixed curve {before}.",
    )


def _require_enough(judged: Sequence[Judged]) -> None:
    same = int(_same(judged).sum())
    if len(judged) < LEAST:
        raise NothingToLearn(f"People have decided on {len(judged)} pairs, {LEAST} are needed.")
    if min(same, len(judged) - same) < LEAST_OF_EACH:
        raise NothingToLearn(
            f"{same} of {len(judged)} pairs are the same; {LEAST_OF_EACH} that are and that are not are needed."
        )


def _learned(judged: Sequence[Judged], with_meaning: bool) -> Curve:
    table = np.array([[1.0, one.evidence.sum] for one in judged])
    offset, slope = logistic(table, _same(judged))
    return Curve(float(offset), float(slope), with_meaning)


def _believed(judged: Sequence[Judged], curve: Curve) -> Floats:
    return np.array([confidence(one.evidence, curve) for one in judged])


def _same(judged: Sequence[Judged]) -> Floats:
    return np.array([float(one.is_same) for one in judged])


def _brier(believed: Floats, same: Floats) -> float:
    return round(float(((believed - same) ** 2).mean()), 4)
