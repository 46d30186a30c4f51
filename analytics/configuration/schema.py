"""Every setting of the command in one table. A new one is a line here; it is then read from everywhere, checked, shown and helped with."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a setting holds, and how it is written where everything is text."""

    TEXT = "text"
    NUMBER = "a whole number"
    FLAG = "yes or no"
    WORDS = "words, separated by commas"
    PAIRS = "pairs like name=value, separated by commas"
    TABLES = "a table of tables, in variables as JSON"


@dataclass(frozen=True)
class Setting:
    """One setting. A secret is never shown. `least` and `most` bound a number, `choices` a text or each of some words."""

    name: str
    kind: Kind
    default: Any
    help: str
    secret: bool = False
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None


SETTINGS: dict[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting(
            "source",
            Kind.TEXT,
            "database",
            "Where tickets are read from. With an input file it is file.",
            choices=("database", "file", "api", "mcp"),
        ),
        Setting("input", Kind.TEXT, "", "The file that source=file reads: CSV, JSON, JSON lines or Parquet."),
        Setting("format", Kind.TEXT, "table", "How the answer is written.", choices=("json", "csv", "table", "html")),
        Setting("output", Kind.TEXT, "", "The file that the answer is written to; none means the terminal."),
        Setting("time_zone", Kind.TEXT, "UTC", "On whose clocks days begin, and times without a zone are read."),
        Setting(
            "default_days",
            Kind.NUMBER,
            30,
            "Days up to today that are analysed without dates. A file is analysed whole.",
            least=1,
            most=3_660,
        ),
        Setting(
            "max_results",
            Kind.NUMBER,
            1_000_000,
            "Tickets at most, the newest first.",
            least=1,
            most=1_000_000,
        ),
        Setting("status", Kind.WORDS, (), "Only tickets that have one of these statuses now."),
        Setting("metric", Kind.WORDS, (), "Only these metrics; see ticket-analyzer metrics."),
        Setting("group_by", Kind.WORDS, (), "What figures are also split by, like team or priority."),
        Setting(
            "business_hours",
            Kind.TEXT,
            "",
            "Working time for business hours, like 'mon-fri 09:00-17:00'. The database has its own calendar.",
        ),
        Setting("map", Kind.PAIRS, {}, "Columns of a file that are not recognised, like created_at=Opened."),
        Setting("words", Kind.PAIRS, {}, "Statuses and priorities of a file in our words, like Waiting=pending."),
        Setting("day_first", Kind.FLAG, True, "Whether 3/4/2026 is the 3rd of April."),
        Setting("encoding", Kind.TEXT, "utf-8", "The encoding of a CSV file, like cp1252; UTF-16 is recognised."),
        Setting("as_user", Kind.TEXT, "", "E-mail address of the person whose tickets the database shows; none: all."),
        Setting(
            "mask",
            Kind.TEXT,
            "standard",
            "Personal data hidden in answers: off, contact (e-mail, telephone), standard (also accounts and keys), full.",
            choices=("off", "contact", "standard", "full"),
        ),
        Setting("api_url", Kind.TEXT, "", "The address of another Ticketsite, for source=api."),
        Setting("api_token", Kind.TEXT, "", "A token of somebody who may read its tickets.", secret=True),
        Setting(
            "mcp_server",
            Kind.TEXT,
            "",
            "For source=mcp: an address that ends in /mcp, or a command that starts a server.",
        ),
        Setting("mcp_token", Kind.TEXT, "", "The token for an MCP server that is reached by HTTP.", secret=True),
        Setting("mcp_tool", Kind.TEXT, "search_tickets", "The tool that answers with tickets."),
        Setting("mcp_arguments", Kind.PAIRS, {}, "What it is called with, like query=printer."),
        Setting(
            "mcp_rows", Kind.TEXT, "tickets", "The member of its answer that holds the tickets; else the first list."
        ),
        Setting("mcp_page_size", Kind.NUMBER, 200, "Tickets asked for at a time.", least=1, most=10_000),
        Setting("mcp_limit_argument", Kind.TEXT, "limit", "The tool's argument for how many; empty: it has none."),
        Setting(
            "mcp_offset_argument",
            Kind.TEXT,
            "offset",
            "The tool's argument for how many to skip; empty: there is one page.",
        ),
        Setting("mcp_timeout", Kind.NUMBER, 60, "Seconds to wait for an answer.", least=1, most=3_600),
        Setting(
            "mcp_environment", Kind.WORDS, (), "Variables that a server which is started gets beside the usual ones."
        ),
        Setting("sign_in", Kind.TEXT, "", "A command that signs in before an MCP server is asked, like kinit."),
        Setting("sign_in_allowed", Kind.WORDS, (), "Commands that sign_in may name, beside mwinit, kinit and klist."),
        Setting("sign_in_timeout", Kind.NUMBER, 60, "Seconds that it may take.", least=1, most=3_600),
        Setting("sign_in_attempts", Kind.NUMBER, 3, "How often it is tried.", least=1, most=10),
        Setting("sign_in_hours", Kind.NUMBER, 8, "Hours after which to sign in anew.", least=1, most=168),
        Setting("schedules", Kind.TABLES, {}, "What the daemon writes, when and where; see the documentation."),
        Setting("daemon_address", Kind.TEXT, "127.0.0.1", "Where the daemon tells its health and metrics."),
        Setting("daemon_port", Kind.NUMBER, 9464, "The port of these; 0 takes a free one.", least=0, most=65_535),
    )
}
