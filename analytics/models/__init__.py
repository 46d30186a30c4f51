"""The nouns of this room, one a file."""

from analytics.models.dashboard import Dashboard
from analytics.models.report import Report, ReportFile, ReportRun

__all__ = ["Dashboard", "Report", "ReportFile", "ReportRun"]
