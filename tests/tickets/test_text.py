"""Text from outside becomes safe HTML, and the short way for plain prose gives what the long way gives."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets import text
from tickets.text import PROSE, render

PIECES = st.sampled_from(
    [*"ab1é字 \n.,:;'\"!?()%-_*`#>+=|&<[]~/@\\\t", "\n\n", "www.", "http://", "example.com", "1. ", "- ", "---", "    ", "a-b", ": "]
)  # fmt: skip


def the_long_way(markdown: str) -> str:
    html = text.MARKDOWN.render(markdown)
    return str(
        text.nh3.clean(html, tags=text.TAGS, attributes=text.ATTRIBUTES, link_rel="nofollow noopener noreferrer")
    )


@settings(max_examples=2_000, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_prose_is_rendered_as_markdown_would(markdown: str) -> None:
    if PROSE.fullmatch(markdown):
        assert render(markdown) == the_long_way(markdown)


@pytest.mark.parametrize(
    "markdown", ["Plain words, nothing else.", 'Two\nlines: "quoted" (in part).\n\nAnd e-mail!', "Größe 字 25 % ok?"]
)
def test_what_most_people_write_is_prose(markdown: str) -> None:
    assert PROSE.fullmatch(markdown)
    assert render(markdown) == the_long_way(markdown)


@pytest.mark.parametrize(
    "markdown", ["see example.com", "*so*", "1. one", "a  b", "<b>", "x_y_z", "# no", "a@b.example"]
)
def test_what_may_mean_something_is_not(markdown: str) -> None:
    assert not PROSE.fullmatch(markdown)
