"""The worker: keeps views caught up, lists fresh, provinces told, what has changed noted.

Everything here can be killed at any moment and begun again: each step leaves either nothing or
what it says, and several workers at once do no harm.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

import structlog

from app import Authority, System
from keys.errors import KeysError
from keys.trust_list import WEBHOOK_USE
from ledger.calendar import local_day
from ledger.commands import answering, processing
from ledger.commands.currency import RecordChanges, outdate_changed
from ledger.commands.issuing import OpenIntents, finish_intents
from ledger.commands.kept_files import sweep
from ledger.commands.visit_quality import assess_visits
from ledger.errors import LedgerError, RefusedError
from ledger.records.portal import Answer
from projections import ask_queries, queue_queries, unassessed_visits
from projections.errors import ProjectionError
from projections.queue_queries import FIRST, Cursor
from projections.work_queue import FileRow
from shell.day_seals import seal_if_due
from shell.first_start import refresh
from shell.worker_figures import WorkerState
from verify_api.portal_webhook import Webhook
from verify_api.portal_worker import PortalWorker, Sender

ROUND_SECONDS: Final = 5.0
_FORESEEN: Final = (LedgerError, KeysError, ProjectionError)
"""What every floor raises on purpose."""
"""How soon a recall is on the published list."""
DEADLINES_EVERY: Final = timedelta(minutes=10)
SWEEP_EVERY: Final = timedelta(hours=1)
ACTOR: Final = "worker"
PAGES_A_ROUND: Final = 10
"""Pages of visits that are assessed before the next thing's turn."""

_log = structlog.get_logger("records.worker")


@dataclass(frozen=True, slots=True)
class _Province:
    """A province's ear, with the key for notices that is in use when one is sent."""

    system: System
    authority: Authority
    address: str

    def send(self, notice: dict[str, object], at: datetime) -> Answer:
        """Send one signed notice; never raises for the network."""
        key = self.system.key_in_use(WEBHOOK_USE, self.authority.code, at=at).public
        sign: Callable[[bytes], bytes] = lambda message: self.system.keyring.sign(key.kid, message)  # noqa: E731 (typed for the port)
        return Webhook(self.address, key.kid, sign).send(notice, at)


