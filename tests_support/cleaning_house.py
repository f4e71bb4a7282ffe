"""A service in which a steward has two records of one person to judge, and how good data are."""

from dataclasses import replace
from pathlib import Path
from typing import Final
from uuid import UUID

from ledger.commands import books, cleaning
from ledger.identifiers import cleaning_pair_stream
from ledger.store.registry import FACT_TYPES
from projections import cleaning_pairs, facility_quality
from projections.projector import Projector
from projections.view_database import open_views
from projections.view_store import ViewStore
from tests_support.known_twice import ASSERTED, REGISTERED, ToldMatcher, act, fill
from tests_support.memory_facts import MemoryFacts
from tests_support.service_world import PASSWORD, World, open_world
from verify_api.accounts import Account
from verify_api.callers import Role
from verify_api.ports import ServiceSettings
from verify_api.routes.cleaning import Cleaning, cleaning_routes
from verify_api.routes.quality import quality_routes
from verify_api.service import create_service

PAIR: Final = cleaning_pair_stream(REGISTERED, ASSERTED)
_TOPICS: Final = {topic: FACT_TYPES.codec(topic).fact_class for topic in FACT_TYPES.current_topics}


class Steward:
    """A service with pairs to judge."""

    def __init__(self, folder: Path, settings: ServiceSettings | None = None) -> None:
        """Open it; its databases lie in ``folder``."""
        self.facts = MemoryFacts(_TOPICS)
        self.store = ViewStore(
            open_views(f"sqlite:///{folder / 'views.db'}"),
            [cleaning_pairs.VIEW, facility_quality.VIEW],
        )
        self.store.prepare()
        base = open_world(folder, settings=settings)
        routes = (
            cleaning_routes(Cleaning(self.facts, self.store.database)),
            quality_routes(self.store.database),
        )
        self.world: World = replace(base, app=create_service(base.ports, more=routes))
        account = Account("account-steward", "lamsach", "Làm sạch", Role.DATA_STEWARD, None, None)
        base.ports.accounts.add(account, PASSWORD, salt=bytes(16), at=base.clock.at)

    def found(self) -> None:
        """Propose the pair."""
        fill(self.facts)
        books.open_book(self.facts, subject=REGISTERED, act=act())
        cleaning.propose(self.facts, ToldMatcher(), run=UUID(int=1), act=act())
        self.catch_up()

    def catch_up(self) -> None:
        """Bring the views to where the facts are."""
        Projector(self.facts, self.store).catch_up()

    def close(self) -> None:
        """Close both databases."""
        self.store.database.close()
        self.world.database.close()
