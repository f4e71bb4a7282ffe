"""Importing folders and files of any size: many processes read and check, one writes.

Units come back in their order, so that the same files always come into the ledger in the same
order. An import can be killed at any moment and begun again: what is in the ledger is repeated
without a fact, and with ``resume`` not even read.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID

from ledger.commands.deliveries import Delivery, Outcome, Taken
from ledger.commands.facilities import check_may_send
from ledger.commands.paper_use import Quoted, note_use_by_visit
from ledger.commands.patients import PatientNumbers
from ledger.commands.visits import BulkFacts, record_visits
from ledger.facts import Act
from ledger.importers.fhir import with_context
from ledger.importers.pieces import LeftOut, Piece, Ready, Rejected, Source
from ledger.importers.progress import Line, Progress
from ledger.importers.quarantine import Quarantine, Refusal, digest_of
from ledger.importers.report import Report
from ledger.importers.units import Unit, files_of, read_data, reader, units_of

BATCH: Final = 400
"""Visits of one transaction."""
WORTH_WORKERS: Final = 8 << 20
"""Bytes from which on it pays to start other processes, which takes some seconds."""
AHEAD: Final = 4
"""Units that wait, a worker, so that none is idle and memory stays small."""


class Refused(Protocol):
    """Where refused documents go."""

    def keep(self, received: bytes, refusal: Refusal) -> None:
        """Keep what came, and why it is refused."""
        ...


@dataclass
class Importer:
    """Takes in what one facility sends."""

    facts: BulkFacts
    numbers: PatientNumbers
    source: Source
    act: Act
    """Its organisation is the facility."""
    new_id: Callable[[], UUID]
    quarantine: Refused
    report: Report = field(default_factory=Report)
    worth_workers: int = WORTH_WORKERS

    def run(
        self,
        paths: Sequence[Path],
        *,
        progress: Progress,
        line: Callable[[int], Line],
        workers: int = 0,
    ) -> Report:
        """Import everything at ``paths``, with so many processes that read; 0: this one alone.

        Args:
            paths: Files and folders.
            progress: What an earlier run has done is skipped.
            line: Makes what tells how far it is, of how many bytes.
            workers: Other processes.

        Raises:
            RefusedError: ``facility_unknown``.
            InvalidInputError: A path is not there.
        """
        check_may_send(self.facts, self.act.organisation)
        files = files_of(paths)
        told = line(sum(path.stat().st_size for path in files))
        units = [unit for path in files for unit in units_of(path)]
        skipped = sum(unit.size for unit in units if progress.is_done(unit))
        read = skipped
        waiting: list[tuple[Unit, list[Piece]]] = []
        if told.total - skipped < self.worth_workers:
            workers = 0
        for unit, pieces in self._read([u for u in units if not progress.is_done(u)], workers):
            waiting.append((unit, pieces))
            read += unit.size
            if sum(len(some) for _, some in waiting) >= BATCH:
                self._take(waiting, progress)
                told.say(self.report.total, read, skipped=skipped)
        self._take(waiting, progress)
        self.report.files += len(files)
        self.report.size += told.total
        self.report.seconds += told.seconds
        return self.report

    def _read(self, units: Sequence[Unit], workers: int) -> Iterator[tuple[Unit, list[Piece]]]:
        """Yield units with their pieces, in order."""
        read = reader(self.source)
        if not workers:
            for unit in units:
                yield unit, read(unit)
            return
        with ExitStack() as open_pool:
            # A fresh interpreter: a forked one would share connections and locks with this one.
            pool = open_pool.enter_context(
                ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
            )
            under_way: deque[tuple[Unit, Future[list[Piece]]]] = deque()
            for unit in units:
                under_way.append((unit, pool.submit(read, unit)))
                if len(under_way) >= workers * AHEAD:
                    first, pieces = under_way.popleft()
                    yield first, pieces.result()
            for unit, pieces in under_way:
                yield unit, pieces.result()

    def _take(self, waiting: list[tuple[Unit, list[Piece]]], progress: Progress) -> None:
        """Take in what waits, and note that it is done."""
        pieces = [(unit.kind, piece) for unit, some in waiting for piece in some]
        self.take(pieces)
        if waiting:
            progress.note([unit for unit, _ in waiting])
        waiting.clear()

    def take(self, pieces: Sequence[tuple[str, Piece]]) -> list[Taken]:
        """Take in pieces, each with how it was read; return the answers for those that could be."""
        ready: list[tuple[str, Ready]] = []
        for kind, piece in pieces:
            match piece:
                case Ready():
                    ready.append((kind, piece))
                case LeftOut():
                    self.report.leave_out(piece)
                case Rejected():
                    self.report.refuse(piece.rule, piece.place)
                    self._keep(kind, piece.received, piece.rule, piece.place, piece.expected)
        answers: list[Taken] = []
        for start in range(0, len(ready), BATCH):
            some = ready[start : start + BATCH]
            answers += self._record(some)
        return answers

    def _record(self, ready: Sequence[tuple[str, Ready]]) -> list[Taken]:
        deliveries: list[Delivery] = [piece.delivery for _, piece in ready]
        answers = record_visits(
            self.facts, self.numbers, deliveries, act=self.act, new_id=self.new_id
        )
        for (kind, piece), taken in zip(ready, answers, strict=True):
            self.report.take(taken)
            if taken.outcome is Outcome.REFUSED:
                received = with_context(piece.delivery.received, piece.context)
                self._keep(kind, received, taken.rule, taken.place, taken.expected)
            else:
                self._note_paper(piece, taken)
        return answers

    def _note_paper(self, piece: Ready, taken: Taken) -> None:
        """Mark the referral or appointment that the visit quotes: it has happened."""
        used = piece.used
        if used is None or taken.subject is None or taken.outcome is Outcome.REPEATED:
            return
        quoted = Quoted(used.number, used.came_from, taken.stream, taken.subject)
        self.report.papers[note_use_by_visit(self.facts, quoted, act=self.act).value] += 1

    def _keep(self, kind: str, received: bytes, rule: str, place: str, expected: str) -> None:
        at = self.act.at.isoformat()
        self.quarantine.keep(
            received, Refusal(digest_of(received), kind, rule, place, expected, at)
        )

    def retry(self, quarantine: Quarantine) -> Report:
        """Try everything in quarantine again; what is taken in now leaves it."""
        check_may_send(self.facts, self.act.organisation)
        for refusal in quarantine.refusals():
            self.retry_one(quarantine, refusal)
        return self.report

    def retry_one(self, quarantine: Quarantine, refusal: Refusal) -> bool:
        """Try one document again, and tell whether it was taken in."""
        received = quarantine.read(refusal.digest)
        before = self.report.outcomes[Outcome.REFUSED.value]
        self.take([(refusal.kind, one) for one in self._again(received, refusal.kind)])
        taken = self.report.outcomes[Outcome.REFUSED.value] == before
        if taken:
            quarantine.release(refusal.digest)
        return taken

    def _again(self, received: bytes, kind: str) -> Iterator[Piece]:
        yield from read_data(received, kind, self.source)
