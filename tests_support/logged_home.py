"""A desk's home with a log in memory beside it, and what is asked of both."""

from dataclasses import dataclass, field
from uuid import UUID

from keys.trust_list import TrustList
from ledger.certificates import lifecycle
from ledger.certificates.procedure import Stage
from ledger.certificates.qr_text import from_qr_text, to_qr_text
from ledger.commands import certificates
from ledger.store.opening import open_issue
from ledger.transparency.log import PublishedHead, index_of, prove
from ledger.transparency.proof import TlogProof
from tests_support.desk_home import DeskHome
from tests_support.memory_log import MemoryLog
from verify_api.desk.log_look import LedgerLog
from verify_api.desk.noticeboard import Noticeboard
from verify_api.desk.register import LedgerRegister, LedgerVerifier
from verify_api.evidence import LogSource, NoStatus
from verify_api.held_proof import HeldProof
from verify_api.verdict import Verdict
from verify_api.verification import verify


@dataclass
class LoggedHome:
    """A home with a log beside it."""

    home: DeskHome
    log: MemoryLog = field(default_factory=MemoryLog)

    def integrate(self) -> None:
        """Take in every fact that is there."""
        self.log.add(*self.home.system.facts.entries(after=self.log.size(), limit=100_000))

    def publish(self) -> PublishedHead:
        """Take in every fact, and publish a head."""
        self.integrate()
        return self.log.publish(self.home.at)

    def issue(self) -> tuple[UUID, str]:
        """Return a new certificate, and what its code says."""
        request = self.home.bring_to(Stage.READY)
        certificate = self.home.certificate(request).id
        found = certificates.load(self.home.system.facts, certificate)
        token = lifecycle.token_of(found.certificate)
        return certificate, to_qr_text(token, self.home.system.settings.host)

    def ask(self, text: str) -> Verdict:
        """Return the answer of the ledger itself."""
        system = self.home.system
        policy = self.home.ports.verify.policy
        register = LedgerRegister(system.checking, LedgerLog(self.log))
        return LedgerVerifier(Noticeboard(system.reading), register, policy)(text, at=self.home.at)

    def proof(self, certificate: UUID) -> TlogProof:
        """Return the proof under the first head that covers the certificate."""
        position, opening = open_issue(self.home.system.facts, certificate)
        index = index_of(position)
        head = self.log.covering(index)
        assert head is not None
        return prove(self.log, index, head, extra=opening.write())

    @property
    def trust(self) -> TrustList:
        """The trust list in force."""
        published = Noticeboard(self.home.system.reading).trust()
        assert published is not None
        return published.trust

    def held(self, text: str, proof: TlogProof) -> HeldProof:
        """Return the proof as who has the certificate and a policy holds it."""
        return HeldProof(proof, from_qr_text(text), self.log.policy)

    def ask_offline(self, text: str, proof: TlogProof) -> Verdict:
        """Return the answer of who has the trust list and the proof."""
        return self.ask_by(text, self.held(text, proof))

    def ask_by(self, text: str, log: LogSource) -> Verdict:
        """Return the answer of who has the trust list, and ``log`` to know the log by."""
        policy = self.home.ports.verify.policy
        return verify(
            text, at=self.home.at, trust=self.trust, status=NoStatus(), policy=policy, log=log
        )
