"""Follows the ledger's end: every fact once, in order, whoever appends it.

The listener is in force before the first read, and each wait is bounded: a wake-up that is lost
on its way delays a fact by at most `POLL_SECONDS`, it never loses one.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from time import monotonic
from typing import Any, Protocol, cast

from eventsourcing.persistence import ApplicationRecorder, Notification, Subscription
from typing_extensions import override

from ledger.store.rows import Row, Wakeup

POLL_SECONDS = 1.0
BATCH = 500
_STOP_SECONDS = 0.1
"""How late a library subscription may notice that another thread has stopped it."""


class Followed(Protocol):
    """A recorder, as far as following it goes."""

    def rows(self, *, after: int, limit: int, topics: Sequence[str] | None = None) -> list[Row]:
        """Return rows in order of position."""
        ...

    def head(self) -> int:
        """Return the last position given."""
        ...

    def wakeup(self) -> Wakeup:
        """Start to listen."""
        ...


def follow(recorder: Followed, *, after: int, timeout: float | None) -> Iterator[list[Row]]:
    """Yield every row after a position, in batches as they come.

    Ends when none has come for ``timeout`` seconds; never if None.
    """
    wakeup = recorder.wakeup()
    try:
        last_seen = monotonic()
        while True:
            rows = recorder.rows(after=after, limit=BATCH)
            if rows:
                yield rows
                after = rows[-1].position
                last_seen = monotonic()
                continue
            patience = _patience(last_seen, timeout)
            if patience <= 0:
                return
            wakeup.wait(patience)
    finally:
        wakeup.close()


def _patience(last_seen: float, timeout: float | None) -> float:
    if timeout is None:
        return POLL_SECONDS
    return min(POLL_SECONDS, last_seen + timeout - monotonic())


class Tail(Subscription[ApplicationRecorder]):
    """The library's kind of subscription: endless, in a with block, stopped from any thread."""

    def __init__(self, recorder: Followed, gt: int | None, topics: Sequence[str]) -> None:
        """Follow ``recorder`` after position ``gt``; with ``topics`` only facts of those names."""
        super().__init__(cast(ApplicationRecorder, recorder), gt, topics)
        self._followed = recorder
        self._after = gt or 0
        self._pending: deque[Row] = deque()
        self._wakeup: Wakeup | None = None

    @override
    def __exit__(self, *args: object, **kwargs: Any) -> None:
        super().__exit__(*args, **kwargs)
        if self._wakeup is not None:
            self._wakeup.close()

    @override
    def __next__(self) -> Notification:
        if self._wakeup is None:
            self._wakeup = self._followed.wakeup()
        while not self._has_been_stopped:
            if self._pending:
                return notification(self._pending.popleft())
            self._pull()
            if not self._pending:
                self._wakeup.wait(_STOP_SECONDS)
        raise StopIteration

    def _pull(self) -> None:
        # The head is read first: facts of other names up to it need never be looked at again.
        head = self._followed.head()
        rows = self._followed.rows(after=self._after, limit=BATCH, topics=self._topics or None)
        self._pending.extend(rows)
        if rows:
            self._after = rows[-1].position
        if len(rows) < BATCH:
            self._after = max(self._after, head)


def notification(row: Row) -> Notification:
    """Return the row as the library names it."""
    return Notification(row.stream_id, row.version, row.topic, row.state, row.position)
