"""The nouns of this room, one a file."""

from analytics.models.report import Report, ReportFile, ReportRun

__all__ = ["Report", "ReportFile", "ReportRun"]
