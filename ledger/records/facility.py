"""A facility: under which code it sends and issues, and whether it may. Facts, state, decisions.

Source: Circular 01/2025/TT-BYT and the facility register of social insurance (*mã cơ sở khám bệnh,
chữa bệnh*, MA_CSKCB).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from typing import TypeAlias, assert_never

from ledger.errors import InvalidInputError, RefusedError
from ledger.identifiers import FACILITY_CODE, check_province
from ledger.names import check_text

MAX_NAME = 200


class Level(IntEnum):
    """Technical level. Source: Law 15/2023/QH15 on medical examination and treatment, art. 104."""

    INITIAL = 1
    """Cấp ban đầu."""
    BASIC = 2
    """Cấp cơ bản."""
    SPECIALISED = 3
    """Cấp chuyên sâu."""


@dataclass(frozen=True, slots=True)
class FacilityRegistered:
    """It may send from now on."""

    code: str
    name: str
    name_en: str
    province: str
    level: Level


@dataclass(frozen=True, slots=True)
class FacilityRenamed:
    """Its name changed."""

    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class FacilityRecoded:
    """It goes on under another code, on another stream."""

    code: str


@dataclass(frozen=True, slots=True)
class FacilitySuspended:
    """It may not send or issue until it is resumed; what it sent stays."""

    legal_basis: str


@dataclass(frozen=True, slots=True)
class FacilityResumed:
    """It may again."""

    legal_basis: str


@dataclass(frozen=True, slots=True)
class FacilitySynchronised:
    """It sends through social insurance since that day (*đã liên thông*)."""

    since: date


Fact: TypeAlias = (
    FacilityRegistered
    | FacilityRenamed
    | FacilityRecoded
    | FacilitySuspended
    | FacilityResumed
    | FacilitySynchronised
)

TOPICS: dict[str, type] = {
    "facility.registered/1": FacilityRegistered,
    "facility.renamed/1": FacilityRenamed,
    "facility.recoded/1": FacilityRecoded,
    "facility.suspended/1": FacilitySuspended,
    "facility.resumed/1": FacilityResumed,
    "facility.synchronised/1": FacilitySynchronised,
}
"""Stored name with schema version, and the fact; never renamed once written."""


@dataclass(frozen=True, slots=True)
class Facility:
    """A facility as the facts so far tell."""

    code: str
    name: str
    name_en: str
    province: str
    level: Level
    suspended: bool = False
    successor: str | None = None
    """The code under which it goes on."""
    synchronised_since: date | None = None

    @property
    def may_send(self) -> bool:
        """Whether what it sends now is taken in."""
        return not self.suspended and self.successor is None


def evolve(state: Facility | None, fact: Fact) -> Facility:
    """Return the facility after ``fact``."""
    if isinstance(fact, FacilityRegistered):
        return Facility(fact.code, fact.name, fact.name_en, fact.province, fact.level)
    assert state is not None, "a facility's first fact is its registration"
    match fact:
        case FacilityRenamed():
            return replace(state, name=fact.name, name_en=fact.name_en)
        case FacilityRecoded():
            return replace(state, successor=fact.code)
        case FacilitySuspended():
            return replace(state, suspended=True)
        case FacilityResumed():
            return replace(state, suspended=False)
        case FacilitySynchronised():
            return replace(state, synchronised_since=fact.since)
        case _:
            assert_never(fact)


def fold(facts: Iterable[Fact]) -> Facility | None:
    """Return the facility after all ``facts``; None if there are none."""
    state: Facility | None = None
    for fact in facts:
        state = evolve(state, fact)
    return state


def register(
    state: Facility | None, *, code: str, name: str, name_en: str, province: str, level: Level,
    on: date,
) -> FacilityRegistered:  # fmt: skip
    """Return the registration, or refuse."""
    if state is not None:
        raise RefusedError("facility_exists", "this code is registered already")
    FACILITY_CODE.check(code, place="code")
    check_text(name, place="name", longest=MAX_NAME)
    check_text(name_en, place="name_en", longest=MAX_NAME)
    check_province(province, on=on, place="province")
    return FacilityRegistered(code, name, name_en, province, level)


def rename(state: Facility, *, name: str, name_en: str) -> tuple[FacilityRenamed, ...]:
    """Return the new name, or nothing if it is none."""
    check_text(name, place="name", longest=MAX_NAME)
    check_text(name_en, place="name_en", longest=MAX_NAME)
    same = (state.name, state.name_en) == (name, name_en)
    return () if same else (FacilityRenamed(name, name_en),)


def recode(state: Facility, *, code: str) -> FacilityRecoded:
    """Return that it goes on under ``code``, or refuse."""
    if state.successor is not None:
        raise RefusedError("facility_recoded", "this facility goes on under another code already")
    if FACILITY_CODE.check(code, place="code") == state.code:
        raise InvalidInputError("code", "same_code", "another code than now")
    return FacilityRecoded(code)


def suspend(state: Facility, *, legal_basis: str) -> FacilitySuspended:
    """Return the suspension, or refuse."""
    if state.suspended:
        raise RefusedError("facility_suspended", "this facility is suspended already")
    return FacilitySuspended(check_text(legal_basis, place="legal_basis", longest=MAX_NAME))


def resume(state: Facility, *, legal_basis: str) -> FacilityResumed:
    """Return the resumption, or refuse."""
    if not state.suspended:
        raise RefusedError("facility_not_suspended", "this facility is not suspended")
    return FacilityResumed(check_text(legal_basis, place="legal_basis", longest=MAX_NAME))


def synchronise(state: Facility, *, since: date) -> tuple[FacilitySynchronised, ...]:
    """Return since when it is connected, or nothing if that is known."""
    return () if state.synchronised_since == since else (FacilitySynchronised(since),)
