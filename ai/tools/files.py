"""Tools on attached files."""

from typing import Any

from ai.tools.registry import NotAvailable, Result, tool
from tickets.errors import NotFound
from tickets.fields import whole_number
from tickets.models import Attachment, User

NO_READER = (
    "Reading {what} is not switched on here. An admin installs the extra that does it; until then open the file itself."
)


@tool
def analyze_file(user: User, file_id: int) -> Result:
    """Say what an attached file is. Text of documents, images and recordings comes with it where reading them is switched on."""
    file = file_of(user, file_id)
    return {
        "id": file.pk,
        "filename": file.filename,
        "file_type": file.file_type,
        "file_size": file.file_size,
        "ticket_id": file.ticket_id,
        "analysis_type": "metadata",
        "extracted_text": "",
        "detail": NO_READER.format(what="the text of files"),
    }


@tool
def extract_text_from_image(user: User, file_id: int) -> Result:
    """Read the text in an attached image."""
    file_of(user, file_id)
    raise NotAvailable(NO_READER.format(what="text in images"))


@tool
def transcribe_audio(user: User, file_id: int) -> Result:
    """Write down what is said in an attached recording."""
    file_of(user, file_id)
    raise NotAvailable(NO_READER.format(what="recordings"))


def file_of(user: User, file_id: Any) -> Attachment:
    """Return a file the user may see. Raises NotFound, Invalid."""
    number = whole_number(file_id, "file_id")
    file = Attachment.objects.visible_to(user).filter(pk=number, removed_at=None).first()
    if file is None:
        raise NotFound("There is no such file, or it is not yours to see.")
    return file
