"""Tools on attached files. Files that are text are read; text in images and recordings is not read here yet, and the tools say so."""

from typing import Any

from ai.tools.registry import NotAvailable, Result, tool
from tickets.errors import Invalid, NotFound
from tickets.fields import whole_number
from tickets.models import Attachment, User

READ_AT_MOST = 80_000  # bytes of a file; what a model reads of it is shorter still
TEXT_TYPES = ("text/", "application/json", "application/xml", "message/rfc822")
NO_OCR = "Text in images cannot be read here yet; open the image itself."
NO_SPEECH = "Recordings cannot be written down here yet; listen to the recording itself."
NO_DOCUMENTS = "Only files that are text can be read here yet; open the file itself."
GONE = "The file cannot be opened at the moment; try again later."


@tool
def analyze_file(user: User, file_id: int) -> Result:
    """Say what an attached file is, with what it says where it is a text file: a log, CSV, JSON, Markdown, a mail."""
    file = file_of(user, file_id)
    text = text_of(file) if is_text(file) else ""
    return {
        "id": file.pk,
        "filename": file.filename,
        "file_type": file.file_type,
        "file_size": file.file_size,
        "ticket_id": file.ticket_id,
        "analysis_type": "text" if text else "metadata",
        "extracted_text": text or "",
        "detail": _about(file, text),
    }


@tool
def extract_text_from_image(user: User, file_id: int) -> Result:
    """Read the text in an attached image. Images cannot be read here yet; a text file is."""
    file = file_of(user, file_id)
    if file.file_type.startswith("image/"):
        raise NotAvailable(NO_OCR)
    if not is_text(file):
        raise Invalid({"file_id": [f"{file.filename} is no image."]})
    text = text_of(file)
    if text is None:
        raise NotAvailable(GONE)
    return {"id": file.pk, "filename": file.filename, "extracted_text": text}


@tool
def transcribe_audio(user: User, file_id: int) -> Result:
    """Write down what is said in an attached recording. This cannot be done here yet."""
    file = file_of(user, file_id)
    if not file.file_type.startswith(("audio/", "video/")):
        raise Invalid({"file_id": [f"{file.filename} is no recording."]})
    raise NotAvailable(NO_SPEECH)


def is_text(file: Attachment) -> bool:
    return file.file_type.startswith(TEXT_TYPES)


def text_of(file: Attachment) -> str | None:
    """Return the beginning of a text file; None where it cannot be opened."""
    try:
        with file.file.open("rb") as content:
            head = bytes(content.read(READ_AT_MOST))
    except OSError:
        return None
    return _decoded(head).replace("\x00", "")


def _decoded(head: bytes) -> str:
    """Return text of whatever encoding logs come in; the end of what was read may cut a character in two."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "ignore")
    try:
        return head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        is_cut = error.start >= len(head) - 3 and len(head) == READ_AT_MOST
        return head[: error.start].decode("utf-8-sig") if is_cut else head.decode("cp1252", "replace")


def _about(file: Attachment, text: str | None) -> str:
    """Return in one sentence why nothing was read, or that only the beginning was; empty where all was read."""
    if text is None:
        return GONE
    if is_text(file):
        return "" if file.file_size <= READ_AT_MOST else f"The first {READ_AT_MOST:,} bytes were read."
    if file.file_type.startswith("image/"):
        return NO_OCR
    return NO_SPEECH if file.file_type.startswith(("audio/", "video/")) else NO_DOCUMENTS


def file_of(user: User, file_id: Any) -> Attachment:
    """Return a file the user may see. Raises NotFound, Invalid."""
    number = whole_number(file_id, "file_id")
    file = Attachment.objects.visible_to(user).filter(pk=number, removed_at=None).first()
    if file is None:
        raise NotFound("There is no such file, or it is not yours to see.")
    return file
