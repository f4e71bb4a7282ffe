"""How the ledger stands, for whoever watches the service: ages, lags and sizes. Never whose."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from keys.errors import KeysError
from ledger.certificates.register import status_list_stream
from ledger.commands.status_lists import StatusBoard
from ledger.errors import LedgerError
from ledger.facts import FactStore
from ledger.transparency.log import LogReader
from projections.errors import ProjectionError
from projections.view_store import ViewStore
from verify_api.desk.noticeboard import Noticeboard
from verify_api.gauges import Gauge


@dataclass(frozen=True, slots=True)
class LedgerGauges:
    """Fills the port ``gauges``. Never raises: what cannot be measured is left out."""

    facts: FactStore
    """Need not open what is sealed."""
    views: ViewStore
    board: Noticeboard
    lists: StatusBoard
    clock: Callable[[], datetime]
    log: LogReader | None = None

    def __call__(self) -> Sequence[Gauge]:
        """Return every figure that can be measured now."""
        at = self.clock()
        measures: tuple[Callable[[datetime], Iterator[Gauge]], ...] = (
            self._views, self._trust_list, self._status_lists, self._log,
        )  # fmt: skip
        return [gauge for measure in measures for gauge in _measured(measure, at)]

    def _views(self, at: datetime) -> Iterator[Gauge]:
        head = self.facts.head()
        yield Gauge("records_facts", "Facts in the ledger.", head)
        for generation in self.views.generations():
            if generation.in_force:
                behind, named = head - generation.position, {"view": generation.view}
                yield Gauge("records_view_lag_facts", "Facts a view lacks.", behind, named)
                waiting = self.facts.read(after=generation.position, limit=1) if behind else []
                age = max(((at - one.act.at).total_seconds() for one in waiting), default=0.0)
                yield Gauge(
                    "records_view_lag_seconds", "Age of the first fact a view lacks.", age, named
                )

    def _trust_list(self, at: datetime) -> Iterator[Gauge]:
        published = self.board.trust()
        if published is not None:
            left = (published.trust.next_update - at).total_seconds()
            yield Gauge("records_trust_list_left_seconds", "Until it has to be signed anew.", left)

    def _status_lists(self, at: datetime) -> Iterator[Gauge]:
        self.lists.catch_up(self.facts)
        live = [one for one in tuple(self.lists.lists.values()) if at < one.live_until]
        yield Gauge("records_status_lists", "Status lists that certificates need.", len(live))
        since = [
            one.published.at
            if one.published is not None
            else self.facts.history(status_list_stream(one.opened.uri)).recorded[0].act.at
            for one in live
        ]
        if since:
            age = (at - min(since)).total_seconds()
            yield Gauge("records_status_list_age_seconds", "Age of the oldest of them.", age)

    def _log(self, at: datetime) -> Iterator[Gauge]:
        head = None if self.log is None else self.log.latest()
        if head is None:
            return
        uncovered = max(0, self.facts.head() - head.size)
        yield Gauge("records_uncovered_facts", "Facts under no published head.", uncovered)
        if head.quorum_at is not None:
            age = (at - head.quorum_at).total_seconds()
            yield Gauge(
                "records_head_age_seconds", "Since witnesses cosigned the newest head.", age
            )


def _measured(measure: Callable[[datetime], Iterator[Gauge]], at: datetime) -> list[Gauge]:
    try:
        return list(measure(at))
    except (LedgerError, KeysError, ProjectionError):
        return []
