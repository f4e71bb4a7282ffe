"""Two facilities and their patient, in the hands of somebody who writes what they like."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ledger.calendar import local_day
from ledger.certificates import lifecycle_facts as life
from ledger.certificates import register
from ledger.certificates.kind import StatusReference
from ledger.certificates.kinds import KINDS
from ledger.identifiers import appointment_stream, facility_stream, referral_stream
from ledger.records import facility
from ledger.records.appointment import facts as appointment
from ledger.records.referral import facts as referral
from tests_support.insider import Insider

HERE, THERE, NOWHERE = "79A02", "79A01", "79A99"
PATIENT = UUID(int=0xBE7)
DOCTOR, HOSPITAL = "doctor-1", "clinician"


@dataclass
class Clinic:
    """Two facilities, a patient, and somebody who writes what they like."""

    hands: Insider
    _drawn: int = 0

    def new(self) -> UUID:
        """Return a reference that nobody has."""
        self._drawn += 1
        return UUID(int=0xC0DE0000 + self._drawn)

    def register(self, code: str) -> None:
        """Register a facility."""
        self.hands.say(
            facility_stream(code), self.hands.act("registrar", "operator"),
            facility.FacilityRegistered(code, "Bệnh viện Mẫu", "Specimen", "79",
                                        facility.Level.BASIC),
        )  # fmt: skip

    def say(self, stream: UUID, role: str, where: str | None, *facts: object,
            actor: str = DOCTOR, subject: UUID | None = PATIENT) -> int:  # fmt: skip
        """Write facts to a stream; return the position of the last one."""
        return self.hands.say(stream, self.hands.act(actor, role, where), *facts, subject=subject)

    def paper(
        self, kind: str = "referral", *, by: str = HERE, drafter: str = "clinician",
        signer: str = "facility_signer", assigned: bool = True,
    ) -> UUID:  # fmt: skip
        """Issue a paper of a facility; return its reference."""
        made, ordinal = self.new(), self._drawn
        values = KINDS[kind]
        self.say(made, drafter, by, life.CertificateDrafted(
            kind, None, DOCTOR, None, values.specimen_holder, b"\xa0", None, values.purpose,
        ))  # fmt: skip
        at = self.hands.copy.at.replace(microsecond=0)
        status = StatusReference(ordinal, f"https://hs.example/s/{by}")
        number = f"{ordinal}/GCT-{by}"
        names = (
            _number_stream(by, at, number),
            register.status_index_stream(status.uri, status.index),
        )
        self.say(
            made, signer, by,
            life.CertificateSigned("signer-1", by, number, bytes(32), status, at,
                                   at + timedelta(days=9), bytes(32), values.purpose),
            life.CertificateSealed(bytes(32), b"token", values.purpose),
            life.CertificateIssued(at), actor="signer-1",
        )  # fmt: skip
        if assigned:
            self.say(names[0], signer, by, register.NumberAssigned(ordinal, number, made),
                     subject=None)  # fmt: skip
            self.say(names[1], signer, by, register.StatusIndexTaken(ordinal, made), subject=None)
        return made

    def issued(self, made: UUID, *, origin: str = HERE, to: Sequence[str] = (THERE,),
               reusable: bool = False, stream: UUID | None = None) -> UUID:  # fmt: skip
        """Let a referral be in force; return its stream."""
        name = stream or referral_stream(made)
        until = self.hands.copy.at + timedelta(days=10)
        fact = referral.ReferralIssued(made, origin, tuple(to), until, reusable)
        self.say(name, "facility_signer", origin, fact, actor="signer-1")
        return name

    def taken(self, name: UUID, *, where: str = THERE, shown: UUID | None = None) -> int:
        """Let a facility present and accept it."""
        at = self.hands.copy.at
        return self.say(
            name, HOSPITAL, where,
            referral.ReferralPresented(where, at), referral.ReferralAccepted(where, at, shown),
        )  # fmt: skip

    def appointed(self, made: UUID, where: str = HERE) -> UUID:
        """Let an appointment be in force; return its stream."""
        name, day = appointment_stream(made), local_day(self.hands.copy.at) + timedelta(days=20)
        fact = appointment.AppointmentIssued(made, where, None, day)
        self.say(name, "facility_signer", where, fact, actor="signer-1")
        return name

    def expect(self, *expected: tuple[str, int]) -> None:
        """Expect findings with these codes and positions, and no others."""
        found = [(one.code, one.place["position"]) for one in self.hands.found()]
        assert found == list(expected)


def _number_stream(authority: str, at: datetime, number: str) -> UUID:
    return register.number_stream(authority, local_day(at).year, number)
