"""What a file is, found by looking into it. Only kinds a helpdesk needs pass; programs, scripts and pages that can run do not."""

import re
from pathlib import PurePath
from typing import IO, Any

import puremagic

from tickets.errors import UnsupportedType

HEAD_LENGTH = 16_384
TAIL_LENGTH = 1_048_576  # a zip lists its members at its end
RUNNABLE_NAMES = re.compile(
    r"\.(apk|app|appimage|bat|cab|chm|class|cmd|com|command|cpl|deb|dex|dll|dmg|docm|dotm|exe|gadget|hta|html?|iso|jar|jse?|lnk|"
    r"mjs|ms[cipt]|msi[xp]|ocx|php|pif|pl|pptm|ps1|psm1|pyc?|rb|reg|rpm|scf|scr|sh|svgz?|swf|sys|url|vb[es]?|wasm|ws[fh]|xhtml|xlsm|"
    r"xltm)$",
    re.I,
)
RUNNABLE_STARTS = (
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"\x00asm",
    b"dex\n",
    b"\x4c\x00\x00\x00\x01\x14\x02\x00",
    b"#!",
)
RUNNABLE_TEXT = re.compile(
    rb"^\s*(<\?php|<!doctype\s+html|<html|<script|<svg|<\?xml[^>]*>\s*(<!--.*?-->\s*)*<(svg|html))", re.I | re.S
)
RUNNABLE_MEMBERS = re.compile(rb"^(META-INF/MANIFEST\.MF|AndroidManifest\.xml|.*vbaProject\.bin)$", re.I)
OFFICE_MEMBERS = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
OPEN_DOCUMENT = re.compile(rb"mimetype(application/vnd\.oasis\.opendocument\.(?:text|spreadsheet|presentation))")
TEXT_STARTS = {b"%PDF-": "application/pdf", b"{\\rtf": "application/rtf"}
TEXT_TYPES = {
    ".csv": "text/csv",
    ".eml": "message/rfc822",
    ".ics": "text/calendar",
    ".json": "application/json",
    ".md": "text/markdown",
    ".tsv": "text/tab-separated-values",
    ".vcf": "text/vcard",
    ".xml": "application/xml",
}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")  # a log may hold form feeds and colour codes
BINARY_TYPES = {
    "application/gzip": "application/gzip",
    "application/msword": "application/msword",
    "application/vnd.ms-excel": "application/vnd.ms-excel",
    "application/vnd.ms-outlook": "application/vnd.ms-outlook",
    "application/vnd.ms-powerpoint": "application/vnd.ms-powerpoint",
    "application/vnd.tcpdump.pcap": "application/vnd.tcpdump.pcap",
    "application/x-7z-compressed": "application/x-7z-compressed",
    "application/x-bzip2": "application/x-bzip2",
    "application/x-gzip": "application/gzip",
    "application/x-tar": "application/x-tar",
    "application/x-xz": "application/x-xz",
    "audio/aac": "audio/aac",
    "audio/amr": "audio/amr",
    "audio/flac": "audio/flac",
    "audio/mp4": "audio/mp4",
    "audio/mpeg": "audio/mpeg",
    "audio/ogg": "audio/ogg",
    "audio/wav": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/x-m4a": "audio/mp4",
    "audio/x-wav": "audio/wav",
    "image/avif": "image/avif",
    "image/bmp": "image/bmp",
    "image/gif": "image/gif",
    "image/heic": "image/heic",
    "image/jpeg": "image/jpeg",
    "image/png": "image/png",
    "image/tiff": "image/tiff",
    "image/webp": "image/webp",
    "image/x-ms-bmp": "image/bmp",
    "video/mp4": "video/mp4",
    "video/mpeg": "video/mpeg",
    "video/ogg": "video/ogg",
    "video/quicktime": "video/quicktime",
    "video/webm": "video/webm",
    "video/x-matroska": "video/x-matroska",
    "video/x-msvideo": "video/x-msvideo",
}


def sniff(content: IO[Any], filename: str) -> str:
    """Return the media type of the content, whatever the sender called it. Raises UnsupportedType."""
    extension = PurePath(filename).suffix.lower()
    content.seek(0)
    head = content.read(HEAD_LENGTH)
    if RUNNABLE_NAMES.search(filename) or head.startswith(RUNNABLE_STARTS) or RUNNABLE_TEXT.match(head):
        raise UnsupportedType(
            f"{filename} can run as a program or page and is not accepted. Send a picture, a document, a log or an archive."
        )
    if head.startswith(b"PK\x03\x04"):
        return _zip(content, head, filename)
    found = _textual(head, extension) or _binary(head, filename)
    if found is None:
        raise UnsupportedType(
            f"Nobody here can open {filename}. Send a picture, a document, a recording, a log or an archive."
        )
    return found


def _textual(head: bytes, extension: str) -> str | None:
    for start, media_type in TEXT_STARTS.items():
        if head.startswith(start):
            return media_type
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    try:
        text = head.decode(encoding)
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # more than a character cut in two by the end of what was read
            return None
        text = head[: error.start].decode(encoding)
    return None if CONTROL.search(text) else TEXT_TYPES.get(extension, "text/plain")


def _binary(head: bytes, filename: str) -> str | None:
    try:
        guesses = puremagic.magic_string(head, filename)
    except (puremagic.PureError, ValueError):
        guesses = []
    known = [BINARY_TYPES[guess.mime_type] for guess in guesses if guess.mime_type in BINARY_TYPES]
    if known:
        return known[0]
    is_text = not CONTROL.search(head.decode("latin-1"))  # an old log in a one-byte encoding
    return "text/plain" if is_text else None


def _zip(content: IO[Any], head: bytes, filename: str) -> str:
    """Tell office documents from archives by the names of the members, without unpacking anything."""
    content.seek(0, 2)
    content.seek(max(0, content.tell() - TAIL_LENGTH))
    tail = content.read(TAIL_LENGTH)
    names = [
        tail[at + 46 : at + 46 + int.from_bytes(tail[at + 28 : at + 30], "little")]
        for at in (match.start() for match in re.finditer(rb"PK\x01\x02", tail))
    ]
    if any(RUNNABLE_MEMBERS.match(name) for name in names):
        raise UnsupportedType(f"{filename} holds a program or macros and is not accepted. Send it without them.")
    document = OPEN_DOCUMENT.search(head[:200])
    if document:
        return document[1].decode()
    if b"[Content_Types].xml" in names:
        for folder, media_type in OFFICE_MEMBERS.items():
            if any(name.startswith(folder) for name in names):
                return media_type
    return "application/zip"
