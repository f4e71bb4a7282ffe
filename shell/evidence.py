"""What goes into an evidence package: which facts, who is told of it, what may be opened.

That somebody takes facts about a person out of the house is a look, opened or not: each person has
an access fact of it before a byte is written. All looks of one package share its identifier.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app import System
from ledger.audit.history import history_of
from ledger.audit.package.facts import PackagedFact, envelope_of, row_of
from ledger.audit.package.openings import open_parts
from ledger.audit.package.package import MOST_FACTS
from ledger.audit.rows import RowSource
from ledger.commands.access import record_access, who_looked
from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.identifiers import access_stream
from ledger.records.access import Channel, RecordKind
from ledger.store.entry import entry_stands_for_row
from ledger.store.rows import Row
from ledger.transparency.log import PublishedHead, index_of
from ledger.transparency.merkle import leaf_hash, root_by_inclusion
from ledger.transparency.proof import TlogProof
from shell.audit_records import find_record
from verify_api.desk.auditing_records import KINDS, Case

OPENED: Final = "audit_export"
"""Purpose of a look whose facts leave opened."""
SEALED: Final = "audit_export_sealed"
"""Purpose of a look whose facts leave with every sealed part still sealed."""
_WITHOUT_A_CASE: Final = "audit without a case"
_UUID_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which facts."""

    positions: Sequence[int]
    """In order, each once."""
    whole_streams: tuple[UUID, ...] = ()
    """Streams of which every fact under the head is chosen."""
    span: tuple[int, int] | None = None
    later: int = 0
    """Facts of the record that the head does not cover yet: they are not chosen."""


def of_record(system: System, typed: str, head: PublishedHead, *, looks: bool) -> Chosen:
    """Return all facts of a record that the head covers; with ``looks`` who was shown it, too.

    Raises:
        NotFoundError: Nothing is known under this name.
        RefusedError: ``not_covered``: the head covers none of them; ``too_many_facts``.
    """
    found = find_record(system, typed)
    facts = [one for stream in found.streams for one in system.reading.history(stream).recorded]
    seen = [one for who in found.subjects for one in who_looked(system.reading, subject=who)]
    chosen = history_of(
        found.streams, facts, seen if looks else (), whole_person=found.is_person
    )  # fmt: skip
    covered = [one for one in chosen if one.position <= head.size]
    whole = set(found.streams)
    if looks and found.is_person:
        whole |= {access_stream(who) for who in found.subjects}
    began = dict.fromkeys(one.stream_id for one in covered if one.stream_id in whole)
    if not covered:
        raise RefusedError("not_covered", "no published head covers this record yet: wait")
    return _few(Chosen(
        tuple(one.position for one in covered), tuple(began), later=len(chosen) - len(covered)
    ))  # fmt: skip


def of_range(first: int, last: int, head: PublishedHead) -> Chosen:
    """Return all facts from ``first`` to ``last``.

    Raises:
        InvalidInputError: ``range_form``.
        RefusedError: ``not_covered``, ``too_many_facts``.
    """
    if not 0 < first <= last:
        raise InvalidInputError("--range", "range_form", "two positions, the smaller one first")
    _require_covered(last, head)
    return _few(Chosen(range(first, last + 1), span=(first, last)))


def of_positions(positions: Iterable[int], head: PublishedHead) -> Chosen:
    """Return the facts at these positions.

    Raises:
        RefusedError: ``not_covered``, ``too_many_facts``.
    """
    wanted = tuple(sorted(set(positions)))
    _require_covered(wanted[-1], head)
    return _few(Chosen(wanted))


def _require_covered(last: int, head: PublishedHead) -> None:
    if last > head.size:
        raise RefusedError("not_covered", f"the newest published head covers {head.size} facts")


def _few(chosen: Chosen) -> Chosen:
    count = len(chosen.positions)
    if count > MOST_FACTS:
        raise RefusedError("too_many_facts", f"{count} facts: expected at most {MOST_FACTS}")
    return chosen


def stored(source: RowSource, positions: Sequence[int]) -> list[Row]:
    """Return the rows at these positions as they are stored, read raw.

    Raises:
        NotFoundError: There is no row at one of them.
        TamperedError: A row has columns of other types than ours.
    """
    rows = []
    for position in positions:
        raw = source.at(position)
        if raw is None:
            raise NotFoundError(f"the ledger has no position {position}")
        rows.append(row_of(raw))
    return rows


def record_export(system: System, rows: Sequence[Row], case: Case, package: UUID) -> int:
    """Record for each person that facts about them are taken out; return how many are told.

    One look a person: at the stream, or at the person where it is more than one.

    Raises:
        RefusedError: The number of the case is no legal basis.
    """
    basis = _WITHOUT_A_CASE if case.number is None else case.basis
    act = system.act(case.actor, "auditor", legal_basis=basis, correlation=package)
    about = _streams_by_subject(rows)
    for subject, streams in about.items():
        (stream, kind), *more = streams.items()
        record_access(
            system.facts,
            subject=subject,
            kind=RecordKind.PERSON if more else kind,
            purpose=SEALED if case.number is None else OPENED,
            channel=Channel.SHELL,
            act=act,
            reference=None if more else stream,
        )
    return len(about)


def _streams_by_subject(rows: Iterable[Row]) -> Mapping[UUID, Mapping[UUID, RecordKind]]:
    """Return for each person the streams with facts about them, and what kind each is."""
    found: dict[UUID, dict[UUID, RecordKind]] = {}
    for row in rows:
        envelope = envelope_of(row)
        subject = None if envelope is None else envelope.subject
        if isinstance(subject, bytes) and len(subject) == _UUID_BYTES:
            kind = KINDS.get(row.topic.partition(".")[0], RecordKind.PERSON)
            found.setdefault(UUID(bytes=subject), {}).setdefault(row.stream_id, kind)
    return found


def logged_under(head: PublishedHead, proofs: Mapping[int, TlogProof]) -> Callable[[Row], bool]:
    """Return whether a row is the one that was logged, by its entry and the entry's proof."""

    def is_logged(row: Row) -> bool:
        index, entry = index_of(row.position), row.entry
        stands = entry_stands_for_row(
            entry, row.stream_id, row.version, row.topic, row.event_id, row.state
        )
        path = proofs[index].hashes
        return stands and root_by_inclusion(index, head.size, leaf_hash(entry), path) == head.root

    return is_logged


def packaged(
    system: System, rows: Iterable[Row], case: Case, is_logged: Callable[[Row], bool]
) -> list[PackagedFact]:
    """Return the facts of a package; with a case opened, after `record_export` is durable.

    A row that is not what was logged is never opened: whom it is about, and so whose look it was,
    may be just what was changed in it.
    """
    if case.number is None:
        return [PackagedFact(row) for row in rows]
    return [
        PackagedFact(row, (is_logged(row) and open_parts(row, system.subject_keys)) or {})
        for row in rows
    ]
