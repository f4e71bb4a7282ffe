"""What the tables of one treatment episode say together: one key, times in their order, papers.

Source: the domain reference, sections 3, 4 and 8 (order rules, table 13 by kind of discharge).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Final

from ledger.clinical.fhir_dates import is_after
from ledger.clinical.findings import Finding, Level, Severity
from ledger.clinical.insurance_fields import APPOINTMENT, GENERAL, REFERRAL, table_forms
from ledger.clinical.insurance_tables import Findings, Record, Table
from ledger.clinical.insurance_times import InsuranceTime, parse_time, surely_after, write_time
from ledger.names import same_name

REFERRED: Final = frozenset({"2", "5"})
"""MA_LOAI_RV of a patient who was referred: by the doctors' judgement, or at their own wish."""
_ORDERS: Final = (
    ("NGAY_VAO", "NGAY_VAO_NOI_TRU"),
    ("NGAY_VAO", "NGAY_RA"),
    ("NGAY_VAO_NOI_TRU", "NGAY_RA"),
    ("NGAY_SINH", "NGAY_VAO"),
    ("NGAY_YL", "NGAY_TH_YL"),
    ("NGAY_YL", "NGAY_KQ"),
    ("NGOAITRU_TUNGAY", "NGOAITRU_DENNGAY"),
)
"""Pairs of fields of one record of which the first is not later than the second."""
_ODD_ORDERS: Final = frozenset({"NGAY_TH_YL", "NGAY_KQ"})
"""Second fields whose order is reported and not refused: clocks of laboratories differ."""
_SAME_AS_GENERAL: Final = ("HO_TEN", "NGAY_SINH", "GIOI_TINH")
_PAST: Final = (
    "NGAY_SINH", "NGAY_VAO", "NGAY_VAO_NOI_TRU", "NGAY_RA", "NGAY_YL", "NGAY_TH_YL", "NGAY_KQ",
    "THOI_DIEM_DBLS", "NGAY_CT",
)  # fmt: skip
"""Times of what has happened when it is sent."""


def time_in(record: Record, name: str) -> InsuranceTime | None:
    """Return the time in a field; None if it is empty or wrong."""
    sent = record.get(name)
    return parse_time(sent) if sent else None


def places(table: Table) -> Iterator[tuple[str, Record]]:
    """Yield the records of a table with their places."""
    single = table_forms()[table.number].single
    for position, record in enumerate(table.records, 1):
        yield f"XML{table.number}" if single else f"XML{table.number}[{position}]", record


def check_record(number: int, place: str, record: Record) -> Iterator[Finding]:
    """Yield what the fields of one record of table ``number`` say against one another."""
    for earlier, later in _orders(number):
        if later in record and earlier in record:
            yield from _order(place, record, earlier, later)
    if number == REFERRAL and record.get("MA_LOAI_RV", "2") not in REFERRED:
        yield _error(
            f"{place}.MA_LOAI_RV",
            "referral_discharge",
            "2 or 5 with a referral: professional, wish",
        )
    if number == APPOINTMENT:
        yield from _appointment(place, record)


@cache
def _orders(number: int) -> tuple[tuple[str, str], ...]:
    fields = table_forms()[number].fields
    return tuple(pair for pair in _ORDERS if fields.keys() >= set(pair))


def _order(place: str, record: Record, earlier: str, later: str) -> Iterator[Finding]:
    if len(record[earlier]) == len(record[later]) and record[earlier] <= record[later]:
        return  # zeros, the unknown parts, sort before all that they may mean
    first, second = time_in(record, earlier), time_in(record, later)
    if first is not None and second is not None and surely_after(first, second):
        expected = f"a time not before {earlier}"
        if later in _ODD_ORDERS:
            yield Finding(
                Level.QUALITY, Severity.WARNING, f"{place}.{later}", "time_order", expected
            )
        else:
            yield _error(f"{place}.{later}", "time_order", expected)


def _appointment(place: str, record: Record) -> Iterator[Finding]:
    appointed, written = time_in(record, "NGAY_HEN_KL"), time_in(record, "NGAY_CT")
    for name, time in (("NGAY_HEN_KL", appointed), ("NGAY_CT", written)):
        if time is not None and not time.whole_day:
            yield _error(f"{place}.{name}", "day_unknown", "a time of which the day is known")
    if appointed is not None and written is not None and appointed.latest <= written.latest:
        yield _error(f"{place}.NGAY_HEN_KL", "time_order", "a day after NGAY_CT")


def check_episode(tables: Mapping[int, Table]) -> Iterator[Finding]:
    """Yield what is wrong in and between the tables of one episode."""
    if GENERAL not in tables:
        yield _error("XML1", "table_general", "table 1 in every treatment episode")
    general = tables[GENERAL].first if GENERAL in tables else {}
    for table in tables.values():
        found = Findings()
        for place, record in places(table):
            for one in check_record(table.number, place, record):
                found.add(one)
            for one in _against_general(place, record, general):
                found.add(one)
        yield from found.all()
    if general.get("MA_LOAI_RV") in REFERRED and REFERRAL not in tables:
        yield Finding(
            Level.QUALITY, Severity.WARNING, "XML13", "referral_expected",
            "table 13 for a discharge with MA_LOAI_RV 2 or 5",
        )  # fmt: skip


def _against_general(place: str, record: Record, general: Record) -> Iterator[Finding]:
    """Yield where a record is about another episode, facility or patient than table 1."""
    key, facility = general.get("MA_LK"), general.get("MA_CSKCB")
    if key and record.get("MA_LK", key) != key:
        yield _error(f"{place}.MA_LK", "episode_key", "the MA_LK of table 1")
    if facility and record.get("MA_CSKCB", facility) != facility:
        yield _error(f"{place}.MA_CSKCB", "episode_facility", "the MA_CSKCB of table 1")
    for name in _SAME_AS_GENERAL:
        if name in record and not _same(name, record[name], general.get(name)):
            yield _error(f"{place}.{name}", "one_patient", f"the {name} of table 1")


def _same(name: str, value: str, general: str | None) -> bool:
    """Tell whether a paper may be about the patient of table 1; unsaid is not different."""
    if general is None:
        return True
    if name != "NGAY_SINH":
        return same_name(value, general)
    one, other = parse_time(value), parse_time(general)
    return (
        one is None or other is None or not (surely_after(one, other) or surely_after(other, one))
    )


def check_future(tables: Mapping[int, Table], *, at: datetime) -> Iterator[Finding]:
    """Yield the times of what was done that lie after ``at``, the time of receiving."""
    now = write_time(at)
    for table in tables.values():
        fields = table_forms()[table.number].fields
        names = [name for name in _PAST if name in fields]
        for place, record in places(table):
            for name in names:
                sent = record.get(name)
                if sent is None or sent <= now:
                    continue  # digits sort as times do, and zeros before all that they may mean
                time = parse_time(sent)
                if time is not None and is_after(time.fhir, at):
                    yield _error(f"{place}.{name}", "future", "a time that is past when received")


def _error(place: str, rule: str, expected: str) -> Finding:
    return Finding(Level.RULES, Severity.ERROR, place, rule, expected)