class Worker:
    """One worker process's life."""

    def __init__(self, system: System, *, round_seconds: float = ROUND_SECONDS) -> None:
        """Work on ``system``, looking around every ``round_seconds``."""
        self._system = system
        self.state = WorkerState()
        self._round_seconds = round_seconds
        self._stopping = threading.Event()
        self._intents = OpenIntents()
        self._told: set[UUID] = set()
        """Intents of which it was told that they cannot be finished, and persons likewise."""
        self._changes = RecordChanges()
        self._assessed_to = 0
        """Position up to which visits that wait for the later checks were looked at."""
        self._deadlines_at: datetime | None = None
        self._swept_at: datetime | None = None
        self._lapsed_on: date | None = None
        self._lapsed_to = ask_queries.FIRST
        """Behind which asks were not looked at yet on the next day."""
        senders: dict[str, Sender] = {
            one.code: _Province(system, one, one.webhook)
            for one in system.settings.authorities
            if one.webhook is not None
        }
        self._portal = PortalWorker(
            system.facts, system.views.database, senders, lambda: system.act(ACTOR, "system")
        )

    def run(self) -> None:
        """Work until `stop`."""
        _log.info("working", authorities=[one.code for one in self._system.settings.authorities])
        threads = [
            threading.Thread(target=self._keep_views, args=(False,), name="views"),
            threading.Thread(target=self._keep_views, args=(True,), name="opened views"),
            threading.Thread(target=self._keep_telling, name="portal"),
            threading.Thread(target=self._keep_sealing, name="seals"),
        ]
        for thread in threads:
            thread.start()
        try:
            while not self._stopping.is_set():
                self.round()
                self._note_round()
                self._stopping.wait(self._round_seconds)
        finally:
            self.stop()
            for thread in threads:
                thread.join()

    def _note_round(self) -> None:
        self.state.rounds += 1
        self.state.rounded_at = self._system.clockwork.now()

    def stop(self) -> None:
        """Let `run` return after what is under way."""
        self.state.stopping = True
        self._stopping.set()
        self._system.projector.stop()
        self._portal.stop()

    def round(self) -> None:
        """Look around once: whatever goes wrong in one thing is told and holds back no other."""
        for name, work in (
            ("intents", self._finish_intents),
            ("lists", self._refresh),
            ("deadlines", self._note_missed),
            ("records", self._outdate),
            ("quality", self._assess),
            ("files", self._sweep),
            ("asks", self._lapse),
        ):
            self._tried(name, work)

    def look_around(self) -> None:
        """Do one round, and all that several rounds would have to take turns at."""
        self.round()
        while not self._changes.is_through and self._tried("records", self._outdate):
            pass

    def _keep_views(self, opens: bool) -> None:  # noqa: FBT001  as `View.opens` says
        """Keep one sort of views: those that open much hold back no queue that people wait for."""
        self._system.projector.run(
            on_trouble=lambda error: self._trouble("views", error), opens=opens
        )

    def _keep_telling(self) -> None:
        self._portal.run(on_trouble=self._trouble)

    def _keep_sealing(self) -> None:
        """Seal each day that is over; reading all views may take long and holds up nothing."""
        while not self._stopping.wait(self._round_seconds):
            try:
                self._seal()
            except Exception as error:  # noqa: BLE001 (a thread that ends is missed by nobody)
                self._trouble("seal", error)

    def _seal(self) -> None:
        sealed = seal_if_due(self._system, act=self._system.act(ACTOR, "system"))
        if sealed is not None:
            _log.info("sealed", day=sealed.day.isoformat(), heads=sealed.heads.count)

    def _finish_intents(self) -> None:
        """Finish what a kill left between an officer's signature and the certificate's issue."""
        system = self._system
        outcome = finish_intents(
            system.desk, self._intents, act=lambda: system.act(ACTOR, "system")
        )
        for certificate, issued in outcome.items():
            if isinstance(issued, Exception) and certificate not in self._told:
                self._told.add(certificate)
                self._trouble(f"intent {certificate}", issued)

    def _refresh(self) -> None:
        for done in refresh(self._system, at=self._system.clockwork.now()):
            _log.info("published", what=done)

    def _outdate(self) -> None:
        """Mark certificates whose record has changed since; nothing is told of whose."""
        system = self._system
        self._changes.catch_up(system.reading)
        failed = outdate_changed(
            system.facts, self._changes, act=lambda: system.act(ACTOR, "system")
        )
        for subject, error in failed.items():
            if subject not in self._told:
                self._told.add(subject)
                self._trouble("records", error)

    def _assess(self) -> None:
        """Look again at visits that came since: what is found is told, and changes nothing."""
        system = self._system
        for _ in range(PAGES_A_ROUND):
            with system.views.database.reading() as session:
                page = unassessed_visits.waiting(session, after=self._assessed_to)
            if not page:
                self._assessed_to = 0
                return
            visits = [visit for visit, _ in page]
            assess_visits(system.facts, visits, act=system.act(ACTOR, "system"))
            self._assessed_to = page[-1][1]

    def _sweep(self) -> None:
        """Take away files that no fact names, and those of forgotten people."""
        system, now = self._system, self._system.clockwork.now()
        if self._swept_at is not None and now < self._swept_at + SWEEP_EVERY:
            return
        swept = sweep(system.reading, system.files, act=system.act(ACTOR, "system"))
        if swept.orphans or swept.erased:
            _log.info("swept", orphans=swept.orphans, erased=swept.erased)
        self._swept_at = now

    def _lapse(self) -> None:
        """Once a day, note which asks nobody answered in time: their days are sealed."""
        system, now = self._system, self._system.clockwork.now()
        if self._lapsed_on == local_day(now):
            return
        for _ in range(PAGES_A_ROUND):
            with system.views.database.reading() as session:
                page = ask_queries.waiting_anywhere(session, after=self._lapsed_to)
            if not page:
                self._lapsed_on, self._lapsed_to = local_day(now), ask_queries.FIRST
                return
            for row in page:
                self._tried(f"ask {row.ask}", partial(self._lapse_one, UUID(row.ask)))
            self._lapsed_to = ask_queries.place_of(page[-1])

    def _lapse_one(self, ask: UUID) -> None:
        answering.lapse(self._system.facts, ask=ask, act=self._system.act(ACTOR, "system"))

    def _note_missed(self) -> None:
        """Note every appointed day that went by; apologies are for officers to write."""
        now = self._system.clockwork.now()
        if self._deadlines_at is not None and now < self._deadlines_at + DEADLINES_EVERY:
            return
        for authority in self._system.settings.authorities:
            for file in self._late(authority.code, now):
                self._note(UUID(file.request), authority.code)
        self._deadlines_at = now

    def _note(self, request: UUID, authority: str) -> None:
        act = self._system.act(ACTOR, "system", authority)
        try:
            processing.note_missed(self._system.facts, request=request, act=act)
        except RefusedError as error:  # it has moved on since the view saw it; the others go on
            self._trouble(f"deadline of {request}", error)

    def _late(self, authority: str, now: datetime) -> list[FileRow]:
        yesterday = local_day(now) - timedelta(days=1)
        found: list[FileRow] = []
        after: Cursor | None = FIRST
        with self._system.views.database.reading() as session:
            while after is not None:
                page = queue_queries.near_limit(
                    session, authority=authority, until=yesterday, after=after
                )
                # Also those whose day was missed before: it may have been appointed anew since.
                found += page.files
                after = page.after
        return found

    def _tried(self, name: str, work: Callable[[], None]) -> bool:
        """Do ``work``; whether it could be done."""
        try:
            work()
        except _FORESEEN as error:
            self._trouble(name, error)
            return False
        return True

    def _trouble(self, where: str, error: Exception) -> None:
        label = where.partition(" ")[0]  # without the stream behind it: labels are few
        self.state.troubles[label] = self.state.troubles.get(label, 0) + 1
        # Messages of our own errors hold places and forms, never a person; another's may.
        what = str(error) if isinstance(error, _FORESEEN) else type(error).__name__
        _log.warning("trouble", where=where, code=getattr(error, "code", "error"), what=what)
