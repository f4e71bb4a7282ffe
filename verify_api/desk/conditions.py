"""Is the service of use? The conditions that readiness asks for, each measured and bounded."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from keys.errors import KeysError
from ledger.certificates.register import status_list_stream
from ledger.commands.status_lists import REFRESH, ListOnBoard, StatusBoard
from ledger.errors import LedgerError
from ledger.facts import FactStore
from projections.errors import ProjectionError
from projections.view_store import ViewStore
from verify_api.desk.noticeboard import Noticeboard
from verify_api.ports import Condition

VIEWS_BEHIND: Final = timedelta(seconds=30)
"""How old the first fact may be that a view has not taken in."""
LIST_AGE: Final = 2 * REFRESH
"""How old a published status list may be: one refresh may fail, two are an alarm."""
_NO_KEY: Final = bytes(16)


class KeyStore(Protocol):
    """The keys of persons, as far as it can be asked whether they answer."""

    def for_reading_many(self, key_ids: Iterable[bytes]) -> object:
        """Return the keys that there are."""
        ...


@dataclass(frozen=True, slots=True)
class LedgerConditions:
    """Fills the port ``conditions``. Never raises: what cannot be asked does not hold."""

    facts: FactStore
    """Need not open what is sealed."""
    views: ViewStore
    board: Noticeboard
    lists: StatusBoard
    keys: KeyStore
    clock: Callable[[], datetime]

    def __call__(self) -> Sequence[Condition]:
        """Return every condition, as it stands now."""
        at = self.clock()
        measures: tuple[tuple[str, Callable[[datetime], Condition]], ...] = (
            ("ledger", self._ledger),
            ("views", self._views),
            ("trust_list", self._trust_list),
            ("status_lists", self._status_lists),
            ("subject_keys", self._subject_keys),
        )
        return [_measured(name, measure, at) for name, measure in measures]

    def _ledger(self, _at: datetime) -> Condition:
        return Condition("ledger", holds=True, figure=f"{self.facts.head()} facts")

    def _views(self, at: datetime) -> Condition:
        """A view may be many facts behind for a moment, but never one fact for long."""
        head = self.facts.head()
        reached = {g.view: g.position for g in self.views.generations() if g.in_force}
        missing = self.views.views.keys() - reached.keys()
        furthest = min(reached.values(), default=0)
        waiting = self.facts.read(after=furthest, limit=1) if furthest < head else []
        age = max((at - first.act.at for first in waiting), default=timedelta(0))
        return Condition(
            "views",
            holds=not missing and age <= VIEWS_BEHIND,
            figure=f"{head - furthest} facts, {age.total_seconds():.0f} s behind",
        )

    def _trust_list(self, at: datetime) -> Condition:
        published = self.board.trust()
        if published is None:
            return Condition("trust_list", holds=False, figure="none published")
        trust = published.trust
        left = (trust.next_update - at).total_seconds() / 3600
        figure = f"version {trust.version}, {left:.0f} h to its next update"
        return Condition("trust_list", holds=not trust.is_stale(at), figure=figure)

    def _status_lists(self, at: datetime) -> Condition:
        self.lists.catch_up(self.facts)
        live = [one for one in tuple(self.lists.lists.values()) if at < one.live_until]
        ages = [self._age(one, at) for one in live]
        oldest = max(ages, default=timedelta(0))
        return Condition(
            "status_lists",
            holds=oldest <= LIST_AGE,
            figure=f"{len(live)} lists, the oldest {oldest.total_seconds() / 3600:.1f} h",
        )

    def _age(self, listed: ListOnBoard, at: datetime) -> timedelta:
        """Return since when what is published stands, or since when nothing is."""
        if listed.published is not None:
            return at - listed.published.at
        opened = self.facts.history(status_list_stream(listed.opened.uri)).recorded[0]
        return at - opened.act.at

    def _subject_keys(self, _at: datetime) -> Condition:
        self.keys.for_reading_many([_NO_KEY])
        return Condition("subject_keys", holds=True)


def _measured(name: str, measure: Callable[[datetime], Condition], at: datetime) -> Condition:
    try:
        return measure(at)
    except (LedgerError, KeysError, ProjectionError) as error:
        return Condition(name, holds=False, figure=error.code)
