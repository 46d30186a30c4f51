"""HTML from other systems as the Markdown that tickets are written in: words, paragraphs, lists and links; nothing that runs."""

import re
from html.parser import HTMLParser

LONGEST = 500_000  # characters that are read
PARAGRAPHS = frozenset({"p", "div", "ul", "ol", "table", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr"})
LINES = frozenset({"br", "tr"})
UNSEEN = frozenset({"script", "style", "head", "title", "template"})
MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`"}
BLANKS = re.compile(r"[ \t\r\n\f]+")
EMPTY_LINES = re.compile(r"\n{3,}")
SAFE_LINKS = ("https://", "http://", "mailto:")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.links: list[tuple[str, int]] = []  # where each open link leads, and where its words begin
        self.marks: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN:
            self.unseen += 1
        elif tag in PARAGRAPHS:
            self.parts.append("\n\n")
        elif tag in LINES:
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in MARKS:
            self.marks.append(tag)
            self.parts.append(MARKS[tag])
        elif tag == "a":
            self.links.append(((dict(attrs).get("href") or "").strip(), len(self.parts)))

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif tag in PARAGRAPHS:
            self.parts.append("\n\n")
        elif tag in self.marks:
            self.marks.remove(tag)
            self.parts.append(MARKS[tag])
        elif tag == "a" and self.links:
            self._close_link(*self.links.pop())

    def _close_link(self, address: str, begin: int) -> None:
        words = " ".join("".join(self.parts[begin:]).split())
        if address.startswith(SAFE_LINKS) and not any(char in address for char in " ()<>"):
            self.parts[begin:] = [address if words in ("", address) else f"[{words.translate(NO_BRACKETS)}]({address})"]

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.parts.append(BLANKS.sub(" ", data))


NO_BRACKETS = str.maketrans("[]", "()")


def markdown_of(html: str) -> str:
    """Return the words of HTML as Markdown; of a text without any tags, the text in one line."""
    reader = _Reader()
    reader.feed(html[:LONGEST])
    reader.close()
    lines = (line.strip() for line in "".join(reader.parts).replace("\xa0", " ").split("\n"))
    return EMPTY_LINES.sub("\n\n", "\n".join(lines)).replace("****", "").strip()
