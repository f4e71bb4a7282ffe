"""Stamping heads: once a day an authority outside says that it saw the log's newest head.

Runs beside the log's process, in a thread of its own, and never stops it: what does not go is tried
again, and is told in the figures. A token that is not good is not kept. After a year a token is
renewed by one over it, a few a day, so that each is covered by algorithms of the time.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Protocol

import structlog

from app import System
from ledger.calendar import local_day
from ledger.errors import InvalidInputError, LedgerError, NotFoundError, ProofError
from ledger.store.timestamp_files import FOLDER, TimestampFiles
from ledger.transparency.log import PublishedHead
from ledger.transparency.stamped_head import RENEWED_AFTER, StampedHead
from shell.errors import NoAnswerError, ShellError
from shell.extras import extra
from shell.home import read
from shell.posting import Recipient

QUERY_TYPE: Final = "application/timestamp-query"
REPLY_TYPE: Final = "application/timestamp-reply"
TIMEOUT_SECONDS: Final = 20.0
"""How long an authority may take to answer."""
ROUND_SECONDS: Final = 60.0
"""How often it looks whether a head is due, and how soon it tries again first."""
LONGEST_SECONDS: Final = 3_600.0
"""How long it waits at most between two tries that fail."""
STOP_SECONDS: Final = 2.0
"""How long an ending log waits for an authority that it is asking."""
RENEWED_A_ROUND: Final = 8
"""Old tokens that are renewed after a head was stamped; the others on the days after."""

Ask = Callable[[bytes], bytes]
"""Takes a query, returns the authority's reply. Raises NoAnswerError."""

_log = structlog.get_logger("records.log")


class Authority(Protocol):
    """Whom to believe the time; `ledger.transparency.timestamp.TimestampAuthority`."""

    def check(
        self, message: bytes, token: bytes, *, nonce: bytes | None = None,
        policy: str | None = None,
    ) -> datetime:  # fmt: skip
        """Return when ``message`` was stamped, or raise ProofError."""
        ...


@dataclass
class StampState:
    """How stamping stands, as the process sees it."""

    size: int = 0
    """Leaves under the newest stamped head."""
    at: datetime | None = None
    """When the authority saw it."""
    failures: int = 0
    alarm: str | None = None
    """Code or rule of what went wrong last; None if all is well."""


def over_network(address: str, *, timeout: float = TIMEOUT_SECONDS) -> Ask:
    """Return what asks the authority at ``address``.

    Raises:
        InvalidInputError: ``address``.
    """
    recipient = Recipient("tsa", address, timeout=timeout, plain=True)

    def ask(query: bytes) -> bytes:
        answer = recipient.post(query, QUERY_TYPE)
        if not answer.is_good or answer.media_type != REPLY_TYPE:
            raise NoAnswerError(f"the authority answered {answer.status}, {answer.media_type}")
        return answer.content

    return ask


def authority_of(file: Path) -> Authority:
    """Return whom the certificates in ``file``, PEM, let us believe.

    Raises:
        MissingExtraError: The extra ``timestamp`` is not installed.
        UnreadableFileError: The file cannot be read.
        InvalidInputError: ``tsa_certificate``.
    """
    authority: Authority = _library().TimestampAuthority(read(file))
    return authority


def _library() -> Any:
    return extra("timestamp", "ledger.transparency.timestamp")


