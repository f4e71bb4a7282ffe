"""The online answer: a certificate's own facts, and the trust list in force. No view is asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from keys.key_store_errors import KeyStoreError
from keys.trust_list import TrustList
from ledger.calendar import local_day
from ledger.certificates.disclosure import Asked
from ledger.certificates.kind import CertificateKind, Token
from ledger.commands.look_up import Numbers, RegisteredCertificate, look_up
from ledger.errors import StoreUnavailableError
from ledger.facts import FactStore
from verify_api.acceptance import NO_USE, Checker, UseEvidence
from verify_api.desk.log_look import LedgerLog
from verify_api.desk.noticeboard import Noticeboard
from verify_api.desk.uses import use_on_file
from verify_api.evidence import RegisterEntry, told_by
from verify_api.question import Policy, Question
from verify_api.verdict import NOT_LOOKED_UP, LogEvidence, StatusEvidence, Verdict
from verify_api.verification import verify, verify_many
from verify_api.verifiers import Asking

T = TypeVar("T")


class LedgerRegister:
    """Knows the standing of certificates from their facts: `verify_api.evidence.StatusSource`."""

    def __init__(self, facts: FactStore, log: LedgerLog | None = None) -> None:
        """Ask ``facts``, which open what is sealed: what was signed is compared by a hash that is.

        One a process, shared by its threads.

        Args:
            facts: The ledger.
            log: Its log; None where there is none, and nothing is said of it.
        """
        self._facts = facts
        self._numbers = Numbers(facts)
        self.log = log

    def look(self) -> "RegisterLook":
        """Return the source for one check, which tells afterwards how new its answer is."""
        return RegisterLook(self._facts, self._numbers, self.log)

    def status_of(self, token: Token, digest: bytes, at: datetime) -> StatusEvidence:
        """Return what the register says now, known as of ``at``.

        Raises:
            StoreUnavailableError: The ledger or the keys of persons could not be asked.
        """
        return self.look().status_of(token, digest, at)


@dataclass(slots=True)
class RegisterLook:
    """One look into the register: `verify_api.evidence.StatusSource`."""

    facts: FactStore
    numbers: Numbers
    log: LedgerLog | None = None
    as_of: int | None = None
    """The ledger's last position when a certificate was found; None if none was."""
    _found: tuple[Token, RegisteredCertificate | None] | None = None

    def status_of(self, token: Token, digest: bytes, at: datetime) -> StatusEvidence:
        """Return what the register says, as `LedgerRegister.status_of`."""
        return told_by(self._entry(token, at), digest, at)

    def find(self, token: Token, digest: bytes, at: datetime) -> LogEvidence:
        """Return what the log has of it: `verify_api.evidence.LogSource`.

        Nothing for what the register does not have as it is: then that decides.

        Raises:
            StoreUnavailableError: The ledger or its log could not be asked.
        """
        del at
        known = None if self.log is None else self._known(token)
        if self.log is None or known is None or known.issue is None:
            return NOT_LOOKED_UP
        if known.signed_digest not in {None, digest}:
            return NOT_LOOKED_UP
        return self.log.evidence(known.issue, token.issued_at)

    def use_of(self, token: Token, kind: CertificateKind) -> UseEvidence:
        """Return what is known of a paper's use: `verify_api.evidence.UseSource`.

        Raises:
            StoreUnavailableError: The ledger could not be asked.
        """
        year = local_day(token.issued_at).year
        certificate = self.numbers.find(token.issuer, year, token.number)
        return NO_USE if certificate is None else use_on_file(self.facts, certificate, kind.code)

    def _entry(self, token: Token, at: datetime) -> RegisterEntry | None:
        known = self._known(token)
        if known is None:
            return None
        return RegisterEntry(
            known.signed_digest, known.status, at, known.since, known.superseded_by
        )

    def _known(self, token: Token) -> RegisteredCertificate | None:
        """Return the certificate; log and status are told from one reading of it."""
        if self._found is None or self._found[0] is not token:
            self._found = token, self._read(token)
        return self._found[1]

    def _read(self, token: Token) -> RegisteredCertificate | None:
        try:
            known = look_up(
                self.facts,
                authority=token.issuer,
                issued_at=token.issued_at,
                number=token.number,
                numbers=self.numbers,
            )
        except KeyStoreError as error:
            # What was signed is sealed: without its key nothing can be said, which is no answer.
            raise StoreUnavailableError("the keys of persons could not be asked") from error
        if known is not None:
            self.as_of = known.as_of
        return known


@dataclass(frozen=True, slots=True)
class LedgerVerifier:
    """Fills `Verifier`, and `BatchVerifier` by ``many``: the pure functions over the ledger."""

    board: Noticeboard
    register: LedgerRegister
    policy: Policy

    def __call__(
        self,
        text: str,
        *,
        at: datetime,
        asked: Asked | None = None,
        checker: Checker | None = None,
    ) -> Verdict:
        """Return the verdict on ``text`` at ``at``, which is now.

        Raises:
            StoreUnavailableError: The ledger could not be asked, or has no trust list yet.
        """

        def judge(trust: TrustList) -> tuple[Verdict, int | None]:
            look = self.register.look()
            verdict = verify(
                text, at=at, trust=trust, status=look, policy=self.policy, asked=asked,
                use=look, checker=checker, log=None if look.log is None else look,
            )  # fmt: skip
            return verdict, look.as_of

        return self._under_the_newest(judge)

    def many(
        self, askings: Sequence[Asking], *, at: datetime
    ) -> list[Verdict | StoreUnavailableError]:
        """Return the verdicts on ``askings`` at ``at``, which is now: the port `BatchVerifier`.

        Raises:
            StoreUnavailableError: The ledger could not be asked, or has no trust list yet.
        """

        def judge(trust: TrustList) -> tuple[list[Verdict | StoreUnavailableError], int | None]:
            looks = [self.register.look() for _ in askings]
            answers = verify_many(
                [
                    Question(text, at, trust, look, self.policy,
                             None if look.log is None else look, asked, look, checker)
                    for (text, asked, checker), look in zip(askings, looks, strict=True)
                ]
            )  # fmt: skip
            known = [look.as_of for look in looks if look.as_of is not None]
            return answers, max(known, default=None)

        return self._under_the_newest(judge)

    def _under_the_newest(self, judge: Callable[[TrustList], tuple[T, int | None]]) -> T:
        """Return what ``judge`` says under the newest trust list.

        It says also how far the ledger has come, so that whether the list is the newest is no
        question of its own. If it was not, all is judged again.
        """
        published = self.board.kept or self.board.trust()
        while published is not None:
            answer, as_of = judge(published.trust)
            before, published = published, self.board.trust(as_of)
            if published is before:
                return answer
        raise StoreUnavailableError("no trust list has been published yet")
