"""The fact store: `ledger.facts.FactStore` over a recorder of either database."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from uuid import UUID

from eventsourcing.persistence import (
    IntegrityError,
    NotSupportedError,
)

from ledger.errors import (
    ConflictError,
    IdempotencyMismatchError,
    RefusedError,
    TamperedError,
    UnknownFactError,
)
from ledger.facts import (
    Act,
    Change,
    Excerpt,
    Fact,
    History,
    Idempotency,
    Leaf,
    Receipt,
    RecordedFact,
)
from ledger.store.coalescing import gathered_appends, gathered_loads, merged
from ledger.store.mapper import FactMapper
from ledger.store.rows import Answer, Batch, Finding, Recorder, Row, StreamPoint, Wakeup
from ledger.store.store_errors import STORE_ERRORS
from ledger.store.subscription import follow

DEEP_CHECK_ROWS = 1_000
STREAMS_A_QUERY = 900
"""SQLite's oldest limit is 999 values in a statement."""


@dataclass(frozen=True, slots=True)
class Command:
    """One of many appends that are stored together."""

    act: Act
    changes: tuple[Change, ...]
    idempotency: Idempotency | None = None


class LedgerFactStore:
    """Where facts rest; safe for many threads, and for processes forked from this one."""

    def __init__(
        self, open_recorder: Callable[[], Recorder], mapper: FactMapper, *, coalesce: bool = True
    ) -> None:
        """Store in the database that ``open_recorder`` connects to.

        Args:
            open_recorder: Asked again in a forked child, which must not share connections.
            mapper: Turns facts into rows and back.
            coalesce: Whether concurrent appends of this process share transactions.
        """
        self._open_recorder = open_recorder
        self._mapper = mapper
        self._coalesce = coalesce
        self._left_behind: list[Recorder] = []
        self._connect()

    def _connect(self) -> None:
        recorder = self._opened = self._open_recorder()
        self._append = gathered_appends(recorder.append) if self._coalesce else recorder.append
        shares = self._coalesce and recorder.is_remote
        self._load = (
            gathered_loads(recorder.stream, recorder.streams) if shares else recorder.stream
        )
        self._process = os.getpid()

    def _stay_in_process(self) -> None:
        """Connect anew in a forked child.

        A connection belongs to the process that made it. The parent's is only forgotten here,
        never closed: closing would say goodbye to the server in the parent's name.
        """
        if self._process != os.getpid():
            self._left_behind.append(self._opened)
            self._connect()

    @property
    def _recorder(self) -> Recorder:
        self._stay_in_process()
        return self._opened

    def history(self, stream_id: UUID) -> History:
        """Return the stream."""
        with STORE_ERRORS:
            self._stay_in_process()
            rows = self._load(stream_id)
        recorded = tuple(self._mapper.recorded(rows))
        head = sha256(rows[-1].entry).digest() if rows else None
        return History(stream_id, recorded, rows[-1].version if rows else 0, head)

    def histories(self, stream_ids: Sequence[UUID]) -> dict[UUID, History]:
        """Return many streams, read and opened together; empty ones are among them."""
        rows: dict[UUID, list[Row]] = {}
        with STORE_ERRORS:
            for start in range(0, len(stream_ids), STREAMS_A_QUERY):
                rows |= self._recorder.streams(stream_ids[start : start + STREAMS_A_QUERY])
        recorded = self._mapper.recorded([row for some in rows.values() for row in some])
        found = {stream_id: History(stream_id, (), 0) for stream_id in stream_ids}
        at = 0
        for stream_id, some in rows.items():
            facts = tuple(recorded[at : at + len(some)])
            at += len(some)
            head = sha256(some[-1].entry).digest()
            found[stream_id] = History(stream_id, facts, some[-1].version, head)
        return found

    def tip(self, stream_id: UUID) -> History:
        """Return where the stream ends, without its facts."""
        with STORE_ERRORS:
            row = self._recorder.last_row(stream_id)
        if row is None:
            return History(stream_id, (), 0)
        return History(stream_id, (), row.version, sha256(row.entry).digest())

    def excerpt(self, stream_id: UUID, topics: Sequence[str]) -> Excerpt:
        """Return those facts of the stream that have one of the names ``topics``.

        Facts that were stored under older versions of the names are among them.

        Raises:
            TamperedError: A stored row is not the one that its log entry was made of.
        """
        names = self._mapper.types.spellings(topics)
        with STORE_ERRORS:
            rows, head = self._recorder.excerpt(stream_id, names)
        for row in rows:
            self._mapper.require_row(row)
        leaves = tuple([Leaf(row.position, row.entry) for row in rows])
        return Excerpt(tuple(self._mapper.facts(rows)), head, leaves)

    def stored(self, stream_id: UUID, topics: Sequence[str]) -> list[Row]:
        """Return those rows of the stream that have one of the names ``topics``, as they rest."""
        with STORE_ERRORS:
            return self._recorder.excerpt(stream_id, self._mapper.types.spellings(topics))[0]

    def meanings(self, row: Row) -> list[bytes | None]:
        """Return the meaning of each sealed part, in order of purpose; None where it is erased.

        Raises:
            TamperedError: A part does not open where it stands.
        """
        return self._mapper.meanings(row)

    def latest(self, stream_id: UUID, topics: Sequence[str]) -> Fact | None:
        """Return the stream's last fact that has one of the names ``topics``, None without any.

        A fact that was stored under an older version of a name counts too.
        """
        names = self._mapper.types.spellings(topics)
        with STORE_ERRORS:
            row = self._recorder.last_row(stream_id, names)
        return None if row is None else self._mapper.facts([row])[0]

    def append(self, act: Act, *changes: Change, idempotency: Idempotency | None = None) -> Receipt:
        """Append all ``changes`` in one transaction, or nothing; durable on return.

        A change without facts asks that its stream has not moved on.

        Raises:
            ConflictError: A stream is not at its expected version.
            IdempotencyMismatchError: The key was used for another content.
            StoreUnavailableError: The database did not answer; ask again with the same key.
        """
        batch = self._batch(Command(act, changes, idempotency))
        try:
            first = self._stored(batch)
        except IntegrityError as error:
            answered = None if idempotency is None else self.answered(idempotency)
            if answered is None:
                raise ConflictError("a stream has moved on since it was loaded") from error
            return answered
        return _receipt(batch.rows, first)

    def append_many(self, commands: Sequence[Command]) -> list[Receipt]:
        """Append thousands of commands' facts in one transaction, or nothing.

        Raises:
            ConflictError: A stream is not at its expected version, or a key was used before;
                append them one by one to learn which.
            StoreUnavailableError: The database did not answer.
        """
        self._mapper.make_ready([change for command in commands for change in command.changes])
        batches = [self._batch(command) for command in commands]
        try:
            first = self._stored(merged(batches))
        except IntegrityError as error:
            raise ConflictError("one of many appends conflicts with the ledger") from error
        receipts = []
        for batch in batches:
            receipts.append(_receipt(batch.rows, first))
            first += len(batch.rows)
        return receipts

    def _stored(self, batch: Batch) -> int:
        """Return the first position of ``batch``; a conflict stays the library's error."""
        with STORE_ERRORS:
            recorder = self._recorder
            if not (batch.rows or batch.absent or batch.answers):
                return recorder.head() + 1
            return self._append(batch)

    def _batch(self, command: Command) -> Batch:
        idempotency = command.idempotency
        key_hash = None if idempotency is None else _key_hash(idempotency)
        changes = self._chained(command.changes)
        rows = self._mapper.rows_of(command.act, changes, key_hash)
        written = {change.stream_id for change in changes if change.facts}
        answers: tuple[Answer, ...] = ()
        if idempotency is not None and key_hash is not None:
            answers = (Answer(key_hash, idempotency.digest, 0, len(rows)),)
        return Batch(
            rows,
            after=_starts(changes),
            absent=[
                StreamPoint(change.stream_id, change.expected_version + 1)
                for change in changes
                if change.stream_id not in written
            ],
            answers=answers,
        )

    def _chained(self, changes: Sequence[Change]) -> list[Change]:
        """Return the changes with the entry that each stream's first one follows.

        Raises:
            ConflictError: Two changes of one stream do not follow one another.
        """
        versions: dict[UUID, int] = {}
        chained = []
        for change in changes:
            at = versions.get(change.stream_id, change.expected_version)
            if at != change.expected_version:
                raise ConflictError("two changes of one stream do not follow one another")
            if change.stream_id not in versions and change.expected_version and change.facts:
                chained.append(self._with_previous(change))
            else:
                chained.append(change)
            versions[change.stream_id] = at + len(change.facts)
        return chained

    def _with_previous(self, change: Change) -> Change:
        if change.previous_entry is not None:
            return change
        with STORE_ERRORS:
            row = self._recorder.row(change.stream_id, change.expected_version)
        if row is None:
            raise ConflictError("a stream has not come as far as expected")
        return replace(change, previous_entry=sha256(row.entry).digest())

    def answered(self, idempotency: Idempotency) -> Receipt | None:
        """Return the first answer of a repeated command, or None if it is new.

        Raises:
            IdempotencyMismatchError: The key was used for another content.
        """
        with STORE_ERRORS:
            answer = self._recorder.answer(_key_hash(idempotency))
            if answer is None:
                return None
            if answer.digest != idempotency.digest:
                raise IdempotencyMismatchError("this idempotency key had another content")
            rows = []
            if answer.facts:
                rows = self._recorder.rows(after=answer.first - 1, limit=answer.facts)
        positions = range(answer.first, answer.first + answer.facts)
        return Receipt(tuple(positions), tuple([row.event_id for row in rows]), repeated=True)

    def read(
        self, *, after: int, limit: int, topics: Sequence[str] | None = None
    ) -> list[RecordedFact]:
        """Return up to ``limit`` facts with a position above ``after``, in order.

        With ``topics`` only those names, older versions of them included.
        """
        names = None if topics is None else self._mapper.types.spellings(topics)
        with STORE_ERRORS:
            rows = self._recorder.rows(after=after, limit=limit, topics=names)
        return self._mapper.recorded(rows)

    def entries(self, *, after: int, limit: int) -> list[bytes]:
        """Return up to ``limit`` log entries from the position behind ``after`` on, in order.

        Nothing of the facts is decoded or opened. The n-th is that of position ``after + n``: what
        lies behind a position that is missing is not returned.

        Raises:
            TamperedError: The very next position is missing, and later ones are there.
        """
        with STORE_ERRORS:
            found = self._recorder.entries(after=after, limit=limit)
        if found and found[-1][0] != after + len(found):
            gapless = takewhile(lambda one: one[1][0] == one[0], enumerate(found, after + 1))
            found = [row for _, row in gapless]
            if not found:
                raise TamperedError(f"the fact at position {after + 1} is missing")
        return [entry for _, entry in found]

    def wakeup(self) -> Wakeup:
        """Start to listen: what is appended from now on, by whomever, ends the next wait."""
        with STORE_ERRORS:
            return self._recorder.wakeup()

    def head(self) -> int:
        """Return the position of the last fact, 0 for an empty ledger."""
        with STORE_ERRORS:
            return self._recorder.head()

    def subscribe(self, *, after: int, timeout: float | None = None) -> Iterator[RecordedFact]:
        """Yield every fact after ``after``, once and in order, also those of other processes."""
        with STORE_ERRORS:
            for rows in follow(self._recorder, after=after, timeout=timeout):
                yield from self._mapper.recorded(rows)

    def integrity(self, *, deep: bool = False) -> list[Finding]:
        """Return what a self check finds; with ``deep`` every fact's entry is computed again."""
        with STORE_ERRORS:
            findings = self._recorder.findings()
            if deep:
                findings.append(self._entries())
        return findings

    def _entries(self) -> Finding:
        checked = 0
        while rows := self._recorder.rows(after=checked, limit=DEEP_CHECK_ROWS):
            for row in rows:
                if not self._entry_stands(row):
                    return Finding("entries", holds=False, found=f"position {row.position} differs")
            checked = rows[-1].position
        return Finding("entries", holds=True, found=f"{checked} entries")

    def _entry_stands(self, row: Row) -> bool:
        try:
            return self._mapper.entry_stands(row)
        except (TamperedError, UnknownFactError):
            return False

    def backup(self, to: Path) -> None:
        """Write a consistent copy to the file ``to`` while others go on appending.

        Raises:
            RefusedError: The database is a server, which is backed up by its own tools.
        """
        try:
            with STORE_ERRORS:
                self._recorder.backup(to)
        except NotSupportedError as error:
            raise RefusedError("server_backup", str(error)) from error

    def close(self) -> None:
        """Give back all connections; the store cannot be used afterwards."""
        self._opened.close()


def _starts(changes: Sequence[Change]) -> list[StreamPoint]:
    """Return for each stream that is not new the fact that its first change follows."""
    starts: dict[UUID, int] = {}
    for change in changes:
        starts.setdefault(change.stream_id, change.expected_version)
    return [StreamPoint(stream_id, version) for stream_id, version in starts.items() if version]


def _receipt(rows: Sequence[Row], first: int) -> Receipt:
    positions = tuple(range(first, first + len(rows)))
    return Receipt(positions, tuple([row.event_id for row in rows]))


def _key_hash(idempotency: Idempotency) -> bytes:
    return sha256(idempotency.key.encode()).digest()
