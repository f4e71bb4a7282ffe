"""How well each facility's data are, by the month in which they came: sums, no shares.

A visit counts in the month in which it first came, whatever becomes of it: a correction mends that
month's sums, it does not move the visit. Clinical times are sealed and are not here. A book that
turned out to be of somebody who had one counts against whoever opened the later of the two.
See `projections.quality_figures` for the shares and the score.
"""

from datetime import datetime
from typing import NamedTuple

from ledger.calendar import local_day
from ledger.facts import RecordedFact
from ledger.identifiers import FACILITY_CODE
from ledger.records.health_book.facts import BookLinked, BookOpened, BookUnlinked
from ledger.records.visit import (
    RuleCount,
    VisitCorrected,
    VisitQualityAssessed,
    VisitReassigned,
    VisitRecorded,
    VisitRecordedInParts,
    VisitVoided,
)
from projections.columns import stream_text
from projections.view import Key, Rows, Table, View


class MonthRow(NamedTuple):
    """The sums of one facility and month; the month is ISO text, in Vietnam."""

    facility: str
    month: str
    visits: int = 0
    """That came first in this month."""
    assessed: int = 0
    """Of those, the ones whose present revision the later checks have looked at."""
    with_errors: int = 0
    with_warnings: int = 0
    """Of the assessed, those with a warning and no error."""
    errors: int = 0
    warnings: int = 0
    late: int = 0
    """Of the assessed, those that came long after what they tell of."""
    corrected: int = 0
    """Of the visits, those that were sent again or were about the wrong person."""
    voided: int = 0
    books: int = 0
    """Books opened in this month."""
    doubled: int = 0
    """Of those, the ones of somebody who had a book already."""


class RuleRow(NamedTuple):
    """How often one rule was not met in what came in one month."""

    facility: str
    month: str
    rule: str
    times: int


class AssessedRow(NamedTuple):
    """What has to be known of a visit to count it."""

    visit: str
    facility: str
    month: str
    assessed: int
    errors: int
    warnings: int
    late: int
    rules: str
    """``rule=times``, one a line: what the visit adds to the rules of its month."""
    corrected: int
    voided: int


class OpenedRow(NamedTuple):
    """What has to be known of a book to count it."""

    subject: str
    facility: str
    month: str
    position: int
    doubles: int
    """How many earlier books of the same person read as one with it."""


MONTHS = Table("facility_quality", MonthRow, keys=2, indexes=(("month", "facility"),))
RULES = Table("facility_quality_rules", RuleRow, keys=3)
VISITS = Table("facility_quality_visits", AssessedRow)
BOOKS = Table("facility_quality_books", OpenedRow)


def _month(at: datetime) -> str:
    return local_day(at).isoformat()[:7]


def _visit(recorded: RecordedFact, rows: Rows) -> AssessedRow:
    row = rows.get(VISITS, (stream_text(recorded.stream_id),), AssessedRow)
    assert row is not None, "a visit's first fact is its recording"
    return row


def _sums(rows: Rows, facility: str, month: str) -> MonthRow:
    return rows.get(MONTHS, (facility, month), MonthRow) or MonthRow(facility, month)


def _recorded(recorded: RecordedFact, rows: Rows) -> None:
    facility, month = recorded.act.organisation or "", _month(recorded.act.at)
    visit = stream_text(recorded.stream_id)
    rows.put(VISITS, AssessedRow(visit, facility, month, 0, 0, 0, 0, "", 0, 0))
    sums = _sums(rows, facility, month)
    rows.put(MONTHS, sums._replace(visits=sums.visits + 1))


def _changed(recorded: RecordedFact, rows: Rows) -> None:
    """Count a visit as corrected; what was found of its former content counts no more."""
    row = _visit(recorded, rows)
    _count(rows, row, row._replace(
        assessed=0, errors=0, warnings=0, late=0, rules="", corrected=1,
        # A correction brings a voided visit back; a reassignment leaves it as it is.
        voided=0 if isinstance(recorded.fact, VisitCorrected) else row.voided,
    ))  # fmt: skip


def _voided(recorded: RecordedFact, rows: Rows) -> None:
    row = _visit(recorded, rows)
    _count(rows, row, row._replace(voided=1))


def _assessed(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, VisitQualityAssessed)
    row = _visit(recorded, rows)
    _count(rows, row, row._replace(
        assessed=1, errors=fact.errors, warnings=fact.warnings, late=int(fact.late),
        rules=_text(fact.rules),
    ))  # fmt: skip


