"""Replay: every view made again from the facts, held against the live rows and the daily seals.

The seals come first, each at the position it holds for, then the live views, each at its own.
Nothing of the live views is changed, and nothing that is read of them can end the replay.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from ledger.audit.findings import Finding, Severity
from ledger.errors import TamperedError, UnknownFactError
from ledger.facts import RecordedFact
from ledger.personal import Purpose
from ledger.records.erasure.facts import SubjectErased
from ledger.records.seal import DaySealed, SealedView
from ledger.transparency.stream_heads import SCHEME
from projections.drift import Difference, IsDestroyed, What, differences, no_key_destroyed
from projections.live_views import LiveViews, UnreadableTableError, live_views
from projections.seal_files import SealFiles
from projections.shadow import CopiedFacts, Report, Shadow, UnreadableFactError
from projections.stream_heads import NAME as HEADS_VIEW
from projections.view import View
from projections.view_digests import differing

MOST_ROWS: Final = 1_000
"""Rows of one view that are named; more are counted."""
_ERASED: Final = "erasure.subject_erased/1"
_BATCH: Final = 1_000
_HEALTH: Final = frozenset({Purpose.HEALTH, Purpose.HEALTH_RESTRICTED})


@dataclass(slots=True)
class ViewReport:
    """What became of one view."""

    view: str
    version: int
    """Of this program's."""
    position: int | None = None
    """Where the live one stands."""
    behind: int | None = None
    """Facts between it and the ledger's end: late, which is no drift."""
    differing: int = 0
    erased: int = 0
    """Rows that cannot be made again since their person's key is destroyed."""
    unchecked: str | None = None
    """Why it could not be held against its facts."""


@dataclass(frozen=True, slots=True)
class SealReport:
    """What became of one view of one seal."""

    day: str
    view: str
    position: int
    equal: bool | None
    """None where it cannot be made again; ``why`` says why."""
    why: str = ""


@dataclass(slots=True)
class Outcome:
    """What a replay found."""

    head: int = 0
    views: list[ViewReport] = field(default_factory=list)
    seals: list[SealReport] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether everything that was asked for could be checked."""
        return not any(one.unchecked for one in self.views)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a replay is held against."""

    live: str | None
    """Address of the live views; None to look at seals alone."""
    seals: Sequence[RecordedFact] = ()
    """Seals to check, oldest first."""
    files: SealFiles | None = None
    """Narrows a difference from a seal down to buckets."""
    is_destroyed: IsDestroyed = no_key_destroyed


def replay(shadow: Shadow, evidence: Evidence, *, to: int | None = None, report: Report) -> Outcome:
    """Return what differs between the facts, the live views and the seals.

    Args:
        shadow: The views to check, not yet begun.
        evidence: What they are held against.
        to: Position to stop at; live views are then compared only if they stand there.
        report: Told the position reached.

    Raises:
        ViewsUnavailableError: The live views' database is not there.
    """
    head = shadow.facts.head()
    outcome = Outcome(head, [ViewReport(view.name, view.version) for view in shadow.views])
    try:
        last = head if to is None else min(to, head)
        _check_seals(shadow, evidence, last, outcome, report)
        if evidence.live is None:
            _move(shadow, last, outcome, report)
        else:
            _check_live(shadow, evidence, to, outcome, report)
    except UnreadableFactError as error:
        _cut_short(error, outcome)
    return outcome


def _cut_short(error: UnreadableFactError, outcome: Outcome) -> None:
    place = {"position": error.after + 1}
    outcome.findings.append(
        Finding("C7.fact", Severity.CRITICAL, place, "a fact that can be read", "another row")
    )
    for one in outcome.views:
        one.unchecked = one.unchecked or "a fact before its position cannot be read"


def _move(shadow: Shadow, position: int, outcome: Outcome, report: Report) -> None:
    """Move the shadow on; a view that cannot take in a fact is a finding and goes no further."""
    for error in shadow.to(position, report):
        place: dict[str, str | int] = {"view": error.view, "position": error.position}
        found = Finding("C7.stalled", Severity.ERROR, place, "a fact it can take in", "it cannot")
        outcome.findings.append(found)
        _report_of(outcome, error.view).unchecked = f"stalled at position {error.position}"


