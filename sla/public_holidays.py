"""Public holidays by country and subdivision, from the package `holidays`."""

import re
from collections.abc import Collection

import holidays
from holidays.registry import COUNTRIES

from sla.rules import NAME_LENGTH
from tickets.errors import Invalid

FIRST_YEAR, LAST_YEAR = 1990, 2100
YEARS_AT_MOST = 20
LANGUAGE = "en_US"
# Code → name, out of class names like UnitedStates.
NAMES = {code: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name) for name, code, *_ in COUNTRIES.values()}


def public_holidays(country: str, subdivision: str, years: Collection[int]) -> dict[str, str]:
    """Return date → name, as `Rules` take it, holidays moved to a working day included. Raises Invalid."""
    if country not in NAMES:
        raise Invalid({"country": ["Choose a country by its two letters, like DE."]})
    if not 1 <= len(years) <= YEARS_AT_MOST or not all(FIRST_YEAR <= year <= LAST_YEAR for year in years):
        raise Invalid({"years": [f"Choose 1 to {YEARS_AT_MOST} years between {FIRST_YEAR} and {LAST_YEAR}."]})
    kind = getattr(holidays, country)
    known = [*kind.subdivisions, *kind.subdivisions_aliases]
    if subdivision and subdivision not in known:
        choices = f"Choose one of {', '.join(sorted(known))}." if known else "This country has none; leave it empty."
        raise Invalid({"subdivision": [choices]})
    language = LANGUAGE if LANGUAGE in kind.supported_languages else None
    found = holidays.country_holidays(country, subdiv=subdivision or None, years=years, language=language)
    return {str(day): name[:NAME_LENGTH] for day, name in sorted(found.items())}
