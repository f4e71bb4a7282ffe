"""The launch's health side, in the order of time: facilities, visits, papers, books in the app.

Each by the command that records it in earnest; `HeldFacts` stores what many of one moment append
together.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from app import System
from ledger.clinical.fhir_validation import Accepted, validate_visit
from ledger.commands import facilities, integration, visits
from ledger.commands.deliveries import Delivery, Outcome
from ledger.facts import Act
from ledger.identifiers import facility_stream, health_book_stream, provinces, visit_stream
from ledger.records.facility import Level
from ledger.records.visit import Form
from shell import demo_papers
from shell.demo_launch_country import DAYS, FIRST_DAY, Country, Lot
from shell.demo_launch_progress import Progress
from shell.demo_papers import Clinic, PaperDesk, Patient
from shell.demo_visits import VIETNAM, identity_of, visits_of
from shell.held_facts import HeldFacts
from shell.population import SamplePerson

APP: Final = "vneid"
_WEEKS: Final = DAYS // 7
_JOINED_FIRST: Final = 0.4
"""The part of the facilities that send from the first week on."""
_EVENING: Final = time(20)
_BASIC_UNTIL: Final = 20
"""The first so many facilities of a province are hospitals of basic level, the others stations."""
_WAITED: Final = timedelta(hours=3)
"""Between a visit's beginning and its being sent, at most."""


@dataclass
class Health:
    """The scenario's health side while it goes on."""

    system: System
    country: Country
    clinic: Clinic
    progress: Progress
    dice: random.Random
    _opened: list[UUID] = field(default_factory=list)
    """Whose books are shown in the app next evening."""
    _keys: set[str] = field(default_factory=set)
    """Of all visits: a hospital gives each its own."""
    _papers: dict[str, int] = field(default_factory=dict)
    """By facility, how many it made."""
    _desks: dict[str, PaperDesk] = field(default_factory=dict)

    def register(self, *, at: datetime) -> None:
        """Register all facilities."""
        held, act = HeldFacts(self.system.facts), Act(at, "register", "system")
        names = provinces(FIRST_DAY)
        for province, codes in self.country.facilities.items():
            held.expect([facility_stream(code) for code in codes])
            for ordinal, code in enumerate(codes):
                kind_vi, kind_en, level = _kind(ordinal)
                facilities.register(
                    held, code=code, province=province, level=level, act=act,
                    name=f"{kind_vi} {names[province]} {ordinal + 1}",
                    name_en=f"{kind_en} {ordinal + 1}, {names[province]}",
                )  # fmt: skip
            self.progress.add(len(codes))
        held.settle()

    def equip(self, *, at: datetime, signing: timedelta) -> None:
        """Give the hospital of each province its keys."""
        hospitals = [codes[0] for codes in self.country.facilities.values()]
        demo_papers.equip(self.system, hospitals, at=at, signing=signing)
        self._desks = {code: PaperDesk(self.system, self.clinic, code) for code in hospitals}

    def joining(self) -> Iterator[datetime]:
        """Tell how facilities are connected, on Mondays; the larger ones first."""
        waiting = [
            code
            for _, code in sorted(
                (ordinal, code)
                for codes in self.country.facilities.values()
                for ordinal, code in enumerate(codes)
                if code not in self.country.apart
            )
        ]
        for week in range(_WEEKS + 1):
            at = datetime.combine(FIRST_DAY, time(6), VIETNAM) + timedelta(weeks=week)
            yield at
            part = _JOINED_FIRST + (1 - _JOINED_FIRST) * week / _WEEKS
            until = round(part * len(waiting))
            done = round((part - (1 - _JOINED_FIRST) / _WEEKS) * len(waiting)) if week else 0
            self._join(waiting[done:until], at)

    def _join(self, codes: Sequence[str], at: datetime) -> None:
        held, act = HeldFacts(self.system.facts), Act(at, "register", "system")
        held.expect([facility_stream(code) for code in codes])
        for code in codes:
            facilities.synchronise(held, code=code, since=FIRST_DAY, act=act)
        held.settle()
        self.progress.add(len(codes))

    def treating(self) -> Iterator[datetime]:
        """Tell the visits, and the papers made after them."""
        for lot in self.country.lots:
            yield lot.at
            self._send(lot)
            self._make_papers(lot)

    def _send(self, lot: Lot) -> None:
        taken = visits.record_visits(
            self.system.facts,
            self.system.directory,
            [self._delivery(lot, person) for person in lot.persons],
            act=Act(lot.at, f"his-{lot.facility}", "facility_system", lot.facility),
            new_id=self.system.clockwork.new_id,
        )
        assert all(one.outcome is Outcome.ACCEPTED for one in taken), "they are in order"
        self._opened += [
            one.subject
            for one, person in zip(taken, lot.persons, strict=True)
            if person in self.country.shown and one.subject is not None
        ]
        self.progress.add(len(taken))

    def _delivery(self, lot: Lot, place: int) -> Delivery:
        person = self.country.people[place]
        began = lot.at - timedelta(minutes=self.dice.randrange(60, 180))
        key, document = self._document(lot, person, began)
        checked = validate_visit(document, at=lot.at)
        assert isinstance(checked, Accepted), "the demonstration's own visits are in order"
        return Delivery(
            visit_stream(lot.facility, key), Form.FHIR_VISIT, checked.schema, document,
            identity_of(person),
        )  # fmt: skip

    def _document(self, lot: Lot, person: SamplePerson, at: datetime) -> tuple[str, bytes]:
        """Return a visit under a key that no other one has."""
        while True:
            ((key, document),) = visits_of(person, facility=lot.facility, at=[at], dice=self.dice)
            if key not in self._keys:
                self._keys.add(key)
                return key, document

    def _make_papers(self, lot: Lot) -> None:
        made = [(True, place) for place in lot.referred] + [(False, n) for n in lot.appointed]
        for referral, place in made:
            province = lot.facility[:2]
            hospital, other = self.country.facilities[province][:2]
            person = self.country.people[place]
            ordinal = self._papers[hospital] = self._papers.get(hospital, 0) + 1
            patient = Patient(person, demo_papers.subject_of(self.system, person), ordinal)
            desk = self._desks[hospital]
            if referral:
                desk.refer(patient, to=other, at=lot.at)
            else:
                desk.appoint(patient, at=lot.at)
        self.progress.add(len(made))

    def showing(self) -> Iterator[datetime]:
        """Tell how people take their book into the app, in the evening of the day of a visit."""
        for day in range(DAYS + 1):
            at = datetime.combine(FIRST_DAY, _EVENING, VIETNAM) + timedelta(days=day)
            yield at
            self._show(list(dict.fromkeys(self._opened)), at)
            self._opened = []

    def _show(self, subjects: Sequence[UUID], at: datetime) -> None:
        held, act = HeldFacts(self.system.facts), Act(at, APP, "portal_system")
        held.expect([health_book_stream(subject) for subject in subjects])
        for subject in subjects:
            integration.integrate(held, subject=subject, app=APP, act=act)
        held.settle()
        self.progress.add(len(subjects))


def _kind(ordinal: int) -> tuple[str, str, Level]:
    """Return the names and the level of a province's facility, from 0 on."""
    if ordinal <= 1:
        return "Bệnh viện Mẫu", "Specimen Hospital", Level.SPECIALISED
    if ordinal < _BASIC_UNTIL:
        return "Trung tâm y tế Mẫu", "Specimen Health Centre", Level.BASIC
    return "Trạm y tế Mẫu", "Specimen Health Station", Level.INITIAL
