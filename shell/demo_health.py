"""The demonstration's health side: facilities, and the visits of those who have a health book."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from app import System
from ledger.clinical.fhir_validation import Accepted, validate_visit
from ledger.commands import facilities, integration, visits
from ledger.commands.deliveries import Delivery, Outcome
from ledger.facts import Act
from ledger.identifiers import visit_stream
from ledger.records.facility import Level
from ledger.records.visit import Form
from shell.demo_visits import identity_of, visits_of
from shell.population import SamplePerson

FACILITIES: Final = (
    ("01A01", "Bệnh viện Mẫu Hà Nội", "Specimen Hospital of Hanoi", "01", Level.SPECIALISED),
    ("46A02", "Bệnh viện Mẫu Huế", "Specimen Hospital of Hue", "46", Level.BASIC),
    ("01B03", "Trạm y tế Mẫu", "Specimen Commune Health Station", "01", Level.INITIAL),
)
"""Code, names, province, level."""
_MOST_VISITS: Final = 4
_SENT_AFTER: Final = timedelta(hours=1)
APP: Final = "vneid"
_LOOKS_AFTER: Final = timedelta(hours=20)
_OF_THREE: Final = 3
"""Two of three people take their book into the app, the evening after their first visit."""


def register_facilities(system: System, *, at: datetime) -> None:
    """Register the facilities, each connected since the first day."""
    act = Act(at, "register", "system")
    for code, name, name_en, province, level in FACILITIES:
        facilities.register(
            system.facts, code=code, name=name, name_en=name_en, province=province, level=level,
            act=act,
        )  # fmt: skip
        facilities.synchronise(system.facts, code=code, since=at.date(), act=act)


def treated(
    system: System, people: Sequence[SamplePerson], *, begins: datetime, until: datetime, seed: int
) -> Iterator[datetime]:
    """Tell the visits of all people: yields the moment at which the next one is sent."""
    dice = random.Random(seed)  # noqa: S311 (a story, not a secret)
    minutes = int((until - begins) / timedelta(minutes=1))
    stories: list[tuple[datetime, Callable[[datetime], None]]] = []
    for ordinal, person in enumerate(people):
        facility = dice.choice(FACILITIES)[0]
        when = sorted(dice.sample(range(minutes), dice.randint(1, _MOST_VISITS)))
        moments = [begins + timedelta(minutes=minute) for minute in when]
        sent = visits_of(person, facility=facility, at=moments, dice=dice)
        stories += [
            (moment + _SENT_AFTER, partial(_record, system, facility, person, key, document))
            for moment, (key, document) in zip(moments, sent, strict=True)
        ]
        if ordinal % _OF_THREE:
            evening = min(moments[0] + _LOOKS_AFTER, until + _SENT_AFTER)
            stories.append((evening, partial(_take_into_app, system, person)))
    for at, happen in sorted(stories, key=lambda one: one[0]):
        yield at
        happen(at)


def _take_into_app(system: System, person: SamplePerson, at: datetime) -> None:
    subject = system.directory.find(person.number, kind="personal")
    assert subject is not None, "everybody in the demonstration is registered"
    act = Act(at, APP, "portal_system")
    integration.integrate(system.facts, subject=subject, app=APP, act=act)


def _record(
    system: System, facility: str, person: SamplePerson, key: str, document: bytes, at: datetime
) -> None:
    checked = validate_visit(document, at=at)
    assert isinstance(checked, Accepted), "the demonstration's own visits are in order"
    taken = visits.record_visit(
        system.facts,
        system.directory,
        Delivery(
            visit_stream(facility, key), Form.FHIR_VISIT, checked.schema, document,
            identity_of(person),
        ),
        act=Act(at, f"his-{facility}", "facility_system", facility),
        new_id=system.clockwork.new_id,
    )  # fmt: skip
    assert taken.outcome is Outcome.ACCEPTED
