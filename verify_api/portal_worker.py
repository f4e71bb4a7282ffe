"""Tells the provinces: takes what is due from the view, sends it, records what became of it.

One thread an authority, so that a province that is slow or away holds back nobody else's notices.
May run in several processes at once: what both have sent, the province takes for one.
"""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from ledger.commands import portal
from ledger.commands.portal import Notice
from ledger.facts import Act, FactStore, Receipt
from ledger.records.portal import Answer
from projections import notice_queries
from projections.view_store import ViewDatabase
from verify_api.portal_result import notice_body

IDLE_SECONDS: Final = 1.0
ROUND: Final = 100
"""Notices a round; the next begins at once while there are more."""


class Sender(Protocol):
    """A province's ear: `verify_api.portal_webhook.Webhook`."""

    def send(self, notice: dict[str, object], at: datetime) -> Answer:
        """Send one notice; never raises for the network."""
        ...


def _ignore(_authority: str, _error: Exception) -> None:
    """Tell nobody."""


class PortalWorker:
    """Delivers the notices of some authorities until it is stopped."""

    def __init__(
        self,
        facts: FactStore,
        views: ViewDatabase,
        senders: Mapping[str, Sender],
        act: Callable[[], Act],
        *,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        """Deliver for the authorities in ``senders``; ``act`` says who sends, and when."""
        self._facts = facts
        self._views = views
        self._senders = senders
        self._act = act
        self._idle_seconds = idle_seconds
        self._stopping = threading.Event()

    def deliver(self, authority: str) -> list[Receipt]:
        """Send what is due for one authority; return what was recorded of it."""
        with self._views.reading() as session:
            rows = notice_queries.due(session, authority=authority, at=self._act().at, limit=ROUND)
        notices = [Notice(row.position, UUID(row.request), notice_body(row)) for row in rows]
        send = self._senders[authority].send
        return portal.deliver(self._facts, notices=notices, send=send, act=self._act)

    def run(self, *, on_trouble: Callable[[str, Exception], None] = _ignore) -> None:
        """Deliver until `stop`; a worker's whole life.

        Nothing ends it: what goes wrong with one authority is told, and tried again.
        """
        threads = [
            threading.Thread(target=self._keep_delivering, args=(authority, on_trouble))
            for authority in self._senders
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _keep_delivering(
        self, authority: str, on_trouble: Callable[[str, Exception], None]
    ) -> None:
        while not self._stopping.is_set():
            recorded: list[Receipt] = []
            try:
                recorded = self.deliver(authority)
            except Exception as error:  # noqa: BLE001 (a thread that ends is missed by nobody)
                on_trouble(authority, error)
            if len(recorded) < ROUND:
                self._stopping.wait(self._idle_seconds)

    def stop(self) -> None:
        """Let `run` return after the notices that are on their way."""
        self._stopping.set()
