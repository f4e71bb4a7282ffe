"""The launch as a demonstration: 22 April to 2 October 2024, at one in a thousand.

Facilities, visits, books, apps, papers and applications come to the launch's figures
(`shell.launch_scale`), each by the command that records it in earnest, in the order of time. The
clock of the facts is the scenario's; keys are made to sign from then until two years from now.

Whoever is cut short begins anew in another home: half a country has no figures to show.
"""

import random
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice
from time import monotonic
from typing import Final

from app import Authority, System
from ledger.certificates.request_values import Form
from projections import figures, national_figures
from projections.figures import Span
from shell import demo, first_start, local_witness
from shell.demo import Note
from shell.demo_launch_country import FIRST_DAY, LAST_DAY, drawn
from shell.demo_launch_health import Health
from shell.demo_launch_progress import Progress
from shell.demo_life import Staff, Story, life, registered, run
from shell.demo_visits import VIETNAM
from shell.launch_scale import LaunchScale
from shell.population import SamplePerson, people

SEED: Final = 20241002
_BEGINNING: Final = datetime.combine(FIRST_DAY, time(0), VIETNAM)
_END: Final = datetime.combine(LAST_DAY, time(23), VIETNAM)
_ENDS: Final = (
    "delivered", "delivered", "delivered", "supplemented", "delivered", "recalled", "delivered",
    "delivered", "rejected", "delivered", "delivered", "withdrawn",
)  # fmt: skip
"""How applications end, in turn."""
_NEWEST: Final = ("verified", "police", "submitted")
"""Where the newest of a city still are."""
_TOLD: Final = (
    "books", "integrated", "facilities", "synchronised", "referrals", "appointments", "visits",
)  # fmt: skip
_OPENING: Final = timedelta(hours=9)
_GROWTH: Final = 0.75
"""Below 1: more apply every week."""
_GROUND: Final = "ho-ngheo"
"""Why some pay nothing: a poor household."""
_WAIVED_EVERY: Final = 12
_SECOND_FORM_EVERY: Final = 9


def name_of(scale: LaunchScale) -> str:
    """Return what the note calls a demonstration of this size."""
    return f"launch 1:{scale.factor}"


def fill(
    system: System,
    scale: LaunchScale,
    *,
    tell: Callable[[str], None],
    clock: Callable[[], float] = monotonic,
) -> Note:
    """Make the launch, or return the note of the one that is there.

    Args:
        system: Of an empty home.
        scale: How many of everything.
        tell: Says how far it is.
        clock: Seconds, to say how fast.

    Raises:
        HomeTakenError: The home has facts that are no finished launch of this size.
    """
    if note := demo.taken(system, name_of(scale)):
        return note
    now = system.clockwork.now().replace(microsecond=0)
    signing = now - _BEGINNING + first_start.SIGNING_YEARS
    first_start.start(system, at=_BEGINNING, signing=signing)
    local_witness.begin(system)
    note = Note(secrets.token_urlsafe(12), scale=name_of(scale))
    staff = demo.accounts(system, note, at=now)
    clinic = demo.facility_accounts(system, note, at=now)
    country = drawn(scale, SEED)
    progress = Progress(tell, clock, country.steps)
    dice = random.Random(SEED)  # noqa: S311 (a story, not a secret)
    health = Health(system, country, clinic, progress, dice)
    health.register(at=_BEGINNING)
    health.equip(at=_BEGINNING, signing=signing)
    lives = [health.joining(), health.treating(), health.showing()]
    run([*lives, *_applications(system, scale, staff)], until=_END)
    _finish(system, note, staff, now, progress)
    return note


def came_to(system: System) -> dict[str, int]:
    """Return the figures that the views hold for the last day, by name."""
    with system.views.database.reading() as session:
        standing = national_figures.standing(session, LAST_DAY)
        asked = figures.total(session, Span(FIRST_DAY, LAST_DAY))
    told = {name: getattr(standing.sums, name) for name in _TOLD}
    return {**told, "applications": asked.sums.submitted, "certificates": asked.sums.ready}


def _applications(system: System, scale: LaunchScale, staff: Staff) -> Iterator[Iterator[datetime]]:
    dice = random.Random(SEED)  # noqa: S311 (a story, not a secret)
    some = people(SEED + 1)
    for authority in system.settings.authorities:
        wanted = scale.applications.get(authority.province, 0)
        city = _City(system, staff, dice, authority)
        for ordinal, person in enumerate(islice(some, wanted)):
            yield city.application(person, ordinal, wanted)


@dataclass(frozen=True, slots=True)
class _City:
    """Who takes applications in."""

    system: System
    staff: Staff
    dice: random.Random
    authority: Authority

    def application(self, person: SamplePerson, ordinal: int, wanted: int) -> Iterator[datetime]:
        """Tell one application: more of them as the weeks go by, the newest still under way."""
        weeks = _END - timedelta(days=2) - _BEGINNING
        begins = _BEGINNING + _OPENING + (weeks - _OPENING) * ((ordinal + 1) / wanted) ** _GROWTH
        yield begins
        newest = ordinal - wanted + len(_NEWEST)
        story = Story(
            system=self.system,
            staff=self.staff,
            dice=self.dice,
            person=person,
            subject=registered(self.system, person, at=begins),
            authority=self.authority,
            ordinal=ordinal + 1,
            begins=begins,
            ends_as=_NEWEST[newest] if newest >= 0 < ordinal else _ENDS[ordinal % len(_ENDS)],
            form=Form.TWO if ordinal % _SECOND_FORM_EVERY == 1 else Form.ONE,
            waived=_GROUND if ordinal % _WAIVED_EVERY == 1 else None,
        )
        following = life(story)
        next(following)
        yield from following


def _finish(system: System, note: Note, staff: Staff, now: datetime, progress: Progress) -> None:
    """Publish lists, views and the log's head, as of now, and make papers to scan."""
    progress.begin("lists")
    first_start.refresh(system, at=now)
    progress.begin("views")
    system.projector.catch_up()
    progress.begin("log")
    local_witness.publish(system)
    demo.papers(system, staff, note, now)
    system.projector.catch_up()
    local_witness.publish(system)
    note.write(system.settings.home)
