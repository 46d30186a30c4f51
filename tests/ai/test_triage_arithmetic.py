"""Texts become numbers, numbers become advice: whatever the text, and however little there is to learn from."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai.errors import NothingToLearn
from ai.learned import pack, unpack
from ai.triage.confidence import calibration_error, learn_confidence, routable
from ai.triage.prediction import Model
from ai.triage.rules import Rule, advise_by
from ai.triage.text import READ_AT_MOST, WORDS_AT_MOST, Example, features_of, words_of
from ai.triage.training import Lesson, learn

TOPICS = {
    "print": "the printer jams and toner leaks",
    "vpn": "vpn tunnel drops at home",
    "mail": "outlook mailbox is full",
}


def tickets(count: int) -> tuple[list[Example], list[str]]:
    names = [list(TOPICS)[n % 3] for n in range(count)]
    return [Example(f"{TOPICS[name]} {chr(97 + n % 26)}{chr(97 + n // 26)}") for n, name in enumerate(names)], names


@pytest.fixture(scope="module")
def model() -> Model:
    examples, names = tickets(300)
    levels = ["high" if name == "vpn" else "low" for name in names]
    tags = [frozenset({"paper"} if name == "print" else ()) for name in names]
    lessons = [Lesson("category", names), Lesson("priority", levels), Lesson("tags", tags=tags)]
    learned = learn(examples, lessons).model
    arrays, about = unpack(pack(learned.arrays(), learned.about()))
    return Model.of(arrays, about)


@given(st.text(max_size=300))
def test_any_text_has_words_and_features_that_fit_together(text: str) -> None:
    features = features_of(Example(text, ("requester=7",)))
    assert len(features.bucket) == len(features.family) == len(features.place)
    assert features.bucket.min() >= 0
    assert features.place.max() < len(features.words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("Drucker DRUCKT nicht", ["drucker", "druckt", "nicht"]),
        ("打印机 jam", ["打", "印", "机", "jam"]),
        ("error 0x80070005 on host_1030", ["error", "0x0", "on", "host", "0"]),
        ("ＶＰＮ ﬁle", ["vpn", "file"]),
        ("\ud800 \x00 ok", ["ok"]),
    ],
)
def test_words_have_one_form_in_every_script(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_a_million_characters_are_read_up_to_a_limit() -> None:
    assert len(words_of("printer " * 125_000)) == WORDS_AT_MOST
    assert words_of("x" * READ_AT_MOST + " printer") == ["x" * 40]


def test_the_same_text_has_the_same_buckets_in_every_process() -> None:
    assert features_of(Example("vpn")).bucket.tolist() == [3677864, 3956387, 2560662]


def test_what_was_learned_answers_with_its_words(model: Model) -> None:
    advice = model.advise(Example("My PRINTER jams again"))
    assert advice["category"].labels == ("print",)
    assert advice["category"].confidence > 0.8
    assert {"printer", "jams"} & set(advice["category"].reasons)
    assert advice["priority"].labels == ("low",)
    assert advice["tags"].labels == ("paper",)


def test_the_next_likely_answers_follow_in_order(model: Model) -> None:
    advice = model.advise(Example("vpn and mailbox"))["category"]
    sure = [advice.confidence, *(share for _, share in advice.others)]
    assert sure == sorted(sure, reverse=True)
    assert sum(sure) <= 1.0001


@pytest.mark.parametrize("text", ["", "   \n", "Ωmega ꙮ", "\U0001f600"])
def test_nothing_is_advised_where_no_word_is_known(model: Model, text: str) -> None:
    assert model.advise(Example(text)) == {}


def test_what_is_kept_is_plain_values(model: Model) -> None:
    assert json.loads(json.dumps(model.about())) == model.about()


def test_without_tickets_there_is_nothing_to_learn() -> None:
    with pytest.raises(NothingToLearn, match="0 closed tickets have one"):
        learn([], [Lesson("category", [])])


def test_of_one_class_there_is_nothing_to_tell_apart() -> None:
    examples, names = tickets(120)
    one = learn(examples, [Lesson("category", names), Lesson("priority", ["medium"] * 120)])
    assert [head.field for head in one.model.heads] == ["category"]
    assert "all closed tickets have the same" in one.skipped["priority"]
    with pytest.raises(NothingToLearn, match="nothing to tell apart"):
        learn(examples, [Lesson("priority", ["medium"] * 120)])


def test_tickets_without_a_word_can_be_learned_from() -> None:
    learned = learn([Example("")] * 100, [Lesson("priority", ["low", "high"] * 50)])
    assert learned.model.advise(Example("help")) == {}


def test_a_class_that_only_came_up_lately_is_learned_too() -> None:
    examples, names = tickets(200)
    names[-20:] = ["new"] * 20
    examples[-20:] = [Example(f"badge reader at the door {chr(97 + n)}") for n in range(20)]
    learned = learn(examples, [Lesson("category", names)])
    assert learned.model.advise(Example("the badge reader"))["category"].labels == ("new",)
    assert learned.figures["category"]["tickets"] == 40


def test_confidence_follows_how_often_answers_were_right() -> None:
    random = np.random.default_rng(3)
    scores = random.normal(size=(2_000, 4))
    label, lead = scores.argmax(1), np.sort(scores, 1)[:, -1] - np.sort(scores, 1)[:, -2]
    right = np.where(random.random(2_000) < np.clip(0.4 + 0.4 * lead, 0, 1), label, (label + 1) % 4)
    sure = learn_confidence(scores[:1_000], right[:1_000])
    best = scores[1_000:].max(1)
    believed = sure.of(best, lead[1_000:], label[1_000:])
    assert calibration_error(believed, (label == right)[1_000:].astype(float)) < 0.06


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50))
def test_the_routable_share_is_a_share_of_which_nine_in_ten_are_right(pairs: list[tuple[float, bool]]) -> None:
    believed, hit = np.array([sure for sure, _ in pairs]), np.array([float(right) for _, right in pairs])
    share = routable(believed, hit)
    count = round(share * len(pairs))
    surest = hit[np.argsort(-believed, kind="stable")][:count]
    assert count == 0 or surest.mean() >= 0.9


def test_the_first_rule_about_a_field_counts_and_tags_are_gathered() -> None:
    rules = [
        Rule(("outage",), {"priority": ("critical",), "tags": ("down",)}, 0.7),
        Rule(("print*", "no paper"), {"priority": ("low",), "category": ("12",), "tags": ("paper",)}, 0.6),
    ]
    advice = advise_by(rules, "Outage: PRINTERS have no paper")
    assert advice["priority"].labels == ("critical",)
    assert advice["priority"].reasons == ("outage",)
    assert advice["category"].reasons == ("print", "no paper")
    assert advice["tags"].labels == ("down", "paper")
    assert advise_by(rules, "a blueprint; nothing else") == {}
