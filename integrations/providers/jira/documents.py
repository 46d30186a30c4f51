"""Atlassian's document format, from Markdown and back. Structure that people would miss is kept, decoration is not."""

import re
from collections.abc import Callable
from typing import Any

Node = dict[str, Any]
FENCE = re.compile(r"^```(\w*)\s*$")
BULLET = re.compile(r"^\s*[-*+]\s+(.+)$")
HEADING = re.compile(r"^(#{1,6})\s+(.+)$")
DEPTH_AT_MOST = 30


def document(markdown: str) -> Node:
    """Return a document with the text's paragraphs, headings, lists and code."""
    return {"type": "doc", "version": 1, "content": _blocks(markdown.split("\n")) or [_paragraph([])]}


def _blocks(lines: list[str]) -> list[Node]:
    blocks: list[Node] = []
    waiting: list[str] = []
    rest = iter(lines)

    def flush() -> None:
        if waiting:
            blocks.append(_paragraph(waiting))
            waiting.clear()

    for line in rest:
        if fence := FENCE.match(line):
            flush()
            blocks.append(_code(list(iter(lambda: next(rest, "```"), "```")), fence[1]))
        elif heading := HEADING.match(line):
            flush()
            blocks.append({"type": "heading", "attrs": {"level": len(heading[1])}, "content": [_text(heading[2])]})
        elif bullet := BULLET.match(line):
            flush()
            item = {"type": "listItem", "content": [_paragraph([bullet[1]])]}
            if blocks and blocks[-1]["type"] == "bulletList":
                blocks[-1]["content"].append(item)
            else:
                blocks.append({"type": "bulletList", "content": [item]})
        elif line.strip():
            waiting.append(line)
        else:
            flush()
    flush()
    return blocks


def _text(text: str) -> Node:
    return {"type": "text", "text": text}


def _paragraph(lines: list[str]) -> Node:
    content: list[Node] = []
    for line in lines:
        content += [{"type": "hardBreak"}] if content else []
        content.append(_text(line))
    return {"type": "paragraph", "content": content}


def _code(lines: list[str], language: str) -> Node:
    attrs = {"attrs": {"language": language}} if language else {}
    return {"type": "codeBlock", **attrs, "content": [_text("\n".join(lines))] if any(lines) else []}


def markdown(body: Any) -> str:
    """Return the text of a document; of a string, as old Jira and webhooks send it, the string."""
    if not isinstance(body, dict):
        return body if isinstance(body, str) else ""
    return "\n\n".join(filter(None, (_read(node, 0).strip("\n") for node in _children(body))))


def _children(node: Node) -> list[Node]:
    content = node.get("content")
    return [child for child in content if isinstance(child, dict)] if isinstance(content, list) else []


def _attr(node: Node, name: str) -> str:
    attrs = node.get("attrs")
    return str(attrs.get(name, "")) if isinstance(attrs, dict) else ""


def _read(node: Node, depth: int) -> str:
    if depth > DEPTH_AT_MOST:
        return ""
    kind = node.get("type")
    if isinstance(kind, str) and kind in LEAVES:
        return LEAVES[kind](node)
    inner = [_read(child, depth + 1) for child in _children(node)]
    match kind:
        case "heading":
            level = _attr(node, "level")
            return f"{'#' * (int(level) if level.isdecimal() else 1)} {''.join(inner)}"
        case "codeBlock":
            return f"```{_attr(node, 'language')}\n{''.join(inner)}\n```"
        case "bulletList":
            return "\n".join(f"- {item}" for item in inner)
        case "orderedList":
            return "\n".join(f"{number}. {item}" for number, item in enumerate(inner, 1))
        case "blockquote":
            return "\n".join(f"> {line}" for line in "\n".join(inner).split("\n"))
        case "listItem" | "table" | "panel" | "expand":
            return "\n".join(inner)
        case "tableRow":
            return " | ".join(inner)
    return "".join(inner)


def _marked(node: Node) -> str:
    text = str(node.get("text", ""))
    for mark in node.get("marks") or []:
        if isinstance(mark, dict) and mark.get("type") == "link" and _attr(mark, "href"):
            text = f"[{text}]({_attr(mark, 'href')})"
    return text


LEAVES: dict[str, Callable[[Node], str]] = {
    "text": _marked,
    "hardBreak": lambda _: "\n",
    "mention": lambda node: _attr(node, "text") or "@someone",
    "emoji": lambda node: _attr(node, "text") or _attr(node, "shortName"),
    "inlineCard": lambda node: _attr(node, "url"),
    "rule": lambda _: "---",
    "media": lambda _: "[file]",
}
