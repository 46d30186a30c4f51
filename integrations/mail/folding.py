"""What somebody wrote, apart from what their program put below it: earlier mails and a signature.

Linear in the length of the text, because anybody can send any text: of published parsers one takes 40 s for 20,000 line ends.
"""

import re

WROTE = (
    "wrote|writes|schrieb|a écrit|escribió|ha scritto|schreef|escreveu|napisał\\(a\\)|napisał|skrev|kirjoitti|написал"
)
BEGIN = "On|Am|Le|El|Il|Op|Em|W dniu|Den|Em|Dne"
ATTRIBUTION = re.compile(rf"^\s*(?:{BEGIN})\s.{{0,400}}\b(?:{WROTE})\b.{{0,200}}:\s*$", re.IGNORECASE)
ORIGINAL = re.compile(
    r"^\s*-{2,12}\s*(?:Original Message|Forwarded message|Ursprüngliche Nachricht|Weitergeleitete Nachricht|"
    r"Message d'origine|Mensaje original|Messaggio originale|Oorspronkelijk bericht)\s*-{2,12}\s*$",
    re.IGNORECASE,
)
FROM = re.compile(r"^\s*(?:From|Von|De|Da|Van|Från|Fra)\s?:\s?\S", re.IGNORECASE)
NEXT = re.compile(
    r"^\s*(?:Sent|Date|To|Subject|Gesendet|Datum|An|Betreff|Envoyé|Enviado|Inviato|Verzonden|Skickat)\s?:",
    re.IGNORECASE,
)
DASHES = re.compile(r"^\s*--\s*$")
DEVICE = re.compile(
    r"^\s*(?:Sent from (?:my|Outlook|Mail|Yahoo)|Get Outlook for|Von meinem .{1,40} gesendet|Gesendet von|Envoyé de mon|"
    r"Enviado desde mi|Inviato da)\b.{0,80}$",
    re.IGNORECASE,
)
SIGNATURE_LINES = 15
LINE_LENGTH = 600  # longer ones are nobody's heading


def fold(text: str) -> tuple[str, str]:
    """Return what was written, and the rest. Where nothing would be left, or answers stand between the quotes, all was written."""
    lines = text.split("\n")
    end = _end_of_answer(lines)
    end = _before_signature(lines, end)
    said = "\n".join(lines[:end]).strip()
    if not said:
        return text.strip(), ""
    return said, "\n".join(lines[end:]).strip()


def _end_of_answer(lines: list[str]) -> int:
    for index in range(len(lines)):
        if _begins_quote(lines, index):
            return len(lines) if _answers_between(lines[index + 1 :]) else index
    return _before_quotes(lines, len(lines))


def _before_quotes(lines: list[str], end: int) -> int:
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith(">")):
        end -= 1
    return end


def _begins_quote(lines: list[str], index: int) -> bool:
    """Whether a line is the heading of an earlier mail, as mail programs write it, perhaps over two or three lines."""
    line = _bare(lines[index])
    if not line:
        return False
    if ORIGINAL.match(line):
        return True
    if FROM.match(line):
        return any(NEXT.match(_bare(other)) for other in lines[index + 1 : index + 4])
    heading = line
    for more in range(1, 4):
        if ATTRIBUTION.match(heading):
            return True
        if index + more >= len(lines) or len(heading) > LINE_LENGTH:
            return False
        heading = f"{heading} {_bare(lines[index + more]).strip()}"
    return False


def _bare(line: str) -> str:
    """Return a line without the marks of bold print; none of one that is too long for a heading."""
    return line.replace("*", "").replace("\\", "") if len(line) <= LINE_LENGTH else ""


def _answers_between(lines: list[str]) -> bool:
    """Whether something was written below a quoted line: such a mail is read as a whole."""
    quoted = False
    for line in lines:
        if DASHES.match(line) or DEVICE.match(line):
            return False
        if line.lstrip().startswith(">"):
            quoted = True
        elif quoted and line.strip():
            return True
    return False


def _before_signature(lines: list[str], end: int) -> int:
    for index in range(max(0, end - SIGNATURE_LINES), end):
        if DASHES.match(lines[index]) or DEVICE.match(lines[index][:200]):
            return _before_quotes(lines, index)
    return end