def _report_of(outcome: Outcome, view: str) -> ViewReport:
    return next(one for one in outcome.views if one.view == view)


# --- the seals -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Stop:
    """One view of one seal, at its position."""

    position: int
    day: str
    sealed: SealedView | None
    """None for the tree of stream heads."""
    root: bytes
    scheme: int = SCHEME
    """Of the tree: how its leaves were named."""


def _check_seals(
    shadow: Shadow, evidence: Evidence, last: int, outcome: Outcome, report: Report
) -> None:
    stops = sorted(_stops(evidence.seals), key=lambda stop: stop.position)
    erased = _last_erasure(shadow.facts, stops[0].position) if stops else 0
    for stop in stops:
        name = HEADS_VIEW if stop.sealed is None else stop.sealed.name
        view = shadow.view(name)
        if view is None or stop.position > last:
            continue
        why = _not_reproducible(view, stop, erased)
        if why:
            outcome.seals.append(SealReport(stop.day, name, stop.position, None, why))
            continue
        _move(shadow, stop.position, outcome, report)
        if _report_of(outcome, name).unchecked is None:
            _hold_against(shadow, view, stop, evidence.files, outcome)


def _stops(seals: Iterable[RecordedFact]) -> Iterator[_Stop]:
    for recorded in seals:
        fact = recorded.fact
        assert isinstance(fact, DaySealed), "seals have a stream of their own"
        day = fact.day.isoformat()
        for sealed in fact.views:
            yield _Stop(sealed.position, day, sealed, sealed.root)
        yield _Stop(fact.heads.position, day, None, fact.heads.root, fact.heads.scheme)


def _not_reproducible(view: View, stop: _Stop, erased: int) -> str:
    """Return why today's program and keys cannot make again what was sealed; empty if they can."""
    if stop.sealed is not None and stop.sealed.version != view.version:
        return f"made by version {stop.sealed.version} of the view, this is {view.version}"
    if stop.scheme != SCHEME:
        return f"leaves named by scheme {stop.scheme}, today's by {SCHEME}"
    if view.opens and erased > stop.position:
        return f"not reproducible since the erasure at position {erased}"
    return ""


def _last_erasure(facts: CopiedFacts, after: int) -> int:
    """Return the position of the last erasure of health data behind ``after``; 0 if none."""
    last = 0
    try:
        while some := facts.read(after=after, limit=_BATCH, topics=(_ERASED,)):
            for recorded in some:
                fact = recorded.fact
                assert isinstance(fact, SubjectErased)
                if any(key.purpose in _HEALTH for key in fact.keys):
                    last = recorded.position
            after = some[-1].position
    except (TamperedError, UnknownFactError) as error:
        raise UnreadableFactError(after) from error
    return last


def _hold_against(
    shadow: Shadow, view: View, stop: _Stop, files: SealFiles | None, outcome: Outcome
) -> None:
    buckets = b""
    if stop.sealed is None:
        root = shadow.heads_root()
    else:
        digest = shadow.digest(view)
        root, buckets = digest.root, digest.buckets
    outcome.seals.append(SealReport(stop.day, view.name, stop.position, root == stop.root))
    if root == stop.root:
        return
    place: dict[str, str | int] = {"view": view.name, "day": stop.day, "position": stop.position}
    kept = None if files is None else files.find(stop.root)
    if kept is not None and len(kept) == len(buckets):
        place["bucket"] = " ".join(map(str, differing(kept, buckets)[:16]))
    code = "C7.heads" if stop.sealed is None else "C7.seal"
    outcome.findings.append(
        Finding(code, Severity.CRITICAL, place, f"root {root.hex()}", f"root {stop.root.hex()}")
    )


# --- the live views ------------------------------------------------------------------------------


