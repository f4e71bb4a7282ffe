"""Showing the own certificate: its code and its document, Form 2 only behind the passcode.

A code leaves the house once the log has the certificate, and only while it is in force: a holder
who shows a recalled one would not know what they show.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from ledger.certificates import lifecycle
from ledger.certificates.lifecycle import Standing
from ledger.certificates.qr_text import short_code, to_qr_text
from ledger.certificates.request import Request
from ledger.certificates.request_values import Form
from ledger.commands import certificates, passcodes
from ledger.commands.certificates import CertificateOnFile
from ledger.commands.loading import load_request
from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.facts import Act, FactStore
from ledger.identifiers import PASSCODE
from ledger.paper.qr_code import draw_png
from ledger.records.passcode import check_new
from verify_api.callers import Caller, Scope
from verify_api.desk.files import NO_REQUEST
from verify_api.desk.papers import PaperDesk
from verify_api.identity.errors import InsufficientAuthenticationError
from verify_api.passwords import COST, PasswordCost, hash_password, is_password
from verify_api.ports import IssuedPaper

SALT_BYTES: Final = 16
_PIXELS: Final = 6
"""Of a module: a phone's camera reads it from another phone's screen."""


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A code to be held before a checker's camera."""

    certificate: UUID
    subject: UUID
    form: Form
    number: str
    issued_at: datetime
    expires_at: datetime
    png: bytes
    short_code: str


@dataclass(frozen=True, slots=True)
class OwnCodes:
    """Shows citizens their certificates."""

    facts: FactStore
    papers: PaperDesk
    random_bytes: Callable[[int], bytes]
    cost: PasswordCost = COST

    def needs_passcode(self, scope: Scope, request: UUID) -> bool:
        """Tell whether the certificate of a request is shown behind the passcode alone.

        Raises:
            NotFoundError: The request is not theirs.
        """
        return self._own(scope, request).draft.form is Form.TWO

    def has_passcode(self, scope: Scope) -> bool:
        """Tell whether the person has chosen a passcode."""
        assert scope.subject is not None, "a citizen is somebody"
        return passcodes.load_passcode(self.facts, scope.subject).state.hashed is not None

    def locked_until(self, scope: Scope, *, at: datetime) -> datetime | None:
        """Return when the next passcode is compared; None if one is now."""
        assert scope.subject is not None, "a citizen is somebody"
        return passcodes.is_locked_until(self.facts, scope.subject, at=at)

    def choose(
        self, scope: Scope, caller: Caller, *, passcode: str, again: str, former: str | None,
        at: datetime,
    ) -> None:  # fmt: skip
        """Choose the passcode: the first one, or another by who knows the former.

        Raises:
            InvalidInputError: It is not six digits that nobody guesses, or typed otherwise again.
            RefusedError: ``passcode_exists``, or as of entering the former one.
        """
        assert scope.subject is not None, "a citizen is somebody"
        check_new(passcode, again=again)
        hashed = hash_password(passcode, salt=self.random_bytes(SALT_BYTES), cost=self.cost)
        act = _act(caller, at)
        if former is None:
            passcodes.choose(self.facts, subject=scope.subject, hashed=hashed, act=act)
            return
        PASSCODE.check(former, place="former")
        passcodes.change(
            self.facts, subject=scope.subject, former=former, hashed=hashed,
            is_passcode=is_password, act=act,
        )  # fmt: skip

    def reset(
        self, scope: Scope, caller: Caller, *, passcode: str, again: str, at: datetime
    ) -> None:
        """Choose another passcode instead of a forgotten one, by who has just signed in.

        Raises:
            InvalidInputError: It is not six digits that nobody guesses, or typed otherwise again.
            InsufficientAuthenticationError: Without a session nobody has shown who they are.
            RefusedError: ``passcode_not_set`` or ``identity_not_fresh``.
        """
        assert scope.subject is not None, "a citizen is somebody"
        if caller.authenticated_at is None:
            raise InsufficientAuthenticationError("sign in in a session, then repeat this")
        check_new(passcode, again=again)
        hashed = hash_password(passcode, salt=self.random_bytes(SALT_BYTES), cost=self.cost)
        shown_at = min(caller.authenticated_at, at)  # a provider's clock may be ahead of ours
        passcodes.reset(
            self.facts, subject=scope.subject, hashed=hashed, shown_at=shown_at,
            act=_act(caller, at),
        )  # fmt: skip

    def code(
        self, scope: Scope, caller: Caller, request: UUID, *, passcode: str | None, at: datetime
    ) -> ShownCode:
        """Return the code of a request's certificate.

        Raises:
            InvalidInputError: The passcode is not six digits.
            NotFoundError: There is none, or it is not theirs.
            NotYetLoggedError: No cosigned head of the log covers it yet.
            RefusedError: It is not in force, or a rule of the passcode.
        """
        state = self._opened(scope, caller, request, passcode, at)
        found = self._certificate(state)
        if lifecycle.standing(found.certificate, at) is not Standing.IN_FORCE:
            raise RefusedError("certificate_not_in_force", "expected a certificate in force")
        self.papers.release.proof(found.id)
        token, intent = lifecycle.token_of(found.certificate), found.certificate.intent
        assert intent is not None, "what is in force was signed"
        return ShownCode(
            certificate=found.id,
            subject=state.draft.subject,
            form=state.draft.form,
            number=intent.number,
            issued_at=intent.issued_at,
            expires_at=intent.expires_at,
            png=draw_png(to_qr_text(token, self.papers.host), scale=_PIXELS),
            short_code=short_code(token),
        )

    def paper(
        self, scope: Scope, caller: Caller, request: UUID, *, passcode: str | None, at: datetime
    ) -> IssuedPaper:
        """Return the document of a request's certificate.

        Raises:
            InvalidInputError: The passcode is not six digits.
            NotFoundError: There is none, or it is not theirs.
            NotYetLoggedError: No cosigned head of the log covers it yet.
            RefusedError: A rule of the passcode.
        """
        return self.papers.paper(self._opened(scope, caller, request, passcode, at), at=at)

    def _opened(
        self, scope: Scope, caller: Caller, request: UUID, passcode: str | None, at: datetime
    ) -> Request:
        """Return the request once its passcode was typed, where it needs one."""
        state = self._own(scope, request)
        self._certificate(state)
        if state.draft.form is not Form.TWO:
            return state
        if passcode is None:
            raise InvalidInputError("passcode", "passcode", "6 digits")
        PASSCODE.check(passcode, place="passcode")
        assert scope.subject is not None, "whose request it is, is somebody"
        passcodes.enter(
            self.facts, subject=scope.subject, passcode=passcode, is_passcode=is_password,
            act=_act(caller, at, request),
        )  # fmt: skip
        return state

    def _own(self, scope: Scope, request: UUID) -> Request:
        state = load_request(self.facts, request).state
        if scope.subject is None or state.draft.subject != scope.subject:
            raise NotFoundError(NO_REQUEST)
        return state

    def _certificate(self, state: Request) -> CertificateOnFile:
        if state.certificate is None:
            raise NotFoundError("this request has no certificate")
        found = certificates.load(self.facts, state.certificate)
        if found.certificate.issued_at is None:
            raise NotFoundError("this request has no certificate")
        return found


def _act(caller: Caller, at: datetime, request: UUID | None = None) -> Act:
    return Act(at, caller.account, caller.role.value, correlation=request)
