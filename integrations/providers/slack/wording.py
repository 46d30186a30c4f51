"""Text between Slack's mrkdwn and ours. What people write never becomes a mention, a link or a call to a whole channel there.

https://docs.slack.dev/messaging/formatting-message-text: only `&`, `<` and `>` are special, and everything that does something
stands between `<` and `>`.
"""

import re
from collections.abc import Callable

LONGEST = 2_900  # characters of a section's text; Slack refuses more than 3,000
MARKDOWN_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\((https?://[^\s()<>|]{1,1000})\)")
BOLD = re.compile(r"\*\*(?=\S)([^*\n]{1,500}?)(?<=\S)\*\*")
ANGLED = re.compile(r"<([^<>\n]{1,2000})>")


def escaped(text: str) -> str:
    """Return text that Slack shows as it is."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def link(address: str, label: str) -> str:
    """Return a link; a label is one line."""
    return f"<{escaped(address).replace('|', '%7C')}|{escaped(' '.join(label.split()))}>"


def to_slack(markdown: str, longest: int = LONGEST) -> str:
    """Return our Markdown as mrkdwn: bold and links, all else as it was typed."""
    cut = markdown[:longest]
    while len(_worded(cut)) > longest:
        cut = cut[: len(cut) * 9 // 10]
    return _worded(cut) + ("…" if len(cut) < len(markdown) else "")


def _worded(markdown: str) -> str:
    return MARKDOWN_LINK.sub(r"<\2|\1>", BOLD.sub(r"*\1*", escaped(markdown)))


def from_slack(text: str, name_of: Callable[[str], str]) -> str:
    """Return what was written there as Markdown; `name_of` gives the name for a person's id."""
    return _unescaped(ANGLED.sub(lambda match: _plain(match[1], name_of), text))


def _plain(inner: str, name_of: Callable[[str], str]) -> str:
    target, _, label = inner.partition("|")
    match target[:1]:
        case "@":
            return name_of(target[1:]) or label or "somebody"
        case "#":
            return f"#{label or target[1:]}"
        case "!":
            return label or target[1:].partition("^")[0]
    if not target.startswith(("https://", "http://", "mailto:")):
        return label or target
    shown = label.replace("[", "(").replace("]", ")")
    return f"[{shown}]({target})" if shown and shown not in (target, target.removeprefix("mailto:")) else target


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