class Stamping:
    """Stamps one log's heads."""

    def __init__(
        self,
        files: TimestampFiles,
        latest: Callable[[], PublishedHead | None],
        ask: Ask,
        authority: Authority,
        *,
        now: Callable[[], datetime],
        random: Callable[[int], bytes],
        policy: str | None = None,
        state: StampState | None = None,
    ) -> None:
        """Stamp what ``latest`` returns, by asking with ``ask``; keep it in ``files``."""
        self._files, self._latest, self._ask, self._authority = files, latest, ask, authority
        self._now, self._random, self._policy = now, random, policy
        self.state = state or StampState()
        self._renewed_on: date | None = None
        self._note_newest()

    def if_due(self) -> StampedHead | None:
        """Stamp the newest head if none was stamped today, and renew what is old, once a day.

        Returns the head that was stamped, None if none was.

        Raises:
            NoAnswerError: The authority is away, slow, or answers something else.
            ProofError: ``timestamp_…``: it answers with no good token.
            StoreUnavailableError: The log's database did not answer.
        """
        today = local_day(self._now())
        stamped = self.now() if self._is_due(today) else None
        if self._renewed_on != today:
            self.renew()
            self._renewed_on = today
        return stamped

    def _is_due(self, today: date) -> bool:
        head, at = self._latest(), self.state.at
        if head is None or head.size <= self.state.size:
            return False
        return at is None or local_day(at) < today

    def now(self) -> StampedHead:
        """Stamp the newest head at once; if that was done before, return it as it is.

        Raises:
            NotFoundError: No head was published yet.
            NoAnswerError, ProofError, StoreUnavailableError: As `if_due`.
        """
        head = self._latest()
        if head is None:
            raise NotFoundError("the log has no published head yet")
        if self._files.stamped(head.size) is None:
            note = self._files.keep_note(head.size, head.note)
            self._stamp(StampedHead(head.size, note, ()))
        self._note_newest()
        kept = self._files.stamped(head.size)
        assert kept is not None, "just kept"
        return kept

    def renew(self, most: int = RENEWED_A_ROUND) -> list[int]:
        """Renew tokens that are older than a year; return of which heads, at most ``most``.

        Raises:
            NoAnswerError, ProofError: As `if_due`. A chain that is not good is not renewed, and is
                told when the others were.
        """
        renewed: list[int] = []
        wrong: ProofError | None = None
        for kept in self._files.all():
            try:
                newest = kept.times(self._authority.check)[-1]
            except ProofError as error:
                wrong = error
                continue
            if self._now() - newest > RENEWED_AFTER and len(renewed) < most:
                self._stamp(kept)
                renewed.append(kept.size)
        if wrong is not None:
            raise wrong
        return renewed

    def _stamp(self, kept: StampedHead) -> None:
        library, message = _library(), kept.next_message
        nonce = self._random(library.NONCE_BYTES)
        token = self._ask(library.request(message, nonce, policy=self._policy))
        self._authority.check(message, token, nonce=nonce, policy=self._policy)
        self._files.keep_token(kept.size, len(kept.tokens), token)

    def _note_newest(self) -> None:
        """Take the newest stamped head into the state, if its tokens are good."""
        sizes = self._files.sizes()
        kept = self._files.stamped(sizes[-1]) if sizes else None
        if kept is not None:
            try:
                at = kept.times(self._authority.check)[0]
            except LedgerError as error:
                self.state.alarm = getattr(error, "rule", error.code)
            else:
                self.state.size, self.state.at = kept.size, at


def stamps_of(system: System) -> TimestampFiles:
    """Return where a home keeps its tokens."""
    return TimestampFiles(system.log_files.folder / FOLDER)


def stamping_of(system: System, *, state: StampState | None = None) -> Stamping:
    """Return what stamps the heads of ``system``, as its settings say.

    Raises:
        InvalidInputError: ``tsa``: no authority is set; or its address or certificates are none.
        MissingExtraError: The extra ``timestamp`` is not installed.
        NotFoundError: The home has no log.
    """
    settings, log = system.settings, system.log
    if log is None:
        raise NotFoundError("this home has no log: expected one by `records log init`")
    if not settings.tsa:
        raise InvalidInputError("tsa", "tsa", "the authority's address: --tsa, or in the settings")
    return Stamping(
        stamps_of(system),
        log.latest,
        over_network(settings.tsa),
        authority_of(Path(settings.tsa_certificate)),
        now=system.clockwork.now,
        random=system.clockwork.random,
        policy=settings.tsa_policy or None,
        state=state,
    )


class StampLife:
    """Stamping beside a log's process: it begins, fails and tries again without disturbing it."""

    def __init__(self, begin: Callable[[StampState], Stamping]) -> None:
        """Stamp with what ``begin`` returns; where that fails, it is tried again too."""
        self._begin = begin
        self._stamping: Stamping | None = None
        self._stopping = threading.Event()
        self.state = StampState()

    def run(self) -> None:
        """Stamp what is due until `stop`."""
        wait = ROUND_SECONDS
        while not self._stopping.is_set():
            wait = ROUND_SECONDS if self.round() else min(wait * 2, LONGEST_SECONDS)
            self._stopping.wait(wait)

    def stop(self) -> None:
        """Let `run` return after what is under way."""
        self._stopping.set()

    def round(self) -> bool:
        """Stamp what is due; whether that went well. Never raises what it told."""
        try:
            self._stamping = self._stamping or self._begin(self.state)
            stamped = self._stamping.if_due()
        except (LedgerError, ShellError, OSError) as error:
            self.state.failures += 1
            self.state.alarm = getattr(error, "rule", getattr(error, "code", "file"))
            _log.warning("timestamp_failed", code=self.state.alarm, what=str(error))
            return False
        self.state.alarm = None
        if stamped is not None:
            _log.info("stamped", size=stamped.size)
        return True


@contextmanager
def beside(life: StampLife | None) -> Iterator[None]:
    """Stamp in a thread for the length of the block, where there is anything to stamp with."""
    if life is None:
        yield
        return
    thread = threading.Thread(target=life.run, name="timestamps", daemon=True)
    thread.start()
    try:
        yield
    finally:
        life.stop()
        thread.join(STOP_SECONDS)  # what it writes is whole or not there


def life_of(system: System) -> StampLife | None:
    """Return what stamps the heads of ``system`` day by day; None where no authority is set."""
    if not system.settings.tsa:
        return None
    return StampLife(lambda state: stamping_of(system, state=state))
