"""Text from outside: refused where it cannot be stored, rendered so that nothing in it can run."""

import re

import nh3
from markdown_it import MarkdownIt

MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": True}).enable(
    ["table", "strikethrough", "linkify"]
)
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
TABLES = {"table", "tbody", "td", "th", "thead", "tr"}
TAGS = (
    HEADINGS
    | TABLES
    | {"a", "blockquote", "br", "code", "del", "em", "hr", "li", "ol", "p", "pre", "s", "strong", "ul"}
)
ATTRIBUTES = {"a": {"href", "title"}, "code": {"class"}, "ol": {"start"}}
SCROLLING = {"pre": {"tabindex": "0"}}  # a wide block scrolls by itself, by keyboard too
MENTION = re.compile(r"(?<![\w@./])@([\w.+-]{1,149}\w|\w)")

# Prose in which no character means anything to Markdown and nothing can be a link: most of what people write.
_LINE = r"""(?![\d ])(?:[^\W_]++|[,;'"!?()%]|[.:](?=\s|\Z)|(?<=[^\W_])-(?=[^\W_])|[ ](?=\S))++"""
PARAGRAPHS = re.compile(r"\n{2,}")
PROSE = re.compile(rf"{_LINE}(?:\n++{_LINE})*+")


def render(markdown: str) -> str:
    """Return safe HTML for Markdown from anyone. Raw HTML is shown as text, images and scripts do not survive."""
    if PROSE.fullmatch(markdown):
        return "".join(f"<p>{_broken(part)}</p>\n" for part in PARAGRAPHS.split(markdown))
    html = MARKDOWN.render(markdown)
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        set_tag_attribute_values=SCROLLING,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="nofollow noopener noreferrer",
    )


def _broken(paragraph: str) -> str:
    return paragraph.replace("\n", "<br>\n")


def mentioned_usernames(markdown: str) -> set[str]:
    """Return the lower-case usernames written as `@name`."""
    return {name.lower() for name in MENTION.findall(markdown)}


def storable(value: str) -> str:
    """Return the text with normal line ends. Raises ValueError for what no database takes: NUL and lone surrogates."""
    if "\x00" in value:
        raise ValueError("Remove the NUL character.")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError("Remove the characters that are not valid Unicode.") from error
    return value.replace("\r\n", "\n").replace("\r", "\n")
