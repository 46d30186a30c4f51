"""Reading what was learned: arrays and plain values, never code, so that prediction needs no training library."""

import io
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ai.choices import Learning, VersionState
from ai.models import LearnedModel

Arrays = dict[str, NDArray[Any]]
ABOUT = "about.json"


@dataclass(frozen=True)
class Learned:
    """A version ready for prediction."""

    pk: int
    number: int
    arrays: Arrays
    about: dict[str, Any]


_loaded: dict[str, Learned] = {}  # one a kind: the version that this process used last


def pack(arrays: Arrays, about: dict[str, Any]) -> bytes:
    """Return `arrays` (any shape, no objects) and `about` (JSON values) as the bytes of one .npz file."""
    held = io.BytesIO()
    entries: dict[str, Any] = {**arrays, ABOUT: np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)}
    np.savez_compressed(held, **entries)
    return held.getvalue()


def unpack(packed: bytes) -> tuple[Arrays, dict[str, Any]]:
    """Reverse `pack`. Refuses arrays of objects, so no bytes can run code. Raises ValueError."""
    with np.load(io.BytesIO(packed), allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    return arrays, json.loads(arrays.pop(ABOUT).tobytes())


def active(kind: Learning) -> Learned | None:
    """Return the version of `kind` in use, or None while nothing was learned. A promotion shows at the next call."""
    found = LearnedModel.objects.filter(kind=kind, state=VersionState.ACTIVE).values_list("pk", flat=True).first()
    if found is None:
        return None
    held = _loaded.get(kind)
    if held is None or held.pk != found:
        row = LearnedModel.objects.get(pk=found)
        held = _loaded[kind] = Learned(row.pk, row.number, *unpack(bytes(row.artifact)))
    return held
