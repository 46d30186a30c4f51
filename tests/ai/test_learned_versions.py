"""What was learned is kept in versions: one is in use, another is put to use by a click and taken back by one."""

import io
from datetime import UTC, datetime

import numpy as np
import pytest

from ai.actions.learned import Trained, keep_version, promote_version
from ai.choices import Learning, VersionState
from ai.learned import active, unpack
from ai.models import LearnedModel
from tickets.errors import NotAllowed
from tickets.models import User
from tickets.permissions import System

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def learn(weight: float) -> LearnedModel:
    return keep_version(
        kind=Learning.RISK,
        trained=Trained(
            arrays={"weights": np.array([weight, 0.5], dtype=np.float32)},
            about={"names": ["age"]},
            metrics={"auc": 0.8},
            examples=100,
            is_good=True,
            verdict="",
        ),
        now=NOW,
    )


def test_nothing_is_in_use_until_a_version_is_promoted() -> None:
    learn(1.0)
    assert active(Learning.RISK) is None


def test_the_promoted_version_is_used_at_once_and_the_one_before_can_come_back() -> None:
    first, second = learn(1.0), learn(2.0)
    promote_version(version=first, verdict="The first.", by=System())
    held = active(Learning.RISK)
    assert held is not None
    assert held.arrays["weights"].tolist() == [1.0, 0.5]
    assert held.about == {"names": ["age"]}
    promote_version(version=second, verdict="Better.", by=System())
    held = active(Learning.RISK)
    assert held is not None
    assert held.number == 2
    promote_version(version=first, by=System("Ada"))
    held = active(Learning.RISK)
    assert held is not None
    assert held.number == 1
    states = LearnedModel.objects.order_by("number").values_list("state", flat=True)
    assert list(states) == [VersionState.ACTIVE, VersionState.RETIRED]
    assert first.verdict == "Put to use by Ada."


def test_a_technician_may_not_change_what_is_in_use(tess: User) -> None:
    with pytest.raises(NotAllowed):
        promote_version(version=learn(1.0), verdict="Mine.", by=tess)


def test_an_artifact_with_code_in_it_is_refused() -> None:
    held = learn(1.0)
    bad = io.BytesIO()
    np.savez(bad, weights=np.array([print], dtype=object))
    assert unpack(bytes(held.artifact))[1] == {"names": ["age"]}
    with pytest.raises(ValueError, match="pickle"):
        unpack(bad.getvalue())
