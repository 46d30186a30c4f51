"""Bytes of mails as text: whatever charset they claim to be in, nothing here raises."""

import base64
import binascii
import codecs
import quopri
import re
import unicodedata

# What mails call a charset, and the one that holds everything which is sent under that name.
REALLY = {"gb2312": "gb18030", "gbk": "gb18030", "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "iso-8859-1": "cp1252"}
REALLY |= {"iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8", "us-ascii": "utf-8", "ascii": "utf-8"}
ENCODED_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,20})?\?([bq])\?([^?]{0,5000})\?=", re.IGNORECASE)
UNFIT = {ord(char): None for char in map(chr, (*range(9), 11, 12, *range(14, 32), 127))}  # control characters
LONE = re.compile("[\ud800-\udfff]")


def fit(text: str) -> str:
    """Return text that every database takes, with plain line ends and without control characters."""
    return LONE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n")).translate(UNFIT)


def text_of(raw: bytes, charset: str = "") -> str:
    """Return bytes as text: in the charset they claim, else as UTF-8, else as what a Western program wrote."""
    for name in (charset, "utf-8"):
        try:
            return fit(raw.decode(_codec(name)))
        except (LookupError, UnicodeError, ValueError):
            continue
    return fit(raw.decode("cp1252", "replace"))


def _codec(name: str) -> str:
    """Return Python's name of a charset. Raises LookupError; also for codecs that make no text, such as `zip`."""
    wanted = name.strip(" '\"").lower()
    found = codecs.lookup(REALLY.get(wanted, wanted))
    if not getattr(found, "_is_text_encoding", True) or found.name in (
        "idna",
        "punycode",
        "unicode-escape",
        "raw-unicode-escape",
    ):
        raise LookupError(name)
    return found.name


def header_text(value: str) -> str:
    """Return a header as people read it: encoded words decoded (RFC 2047), 8-bit text as UTF-8, on one line."""
    readable, pending, charset, position = [], b"", "", 0
    for found in ENCODED_WORD.finditer(value):
        between = value[position : found.start()]
        if pending and (between.strip() or found[1].lower() != charset):
            readable.append(text_of(pending, charset))
            pending = b""
        if between.strip():
            readable.append(_plain(between))
        elif not position:
            readable.append(between)
        charset, position = found[1].lower(), found.end()
        pending += _word(found[2], found[3])  # a character may be torn apart by two words
    if pending:
        readable.append(text_of(pending, charset))
    readable.append(_plain(value[position:]))
    return unicodedata.normalize("NFC", " ".join("".join(readable).split()))


def _plain(value: str) -> str:
    return text_of(value.encode("utf-8", "surrogateescape"))


def _word(encoding: str, payload: str) -> bytes:
    raw = payload.encode("ascii", "ignore")
    if encoding.lower() == "q":
        return quopri.decodestring(raw, header=True)
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4))
    except (binascii.Error, ValueError):
        return raw
