"""A toy view over toy facts, on both databases; and all views over a town's requests."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import pytest

from ledger.facts import Act, Change, RecordedFact
from projections.projector import Projector
from projections.view import Rows, Table, View
from projections.view_database import open_views
from projections.view_store import ViewStore
from tests_support.memory_facts import MemoryFacts
from tests_support.postgres import PrivateServer
from tests_support.walked_town import Town, town


@dataclass(frozen=True, slots=True)
class LampLit:
    """A toy fact."""

    room: str
    watts: int


@dataclass(frozen=True, slots=True)
class LampBroken:
    """A toy fact that removes its row."""

    room: str


@dataclass(frozen=True, slots=True)
class Thunder:
    """A toy fact that no handler can take in."""


class Lamp(NamedTuple):
    """A lamp that burns."""

    room: str
    watts: int
    times: int
    note: str | None
    mark: bytes


class Level(NamedTuple):
    """Watts by room and strength."""

    room: str
    watts: int


LAMPS = Table("lamps", Lamp, indexes=(("watts", "room"),))
LEVELS = Table("lamp_levels", Level, keys=2)


def _lit(recorded: RecordedFact, rows: Rows) -> None:
    assert isinstance(recorded.fact, LampLit)
    fact = recorded.fact
    before = rows.get(LAMPS, (fact.room,), Lamp)
    times = before.times + 1 if before else 1
    note = "often" if times > 2 else None
    rows.put(LAMPS, Lamp(fact.room, fact.watts, times, note, bytes([times % 256])))
    rows.put(LEVELS, Level(fact.room, fact.watts))


def _broken(recorded: RecordedFact, rows: Rows) -> None:
    assert isinstance(recorded.fact, LampBroken)
    rows.remove(LAMPS, (recorded.fact.room,))


def _thunder(_recorded: RecordedFact, _rows: Rows) -> None:
    raise KeyError("nobody thought of thunder")


def _touches(recorded: RecordedFact) -> list[tuple[Table, tuple[str]]]:
    return [(LAMPS, (recorded.fact.room,))] if isinstance(recorded.fact, LampLit) else []


LAMP_VIEW = View(
    name="lamps",
    version=1,
    tables=(LAMPS, LEVELS),
    handlers={LampLit: _lit, LampBroken: _broken},
    touches=_touches,
)
NERVOUS_VIEW = View(
    name="nervous", version=1, tables=(Table("nerves", Level),), handlers={Thunder: _thunder}
)
TOPICS = {"lamp.lit/1": LampLit, "lamp.broken/1": LampBroken, "thunder/1": Thunder}
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


class House:
    """Facts, views, and words to make and read them."""

    def __init__(self, url: str, *views: View) -> None:
        self.facts = MemoryFacts(TOPICS)
        self.store = ViewStore(open_views(url), views)
        self.store.prepare()
        self.projector = Projector(self.facts, self.store)

    def say(self, *facts: object) -> int:
        stream = UUID(int=len(self.facts.recorded) + 1)
        return self.facts.append(Act(at=AT, actor="t", role="t"), Change(stream, 0, facts)).last

    def lamps(self) -> list[tuple[object, ...]]:
        with self.store.database.reading() as session:
            return session.execute("SELECT room, watts, times, note FROM lamps ORDER BY room")


@pytest.fixture(params=["sqlite", "postgresql"])
def views_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A place for views on each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('views') / 'views.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def house(views_url: str) -> Iterator[House]:
    """A house with the lamp view."""
    made = House(views_url, LAMP_VIEW)
    yield made
    made.store.database.close()


@pytest.fixture
def nervous_house(views_url: str) -> Iterator[House]:
    """A house with a view beside it that fears thunder."""
    made = House(views_url, LAMP_VIEW, NERVOUS_VIEW)
    yield made
    made.store.database.close()


@pytest.fixture
def lit() -> type[LampLit]:
    """The class of a lamp being lit."""
    return LampLit


@pytest.fixture
def broken() -> type[LampBroken]:
    """The class of a lamp breaking."""
    return LampBroken


@pytest.fixture
def thunder() -> type[Thunder]:
    """The class of thunder."""
    return Thunder


Towns = Callable[[str, Callable[[], str]], Town]


@pytest.fixture(scope="session")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Towns]:
    """Found a town of a kind at its first use and keep it: each is walked once, for all modules."""
    founded: dict[str, Town] = {}
    with ExitStack() as stack:

        def of_kind(kind: str, new_database: Callable[[], str]) -> Town:
            if kind not in founded:
                folder = tmp_path_factory.mktemp("town")
                ledger: str | None = f"sqlite:///{folder / 'ledger.db'}"
                views = f"sqlite:///{folder / 'views.db'}"
                if kind == "memory":
                    ledger = None
                elif kind == "postgresql":
                    ledger = views = new_database()
                founded[kind] = stack.enter_context(town(ledger, views, seed=14))
                founded[kind].go(900)  # with this seed it meets every fact of a request
            return founded[kind]

        yield of_kind


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def walked(request: pytest.FixtureRequest, towns: Towns) -> Town:
    """A town after many steps, to look at: facts in memory or on a database, views on one."""

    def new_database() -> str:
        server: PrivateServer = request.getfixturevalue("postgres_server")
        return server.new_database()

    return towns(request.param, new_database)