def _text(rules: tuple[RuleCount, ...]) -> str:
    return "\n".join(f"{one.rule}={one.count}" for one in rules)


def _counts(text: str) -> dict[str, int]:
    pairs = (one.rpartition("=") for one in text.splitlines())
    return {rule: int(count) for rule, _, count in pairs}


def _count(rows: Rows, before: AssessedRow, after: AssessedRow) -> None:
    """Let a visit count as ``after`` says, and no longer as ``before``."""
    rows.put(VISITS, after)
    sums = _sums(rows, after.facility, after.month)
    rows.put(MONTHS, sums._replace(
        assessed=sums.assessed + after.assessed - before.assessed,
        with_errors=sums.with_errors + _bad(after) - _bad(before),
        with_warnings=sums.with_warnings + _doubtful(after) - _doubtful(before),
        errors=sums.errors + after.errors - before.errors,
        warnings=sums.warnings + after.warnings - before.warnings,
        late=sums.late + after.late - before.late,
        corrected=sums.corrected + after.corrected - before.corrected,
        voided=sums.voided + after.voided - before.voided,
    ))  # fmt: skip
    counted = {rule: -count for rule, count in _counts(before.rules).items()}
    for rule, count in _counts(after.rules).items():
        counted[rule] = counted.get(rule, 0) + count
    for rule, more in counted.items():
        _add_rule(rows, RuleRow(after.facility, after.month, rule, more))


def _bad(row: AssessedRow) -> int:
    return int(row.errors > 0)


def _doubtful(row: AssessedRow) -> int:
    return int(row.warnings > 0 and not row.errors)


def _add_rule(rows: Rows, more: RuleRow) -> None:
    known = rows.get(RULES, more[:3], RuleRow)
    times = more.times + (0 if known is None else known.times)
    if times:
        rows.put(RULES, more._replace(times=times))
    else:
        rows.remove(RULES, more[:3])


def _opened(recorded: RecordedFact, rows: Rows) -> None:
    facility = recorded.act.organisation or ""
    if not FACILITY_CODE.matches(facility):
        return
    month = _month(recorded.act.at)
    row = OpenedRow(str(recorded.subject), facility, month, recorded.position, 0)
    rows.put(BOOKS, row)
    sums = _sums(rows, facility, month)
    rows.put(MONTHS, sums._replace(books=sums.books + 1))


def _linked(recorded: RecordedFact, rows: Rows) -> None:
    """Count, or no longer count, the later of two books as one that need not have been opened."""
    fact = recorded.fact
    assert isinstance(fact, BookLinked | BookUnlinked)
    part = rows.get(BOOKS, (str(recorded.subject),), OpenedRow)
    whole = rows.get(BOOKS, (str(fact.into),), OpenedRow)
    opened = [row for row in (part, whole) if row is not None]
    if not opened:
        return
    later = max(opened, key=lambda row: row.position)
    change = 1 if isinstance(fact, BookLinked) else -1
    now = later._replace(doubles=later.doubles + change)
    rows.put(BOOKS, now)
    sums = _sums(rows, now.facility, now.month)
    doubled = sums.doubled + int(now.doubles > 0) - int(later.doubles > 0)
    rows.put(MONTHS, sums._replace(doubled=doubled))


def _touches(recorded: RecordedFact) -> list[tuple[Table, Key]]:
    fact = recorded.fact
    if isinstance(fact, BookLinked | BookUnlinked):
        return [(BOOKS, (str(recorded.subject),)), (BOOKS, (str(fact.into),))]
    if isinstance(fact, BookOpened | VisitRecorded):
        return [(MONTHS, (recorded.act.organisation or "", _month(recorded.act.at)))]
    return [(VISITS, (stream_text(recorded.stream_id),))]


VIEW = View(
    name="facility_quality",
    version=1,
    tables=(MONTHS, RULES, VISITS, BOOKS),
    handlers={
        VisitRecorded: _recorded,
        VisitRecordedInParts: _recorded,
        VisitCorrected: _changed,
        VisitReassigned: _changed,
        VisitVoided: _voided,
        VisitQualityAssessed: _assessed,
        BookOpened: _opened,
        BookLinked: _linked,
        BookUnlinked: _linked,
    },
    touches=_touches,
)
