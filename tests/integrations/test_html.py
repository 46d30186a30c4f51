"""HTML from other systems becomes the Markdown that says the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.html import markdown_of
from tickets.text import render


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("plain &amp; simple", "plain & simple"),
        ("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree"),
        ("<ul><li>One</li><li>Two</li></ul>", "- One\n- Two"),
        ('<a href="https://example.com/x">the page</a>', "[the page](https://example.com/x)"),
        ('<a href="https://example.com">https://example.com</a>', "https://example.com"),
        ('<a href="javascript:alert(1)">press</a>', "press"),
        ("<b>Now</b> or <em>never</em>", "**Now** or *never*"),
        ("<style>p {}</style><script>alert(1)</script>Seen", "Seen"),
        ("<p>Open <b>and", "Open **and"),
        ("</a></b></p>End", "End"),
        ("", ""),
    ],
)
def test_what_html_says_is_kept(html, markdown):
    assert markdown_of(html) == markdown


@given(st.text(alphabet=st.sampled_from("<>/apbi !-&;=\"'#x0") | st.characters(), max_size=200))
def test_no_html_breaks_it_and_nothing_that_runs_comes_through(html):
    shown = render(markdown_of(html))
    assert "<script" not in shown
    assert 'href="javascript:' not in shown.lower()


def test_what_we_send_comes_back_as_the_same_words():
    said = "Hello,\n\nplease **restart** it:\n\n- first\n- second"
    assert markdown_of(render(said)).split() == said.split()
