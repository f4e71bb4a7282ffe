"""The demonstration's health papers: referrals on their way, and appointments for re-examination.

The health station refers to the hospital; some papers wait, some are accepted, one is cancelled.
Made-up words for people who do not exist.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app import LIST_ID, System
from keys.trust_list import TrustedKey
from ledger.calendar import local_day
from ledger.certificates.kind import CertificateKind, Holder, Sex
from ledger.certificates.kinds import appointment as appointment_kind
from ledger.certificates.kinds import referral as referral_kind
from ledger.commands import answering, appointments, referrals
from ledger.commands import keys as key_commands
from ledger.commands.health_papers import Draft
from ledger.facts import Act
from shell.demo_visits import VIETNAM
from shell.first_start import (
    FIRST_START,
    KEY_ADMINISTRATOR,
    OPERATOR,
    SIGNING_YEARS,
    equip_facility,
)
from shell.population import SamplePerson

STATION: Final = "01B03"
HOSPITAL: Final = "01A01"
FATES: Final = ("waiting", "accepted", "waiting", "cancelled", "closed", "waiting")
"""What becomes of the referrals, in turn."""
ID_TAIL: Final = 4
_SALT_BYTES: Final = 16
_HOURS: Final = timedelta(hours=1)
_AHEAD: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Clinic:
    """Who drafts and who signs in the facilities."""

    clinician: str
    signer: str


@dataclass(frozen=True, slots=True)
class Patient:
    """Who gets a paper."""

    person: SamplePerson
    subject: UUID
    ordinal: int
    """Of the paper within its facility; its number is made of it."""


def equip(
    system: System,
    facilities: Sequence[str],
    *,
    at: datetime,
    signing: timedelta = SIGNING_YEARS,
) -> None:
    """Give facilities their keys, published and in use."""
    act = Act(at, OPERATOR, KEY_ADMINISTRATOR)
    made = [
        key for code in facilities for key in equip_facility(system, code, act=act, signing=signing)
    ]
    _publish(system, act)
    key_commands.activate_all(
        facts=system.facts, act=act, kids=[key.kid for key in made],
        immediately_because=FIRST_START,
    )  # fmt: skip
    _publish(system, act)


def _publish(system: System, act: Act) -> None:
    key_commands.publish_trust_list(
        facts=system.facts, signer=system.keyring, act=act, list_id=LIST_ID
    )


def papers_told(
    system: System, clinic: Clinic, patients: Sequence[SamplePerson], *, until: datetime
) -> Iterator[datetime]:
    """Tell the papers of some patients: yields the moment at which the next thing happens."""
    begin = until - 4 * 24 * _HOURS
    station = PaperDesk(system, clinic, STATION)
    hospital = PaperDesk(system, clinic, HOSPITAL)
    for ordinal, person in enumerate(patients):
        at = begin + ordinal * 5 * _HOURS
        yield at
        patient = Patient(person, subject_of(system, person), ordinal)
        if ordinal % 2:
            hospital.appoint(patient, at=at)
            continue
        referral = station.refer(patient, to=HOSPITAL, at=at)
        fate = FATES[ordinal // 2 % len(FATES)]
        if fate != "waiting":
            at += 4 * _HOURS
            yield at
            _follow(system, clinic, referral, fate, at)


def subject_of(system: System, person: SamplePerson) -> UUID:
    """Return the pseudonym of somebody whose number is known."""
    found = system.directory.find(person.number, kind="personal")
    assert found is not None, "everybody in the demonstration is registered"
    return found


def _holder(person: SamplePerson) -> Holder:
    return Holder(person.name.upper(), person.birth_date, Sex(person.sex), person.number[-ID_TAIL:])


def _drafted(system: System, patient: Patient, content: Mapping[str, Any]) -> Draft:
    return Draft(
        system.clockwork.new_id(), patient.subject, _holder(patient.person), content,
        system.clockwork.random(_SALT_BYTES),
    )  # fmt: skip


def _specimen(kind: Any, *, without: tuple[str, ...], **said: Any) -> dict[str, Any]:
    left = {name: value for name, value in kind.KIND.specimen.items() if name not in without}
    return {**left, **said}


def _moment(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%Y%m%d%H%M}"


def referral_content(
    facility: str, to: str, ordinal: int, address: str, *, at: datetime
) -> dict[str, Any]:
    """Return what a referral of ``facility`` says, in the words of the specimen."""
    return _specimen(
        referral_kind,
        without=("facility_name", "to_names", "salt", "admitted", "cards", "cards_until"),
        number=f"{ordinal:04}/{at.year}",
        file_number=f"HS-{at.year}-{ordinal:05}",
        episode_key=f"LK-{facility}-{ordinal:05}",
        facility=facility,
        to_facilities=[to],
        address=address,
        arrived=_moment(at - 3 * _HOURS),
        discharged=_moment(at - _HOURS),
        transferred=_moment(at),
    )


def appointment_content(
    facility: str, ordinal: int, address: str, *, at: datetime
) -> dict[str, Any]:
    """Return what an appointment of ``facility`` in two weeks says."""
    return _specimen(
        appointment_kind,
        without=("facility_name", "salt", "admitted", "cards", "cards_until"),
        number=f"HK-{ordinal:04}/{at.year}",
        episode_key=f"LK-{facility}-{ordinal:05}",
        facility=facility,
        address=address,
        arrived=_moment(at - 3 * _HOURS),
        discharged=_moment(at - _HOURS),
        appointed=_moment(at + _AHEAD),
        written=f"{local_day(at):%Y%m%d}",
    )


@dataclass(frozen=True, slots=True)
class PaperDesk:
    """Where a facility makes its papers."""

    system: System
    clinic: Clinic
    facility: str
    _keys: dict[int, TrustedKey] = field(default_factory=dict)
    """By document type, once they were asked for."""

    def refer(self, patient: Patient, *, to: str, at: datetime) -> UUID:
        """Draft, sign and issue a referral to the facility ``to``; return the certificate."""
        content = referral_content(
            self.facility, to, patient.ordinal, patient.person.address, at=at
        )
        order = _drafted(self.system, patient, content)
        referrals.draft(self.system.facts, order, act=self._act("clinician", at))
        self._issue(referrals, order.certificate, referral_kind.KIND, at)
        return order.certificate

    def appoint(self, patient: Patient, *, at: datetime, ask: UUID | None = None) -> UUID:
        """Draft, sign and issue an appointment in two weeks; return the certificate.

        Args:
            patient: Who gets it.
            at: When.
            ask: What the patient asked for, which is granted by it.
        """
        content = appointment_content(self.facility, patient.ordinal, patient.person.address, at=at)
        order = _drafted(self.system, patient, content)
        act = self._act("clinician", at)
        if ask is None:
            appointments.draft(self.system.facts, order, act=act)
        else:
            answering.draft(self.system.facts, order, ask=ask, act=act)
        self._issue(appointments, order.certificate, appointment_kind.KIND, at)
        return order.certificate

    def _issue(self, commands: Any, certificate: UUID, kind: CertificateKind, at: datetime) -> None:
        use = kind.document_type
        if use not in self._keys:
            self._keys[use] = self.system.key_in_use(use, self.facility, at=at)
        act = self._act("facility_signer", at)
        commands.issue(self.system.desk, certificate=certificate, key=self._keys[use], act=act)

    def _act(self, role: str, at: datetime) -> Act:
        actor = self.clinic.clinician if role == "clinician" else self.clinic.signer
        return _act(actor, role, self.facility, at)


def _follow(system: System, clinic: Clinic, referral: UUID, fate: str, at: datetime) -> None:
    if fate == "cancelled":
        referrals.cancel(
            system.facts, certificate=referral, reason="Người bệnh không chuyển nữa (mẫu)",
            act=_act(clinic.signer, "facility_signer", STATION, at),
        )  # fmt: skip
        return
    act = _act(clinic.clinician, "clinician", HOSPITAL, at)
    referrals.present(system.facts, certificate=referral, act=act)
    referrals.accept(system.facts, certificate=referral, act=act)
    if fate == "closed":
        referrals.close(system.facts, certificate=referral, act=act)


def _act(actor: str, role: str, facility: str, at: datetime) -> Act:
    return Act(at, actor, role, facility)
