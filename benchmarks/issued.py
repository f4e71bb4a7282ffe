"""A ledger with issued certificates, as a first start and the issuing desk make it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from app import Clockwork, System, build
from keys.trust_list import TrustedKey
from ledger.certificates import lifecycle
from ledger.certificates.kinds import KINDS
from ledger.certificates.qr_text import to_qr_text
from ledger.commands.issuing import issue
from ledger.facts import Act, Change
from settings import read_settings
from shell import first_start
from shell.sequencer import Sequencer
from verify_api.desk.log_look import LedgerLog
from verify_api.desk.noticeboard import Noticeboard
from verify_api.desk.register import LedgerRegister, LedgerVerifier
from verify_api.question import Policy
from verify_api.verdict import Verdict

KIND = KINDS["judicial-record"]


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate, and what its code says."""

    id: UUID
    text: str


class Desk:
    """An authority that issues one certificate a person."""

    def __init__(self, system: System) -> None:
        """Issue for the first authority of ``system``, by the key that is in use now."""
        self._system = system
        self._at = system.clockwork.now()
        self.authority = system.settings.authorities[0].code
        self._key: TrustedKey = system.issuing_key(self.authority, KIND.document_type)

    def draft(self) -> UUID:
        """Draft the certificate of a new person; return its stream."""
        new_id = self._system.clockwork.new_id
        certificate, subject = new_id(), new_id()
        drafted = lifecycle.draft(
            None, kind=KIND, content=KIND.specimen, holder=KIND.specimen_holder,
            drafter="drafter", request=new_id(),
        )  # fmt: skip
        act = Act(self._at, "drafter", "case_officer", self.authority)
        self._system.facts.append(act, Change(certificate, 0, (drafted,), subject))
        return certificate

    def issue(self, certificate: UUID) -> Issued:
        """Sign and issue what was drafted."""
        act = Act(self._at, "signer", "signer", self.authority)
        made = issue(self._system.desk, certificate=certificate, key=self._key, act=act)
        return Issued(certificate, to_qr_text(made.token, self._system.settings.host))


class Town:
    """A home of its own, opened, with a desk that issues."""

    def __init__(self, home: Path) -> None:
        """Open ``home``; make its first start if it has had none."""
        settings = home / "settings.toml"
        if begin := not settings.exists():
            settings.write_text("key_memory_mib = 8\n", "utf-8")
        self.system: System = build(read_settings(home, {}), Clockwork())
        if begin:
            first_start.start(self.system, at=self.system.clockwork.now())
        self.desk = Desk(self.system)

    def issue(self, count: int) -> list[Issued]:
        """Issue to so many persons, and let the log cover it."""
        issued = [self.desk.issue(self.desk.draft()) for _ in range(count)]
        publish(self.system)
        return issued

    def close(self) -> None:
        """Give back every connection."""
        self.system.close()


def publish(system: System) -> None:
    """Take everything into the log and publish its head, as the log's process does."""
    sequencer = Sequencer(system)
    try:
        sequencer.once()
    finally:
        sequencer.close()


def online_check(system: System) -> Callable[[str], Verdict]:
    """Return the check of one who asks the ledger: what `POST /v1/verify` does without HTTP."""
    verifier = LedgerVerifier(
        Noticeboard(system.reading),
        LedgerRegister(system.checking, None if system.log is None else LedgerLog(system.log)),
        Policy({KIND.document_type: KIND}, frozenset({system.settings.host})),
    )
    return lambda text: verifier(text, at=system.clockwork.now())


def reopened(home: Path) -> System:
    """Open a home as a new process does, which remembers nothing."""
    return build(read_settings(home, {}), Clockwork())
