"""HTML from outside as Markdown. Whatever could run, and whatever cannot be seen, is left out."""

import re
from html.parser import HTMLParser

import nh3

LONGEST = 200_000  # characters that are read
UNSEEN = {"head", "script", "style", "title", "template", "noscript", "svg", "object", "iframe"}
BLOCKS = {"p", "div", "table", "tr", "ul", "ol", "section", "article", "header", "footer", "center", "h1", "h2"}
BLOCKS |= {"h3", "h4", "h5", "h6", "address", "dl", "dd", "dt", "form", "fieldset"}
SPACED = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre", "blockquote"}
MARKS = {"b": "**", "strong": "**", "em": "*", "i": "*", "del": "~~", "s": "~~"}
READ = BLOCKS | set(MARKS) | {"a", "blockquote", "br", "hr", "img", "li", "pre", "tbody", "td", "th", "thead"}
SHOWN = {"a": {"href"}, "img": {"alt"}}
NESTED_AT_MOST = 400
NESTING = re.compile(r"<(/?)(?:div|ul|ol|table|blockquote|center|section|article|font|span)\b", re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>")
SPECIAL = re.compile(r"([\\`*\[\]<>])")
SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")
SAFE_LINK = re.compile(r"(https?://|mailto:|tel:)[^\s<>]+\Z", re.IGNORECASE)
DEPTH = 20  # of quotes and lists; what is deeper is shown at this depth


class _Writer(HTMLParser):
    """Collects lines; each begins with the quote marks of the block quotes around it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line = ""
        self.quotes = self.unseen = self.preformatted = 0
        self.lists: list[int] = []
        self.links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in UNSEEN:
            self.unseen += 1
        elif tag == "br":
            self.end_line()
        elif tag == "hr":
            self.block(spaced=True)
            self.lines.append("---")
        elif tag == "img":
            self.handle_data(f"[{given['alt']}]" if given.get("alt") else "")
        elif tag == "a":
            self.links.append((given.get("href") or "", len(self.line)))
        elif tag in MARKS:
            self.line += MARKS[tag]
        else:
            self.open_block(tag)

    def open_block(self, tag: str) -> None:
        if tag == "blockquote":
            self.block(spaced=True)
            self.quotes += 1
        elif tag in ("ul", "ol"):
            self.block(spaced=not self.lists)
            self.lists.append(1 if tag == "ol" else 0)
        elif tag == "li":
            self.block()
            number = self.lists[-1] if self.lists else 0
            self.line += "  " * min(len(self.lists) - 1, DEPTH) + (f"{number}. " if number else "- ")
            if number:
                self.lists[-1] += 1
        elif tag == "pre":
            self.block(spaced=True)
            self.preformatted += 1
            self.lines.append("```")
        elif tag in BLOCKS:
            self.block(spaced=tag in SPACED)
        elif tag in ("td", "th") and self.line.strip():
            self.line += " "

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif tag == "a" and self.links:
            self.end_link(*self.links.pop())
        elif tag in MARKS:
            self.line += MARKS[tag]
        elif tag == "blockquote":
            self.block()
            self.quotes = max(0, self.quotes - 1)
            self.block(spaced=True)
        elif tag in ("ul", "ol"):
            self.block(spaced=len(self.lists) <= 1)
            self.lists = self.lists[:-1]
        elif tag == "pre" and self.preformatted:
            self.end_line()
            self.preformatted -= 1
            self.lines.append("```")
        elif tag in BLOCKS:
            self.block(spaced=tag in SPACED)

    def end_link(self, address: str, begin: int) -> None:
        """Put the address behind what was underlined, unless it is the same."""
        shown = self.line[begin:].strip()
        if SAFE_LINK.match(address) and shown and shown not in (address, address.partition(":")[2]):
            self.line = f"{self.line[:begin]}[{shown}](<{address}>)"

    def handle_data(self, data: str) -> None:
        if self.unseen:
            return
        if self.preformatted:
            *whole, rest = data.split("\n")
            for line in whole:
                self.line += line
                self.end_line()
            self.line += rest
            return
        text = SPACES.sub(" ", data)
        self.line += SPECIAL.sub(r"\\\1", text.lstrip() if not self.line.strip() else text)

    def end_line(self) -> None:
        text = (
            self.line.rstrip() if self.preformatted else self.line.strip(" ") if not self.lists else self.line.rstrip()
        )
        self.lines.append(("> " * min(self.quotes, DEPTH) + text).rstrip())
        self.line, self.links = "", [(address, 0) for address, _ in self.links]

    def block(self, *, spaced: bool = False) -> None:
        if self.line.strip():
            self.end_line()
        if spaced and self.lines and self.lines[-1].strip("> "):
            self.lines.append(("> " * min(self.quotes, DEPTH)).rstrip())


def markdown(html: str) -> str:
    """Return what a reader of the HTML sees, as Markdown."""
    html = html[:LONGEST]
    if _depth(html) > NESTED_AT_MOST:
        html = TAG.sub(" ", html)
    writer = _Writer()
    # Cleaned first, into well-formed HTML: the parser of the standard library takes minutes for some that is not.
    writer.feed(nh3.clean(html, tags=READ, attributes=SHOWN, clean_content_tags=UNSEEN, link_rel=None))
    writer.close()
    writer.block()
    text = "\n".join(writer.lines)
    text = re.sub(r"(?:\*\*){2,}|~~~~", "", text)  # marks around nothing
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _depth(html: str) -> int:
    """Return how deep blocks are nested; every parser's work grows with its square."""
    depth = deepest = 0
    for end in NESTING.findall(html):
        depth = max(0, depth - 1) if end else depth + 1
        deepest = max(deepest, depth)
    return deepest