def _check_live(
    shadow: Shadow, evidence: Evidence, to: int | None, outcome: Outcome, report: Report
) -> None:
    assert evidence.live is not None
    # The long way is gone before the moment is taken: its transaction holds up no cleaning.
    with live_views(evidence.live) as live:
        early = _positions(live, outcome.head, Outcome())
    _move(shadow, min(early.values(), default=0) if to is None else to, outcome, report)
    with live_views(evidence.live) as live:
        standing = _positions(live, outcome.head, outcome)
        for one in outcome.views:
            _place(one, shadow, standing, outcome, to)
        for one in sorted(outcome.views, key=lambda one: one.position or 0):
            if one.unchecked is None and one.position is not None and to in {None, one.position}:
                _move(shadow, one.position, outcome, report)
                if one.unchecked is None:
                    _compare(shadow, live, one, evidence.is_destroyed, outcome)


def _positions(live: LiveViews, head: int, outcome: Outcome) -> dict[str, int]:
    """Return where the live views stand, as far as what is said of it can be."""
    found: dict[str, int] = {}
    try:
        rows = live.registry()
    except UnreadableTableError:
        return found
    known = {one.view: one for one in outcome.views}
    for name, version, position in rows:
        if type(position) is int and type(version) is int and 0 <= position <= head:
            found[name] = position
            _versions(known.get(name), version)
        elif name in known:
            expected = f"a position from 0 to {head}"
            shown = str(position) if isinstance(position, int) else "no number"
            outcome.findings.append(
                Finding("C7.position", Severity.CRITICAL, {"view": name}, expected, shown)
            )
            known[name].unchecked = "its position is none of the ledger"
    return found


def _versions(one: ViewReport | None, version: int) -> None:
    if one is not None and version != one.version:
        one.unchecked = f"made by version {version} of the view, this is {one.version}"


def _place(
    one: ViewReport, shadow: Shadow, standing: dict[str, int], outcome: Outcome, to: int | None
) -> None:
    """Say where a live view stands, and whether it can be compared there."""
    if one.unchecked is not None:
        return
    if one.view not in standing:
        outcome.findings.append(
            Finding("C7.view", Severity.CRITICAL, {"view": one.view}, "a view", "none in force")
        )
        one.unchecked = "it is not there"
        return
    one.position = standing[one.view]
    one.behind = outcome.head - one.position
    reached = shadow.position(one.view)
    if to is None and one.position < reached:
        expected, found = f"position {reached} or later, which was sealed", str(one.position)
        outcome.findings.append(
            Finding("C7.position", Severity.CRITICAL, {"view": one.view}, expected, found)
        )
        one.unchecked = "it stands before what was sealed"


def _compare(
    shadow: Shadow, live: LiveViews, one: ViewReport, is_destroyed: IsDestroyed, outcome: Outcome
) -> None:
    view = shadow.view(one.view)
    assert view is not None
    judge = is_destroyed if view.opens else no_key_destroyed
    assert one.position is not None
    for table in view.tables:
        try:
            for found in differences((table,), live, partial(shadow.rows, view), judge):
                _count(one, found, outcome)
        except UnreadableTableError:
            place: dict[str, str | int] = {"view": one.view, "table": table.name}
            outcome.findings.append(
                Finding("C7.table", Severity.CRITICAL, place, "a table of its columns", "none")
            )


_EXPECTED: Final = {
    What.MISSING: ("the row that the facts make", "no row"),
    What.EXTRA: ("no row: the facts make none", "a row"),
    What.CHANGED: ("the row that the facts make", "another row"),
}


def _count(one: ViewReport, found: Difference, outcome: Outcome) -> None:
    if found.what is What.ERASED:
        one.erased += 1
        return
    one.differing += 1
    if one.differing > MOST_ROWS:
        return
    place: dict[str, str | int] = {"view": one.view, "table": found.table, "key": found.key}
    if found.columns:
        place["column"] = " ".join(found.columns)
    assert one.position is not None
    place["position"] = one.position
    expected, seen = _EXPECTED[found.what]
    outcome.findings.append(
        Finding(f"C7.{found.what.value}", Severity.CRITICAL, place, expected, seen)
    )
