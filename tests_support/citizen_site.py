"""The running house on a loopback port, as a citizen's browser reaches it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from doors import join
from tests_support.browser_site import Site, served
from tests_support.citizen_house import Citizen, admitted, citizen_house, name_of
from tests_support.service_world import GENEROUS, World, open_world
from tests_support.service_world import PASSWORD as TYPED
from tests_support.whole_house import House
from verify_api.picture import media_type_of, read_codes
from verify_api.ports import ServiceSettings


@dataclass
class CitizenSite:
    """The service, and whom it serves."""

    site: Site
    house: House
    _numbers: Iterator[int] = field(default_factory=count)

    def somebody(self) -> Citizen:
        """Return a citizen whom nobody met before; they sign in by `citizen.account` too."""
        number = next(self._numbers)
        subject = admitted(self.house, number, TYPED)
        return Citizen(self.house, subject, name_of(number), TYPED)


@contextmanager
def citizen_site(folder: Path) -> Iterator[CitizenSite]:
    """Serve a house; at the end its ledger is replayed."""
    with citizen_house(folder / "home") as house:

        def open_at(url: str) -> World:
            house.app = join(
                house.system, ServiceSettings(url, GENEROUS, demo=True), read_codes, media_type_of
            )
            return replace(open_world(folder), app=house.app)

        with served(open_at) as site:
            yield CitizenSite(site, house)
