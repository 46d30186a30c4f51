"""Columns of times as other systems write them: the usual forms at once, whatever is left one by one as imports read it."""

from collections.abc import Callable
from datetime import datetime

import numpy as np
import polars as pl

from sla.calendars import Times
from tickets.imports.times import parse_moment
from tickets.imports.words import is_empty

LATEST = 2098  # polars knows no summer time after 2099
SAMPLE = 200  # texts that decide which forms are tried
WITH_OFFSET = ("%Y-%m-%dT%H:%M:%S%.f%:z", "%Y-%m-%d %H:%M:%S%.f%:z", "%Y-%m-%dT%H:%M:%S%.fZ")
PLAIN = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M")
DAY_FIRST = ("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S")
MONTH_FIRST = ("%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p")
NAMED = ("%d/%b/%y %H:%M", "%d/%b/%Y %H:%M", "%d/%b/%y %I:%M %p", "%d/%b/%Y %I:%M %p")
ISO, WRITTEN = (
    r"^[0-9]{4}-[0-9][0-9]-[0-9][0-9]",
    r"^[0-9]{1,2}[^0-9]",
)  # strptime takes signs, blanks and years that no system writes


def moments(texts: pl.Series, zone: str, day_first: bool) -> tuple[Times, dict[int, str]]:
    """Return the times of a column, NaT where it is empty, and place → reason where a text is no time."""
    if isinstance(texts.dtype, pl.Datetime):
        return _utc(texts, zone).to_numpy().astype("datetime64[us]"), {}
    known = texts.drop_nulls()
    first = known.gather_every(max(1, len(known) // SAMPLE))
    forms = [*WITH_OFFSET, *PLAIN, *(DAY_FIRST if day_first else MONTH_FIRST), *NAMED]
    fitting = [form for form in forms if _parsed(first, form, zone).is_not_null().any()]
    found = pl.Series(texts.name, [None], pl.Datetime("us")).new_from_index(0, len(texts))
    for form in fitting:
        if not (found.is_null() & texts.is_not_null()).any():
            break
        found = found.zip_with(found.is_not_null(), _parsed(texts, form, zone))
    times = found.to_numpy().astype("datetime64[us]")
    return _singly(texts, times.copy(), lambda text: parse_moment(text, zone, day_first))


def _parsed(texts: pl.Series, form: str, zone: str) -> pl.Series:
    """Return UTC times without their zone, null where a text has another form, or lies in a gap between two clocks."""
    column = pl.col(texts.name)
    strict = pl.when(column.str.contains(ISO if form.startswith("%Y") else WRITTEN)).then(column)
    if form in WITH_OFFSET:
        inner = form.replace("Z", "%:z") if form.endswith("Z") else form
        source = strict.str.replace(r"Z$", "+00:00") if form.endswith("Z") else strict
        parsed = source.str.to_datetime(inner, strict=False, time_unit="us", time_zone="UTC", exact=True)
    else:
        parsed = strict.str.to_datetime(form, strict=False, time_unit="us", exact=True)
        parsed = parsed.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    utc = texts.to_frame().select(parsed.dt.convert_time_zone("UTC").dt.replace_time_zone(None)).to_series()
    earliest = 2000 if "%y" in form else 1971  # of two digits polars takes 99 for 1999
    return utc.set(~utc.dt.year().is_between(earliest, LATEST), None)


def _utc(times: pl.Series, zone: str) -> pl.Series:
    if not getattr(times.dtype, "time_zone", None):
        times = times.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return times.dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def _singly(texts: pl.Series, times: Times, read: Callable[[str], datetime]) -> tuple[Times, dict[int, str]]:
    """Read what no usual form fits, each different text once."""
    wrong: dict[int, str] = {}
    known: dict[str, np.datetime64 | str | None] = {}
    for place in np.flatnonzero(np.isnat(times) & texts.is_not_null().to_numpy()).tolist():
        text = texts[place]
        if text not in known:
            known[text] = None if is_empty(text) else _read(text, read)
        value = known[text]
        if isinstance(value, str):
            wrong[place] = value
        elif value is not None:
            times[place] = value
    return times, wrong


def _read(text: str, read: Callable[[str], datetime]) -> np.datetime64 | str:
    try:
        return np.datetime64(read(text).replace(tzinfo=None), "us")
    except (ValueError, OverflowError) as error:
        return str(error)
