"""Which facilities a name that somebody typed can mean: the register's public part alone."""

from dataclasses import dataclass
from datetime import date

from ledger.errors import InvalidInputError
from ledger.identifiers import provinces
from projections.facility_queries import facilities_named
from projections.facility_register import FacilityRow, search_words
from projections.view_store import ViewDatabase
from verify_api.desk.finding import LONGEST, SHORTEST


@dataclass(frozen=True, slots=True)
class NamedFacility:
    """A facility as anybody may know it."""

    code: str
    name: str
    name_en: str
    province: str
    """Code of the province in which it was registered."""
    province_name: str
    """Vietnamese; as it is called now, where it still is one."""
    level: int
    """Technical level, 1 to 3."""


@dataclass(frozen=True, slots=True)
class NamedFacilities:
    """What was found, by name, and whether there are more."""

    facilities: tuple[NamedFacility, ...]
    more: bool


def find_facilities(views: ViewDatabase, text: str, *, on: date) -> NamedFacilities:
    """Return facilities whose name fits ``text``, without diacritics and case.

    Args:
        views: Where the register is.
        text: What was typed: beginnings of words of a name, a province, or a code.
        on: Today, by which provinces are named.

    Raises:
        InvalidInputError: Rule ``search_too_short`` or ``too_long``; the place is ``name``.
        ViewsUnavailableError: The register could not be asked.
    """
    if len(text) > LONGEST:
        raise InvalidInputError("name", "too_long", f"at most {LONGEST} characters")
    if len("".join(search_words(text))) < SHORTEST:
        raise InvalidInputError("name", "search_too_short", f"at least {SHORTEST} letters")
    with views.reading() as session:
        found = facilities_named(session, text)
    names = provinces(on)
    return NamedFacilities(tuple(_told(row, names) for row in found.facilities), found.more)


def _told(row: FacilityRow, names: dict[str, str]) -> NamedFacility:
    return NamedFacility(
        row.code, row.name, row.name_en, row.province,
        names.get(row.province, row.province_words), row.level,
    )  # fmt: skip
