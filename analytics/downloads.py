"""The files of reports, handed to whom the report is shared with."""

from django.http import HttpRequest, StreamingHttpResponse

from analytics.actions.report_runs import file_name
from analytics.models import ReportFile
from analytics.reports.formats import FORMATS
from tickets.api.streaming import download
from tickets.errors import NotFound

GONE = "The stored file is gone. Run the report again."


def file_answer(request: HttpRequest, file: ReportFile) -> StreamingHttpResponse:
    """Answer a file, to be saved and never shown. Raises NotFound where it is gone from the disk."""
    try:
        content = file.file.open("rb")
    except FileNotFoundError:
        raise NotFound(GONE) from None
    name = file_name(file.run.report, file.run.moment, file.format)
    answer = download(request, content.chunks(), name, FORMATS[file.format].media_type)
    answer["Content-Length"] = str(file.size)
    answer._resource_closers.append(content.close)  # type: ignore[attr-defined]  # as Django's own FileResponse does
    return answer
