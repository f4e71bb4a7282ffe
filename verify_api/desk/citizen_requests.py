"""What a citizen does with a request of their own: ask, submit, supplement, withdraw.

Each is a command of `ledger.commands.requests`; here stand who may, by which key a form that is
sent twice acts once, and how a dossier gets its code.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final
from uuid import UUID

from ledger import canonical
from ledger.calendar import WorkingCalendar, local_day
from ledger.certificates import request_filing
from ledger.certificates.kind import Wording
from ledger.certificates.request import Request, may
from ledger.certificates.request_facts import RequestDrafted, SupplementReceived
from ledger.certificates.request_files import FileReceived, NewFile
from ledger.certificates.request_rules import Rule
from ledger.certificates.request_values import (
    Channel,
    Declaration,
    FeeGroup,
    Form,
    NewRequest,
)
from ledger.commands import request_files, requests
from ledger.commands.kept_files import KeptFiles
from ledger.commands.loading import load_person, load_request
from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.facts import Act, FactStore, Idempotency, Receipt
from ledger.identifiers import request_stream
from ledger.personal import Erased
from ledger.personal_details import ContactDetails, PersonalDetails, Stay
from verify_api.callers import Caller, Scope
from verify_api.desk.files import NO_REQUEST

CHANNEL: Final = Channel.PROVINCIAL_PORTAL
"""These pages are a province's own; VNeID and the national portal hand dossiers in by theirs."""
_CODES: Final = 10_000_000
_CODE_TRIES: Final = 8


@dataclass(frozen=True, slots=True)
class ServedAuthority:
    """An authority that takes requests from these pages."""

    code: str
    province: str
    """Two digits."""
    name: Wording


class Receiving(StrEnum):
    """How the result is wanted; the electronic certificate comes in any case."""

    ELECTRONIC = "electronic"
    POST = "post"
    """Paper copies too, to the address given."""
    COUNTER = "counter"
    """Paper copies too, fetched at the counter."""


@dataclass(frozen=True, slots=True)
class AskedRequest:
    """A certificate as it is asked for; who asks comes from the register."""

    form: Form
    post_bans: bool
    purpose: str
    """Code."""
    purpose_words: str | None
    authority: str
    receiving: Receiving
    copies: int
    address: str | None
    """Where paper is sent."""
    phone: str | None
    email: str | None
    fee_group: FeeGroup


@dataclass(frozen=True, slots=True)
class Registered:
    """Who a citizen is, by the register."""

    details: PersonalDetails
    contact: ContactDetails
    open_request: UUID | None


@dataclass(frozen=True, slots=True)
class Supplement:
    """What a citizen answers when something is missing."""

    birthplace: str | None
    other_names: str | None
    purpose: str | None
    """In their own words."""
    stays: tuple[Stay, ...]
    contact: ContactDetails
    files: tuple[NewFile, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class OwnRequests:
    """The requests that citizens make themselves."""

    facts: FactStore
    calendar: WorkingCalendar
    authorities: Sequence[ServedAuthority]
    kept: KeptFiles
    """Files of requests."""

    def registered(self, scope: Scope) -> Registered:
        """Return who the citizen is.

        Raises:
            NotFoundError: Nobody.
            RefusedError: ``record_erased``.
        """
        if scope.subject is None:
            raise NotFoundError(NO_REQUEST)
        known = load_person(self.facts, scope.subject).state
        if isinstance(known.details, Erased) or isinstance(known.contact, Erased):
            raise RefusedError(Rule.RECORD_ERASED, "this person's identity has been erased")
        return Registered(known.details, known.contact, known.open_request)

    def quoted(self, scope: Scope, caller: Caller, asked: AskedRequest, *, at: datetime) -> int:
        """Return the fee in VND of what is asked, decided as it will be; nothing is recorded.

        Raises:
            InvalidInputError: A value has the wrong form; names the place.
            RefusedError: A rule of filing says no, or another request is open.
        """
        known = self.registered(scope)
        if known.open_request is not None:
            raise RefusedError(Rule.ONE_OPEN_REQUEST, "another request is still open")
        new = self._new(scope, asked, known, at, number=0)
        return request_filing.draft(new, act=_act(caller, at)).fee

    def begin(
        self, scope: Scope, caller: Caller, asked: AskedRequest, key: str, *, at: datetime,
        files: Sequence[NewFile] = (),
    ) -> UUID:  # fmt: skip
        """Draft the request with its files; return its stream, the same if the form is sent again.

        Raises:
            IdempotencyMismatchError: The form's key was used for another content.
            InvalidInputError: A value has the wrong form; names the place.
            RefusedError: A rule of filing says no.
        """
        once = _once(key, ["draft", *map(str, _content(asked)), *_digests(files)])
        answered = self.facts.answered(once)
        if answered is not None:
            first = self.facts.read(after=answered.positions[0] - 1, limit=1)[0]
            assert isinstance(first.fact, RequestDrafted), "a draft begins with its request"
            return first.stream_id
        known = self.registered(scope)
        start = int.from_bytes(sha256(key.encode()).digest()[:8])
        for further in range(_CODE_TRIES):
            new = self._new(scope, asked, known, at, number=(start + further) % _CODES)
            stream = request_stream(new.authority, new.dossier_code)
            if self.facts.tip(stream).version:
                continue  # that code is somebody else's
            self._draft(new, _act(caller, at, stream), once, files)
            return stream
        raise RefusedError(Rule.DOSSIER_EXISTS, "expected a dossier code that is not taken")

    def _draft(
        self, new: NewRequest, act: Act, once: Idempotency, files: Sequence[NewFile]
    ) -> None:
        stream = request_stream(new.authority, new.dossier_code)

        def drafted(kept: tuple[FileReceived, ...]) -> Receipt:
            return requests.draft(self.facts, new=new, act=act, files=kept, idempotency=once)

        request_files.keep(self.kept, files, request=stream, subject=new.subject, then=drafted)

    def submit(
        self, scope: Scope, caller: Caller, request: UUID, key: str, *, at: datetime
    ) -> None:
        """Send a paid request to its authority.

        Raises:
            NotFoundError: It is not theirs.
            RefusedError: The fee is not settled, or it was sent before.
        """
        self._own(scope, request)
        requests.submit(
            self.facts, request=request, act=_act(caller, at, request),
            idempotency=_once(key, ["submit", str(request)]),
        )  # fmt: skip

    def withdraw(
        self, scope: Scope, caller: Caller, request: UUID, key: str, *, at: datetime
    ) -> None:
        """Ask to withdraw.

        Raises:
            NotFoundError: It is not theirs.
            RefusedError: It is too late, or was asked before.
        """
        self._own(scope, request)
        requests.request_withdrawal(
            self.facts, request=request, act=_act(caller, at, request),
            idempotency=_once(key, ["withdraw", str(request)]),
        )  # fmt: skip

    def supplement(
        self, scope: Scope, caller: Caller, request: UUID, given: Supplement, key: str, *,
        at: datetime,
    ) -> None:  # fmt: skip
        """Answer what the authority found missing, with files; the clock runs on.

        Raises:
            InvalidInputError: A value has the wrong form; names the place.
            NotFoundError: It is not theirs.
            RefusedError: ``resubmission_only_in_supplement``, or ``record_erased``.
        """
        state, act = self._own(scope, request), _act(caller, at, request)
        before = state.declaration
        if isinstance(before, Erased):
            raise RefusedError(Rule.RECORD_ERASED, "the declaration has been erased")
        content = ["supplement", str(request), repr(given), *_digests(given.files)]
        once = _once(key, content)
        if self.facts.answered(once) is not None:
            return
        may(state, SupplementReceived, act)
        after = replace(
            before,
            details=replace(
                before.details, birthplace=given.birthplace, other_names=given.other_names
            ),
            purpose=given.purpose,
            stays=given.stays,
        )

        def received(kept: tuple[FileReceived, ...]) -> Receipt:
            return requests.receive_supplement(
                self.facts, request=request, act=act, calendar=self.calendar,
                declaration=after if after != before else None, contact=given.contact,
                files=kept, idempotency=once,
            )  # fmt: skip

        request_files.keep(
            self.kept, given.files, request=request, subject=state.draft.subject, then=received
        )

    def declared(self, scope: Scope, request: UUID) -> Declaration:
        """Return the declaration as it now reads.

        Raises:
            NotFoundError: The request is not theirs.
            RefusedError: ``record_erased``.
        """
        found = self._own(scope, request).declaration
        if isinstance(found, Erased):
            raise RefusedError(Rule.RECORD_ERASED, "the declaration has been erased")
        return found

    def _own(self, scope: Scope, request: UUID) -> Request:
        state = load_request(self.facts, request).state
        if scope.subject is None or state.draft.subject != scope.subject:
            raise NotFoundError(NO_REQUEST)
        return state

    def _new(
        self, scope: Scope, asked: AskedRequest, known: Registered, at: datetime, *, number: int
    ) -> NewRequest:
        assert scope.subject is not None, "who is registered is somebody"
        authority = next((one for one in self.authorities if one.code == asked.authority), None)
        if authority is None:
            raise InvalidInputError("authority", "unknown_choice", "one of the values offered")
        wants_paper = asked.receiving is not Receiving.ELECTRONIC
        contact = replace(
            known.contact,
            phone=asked.phone,
            email=asked.email,
            current_address=asked.address if asked.receiving is Receiving.POST else None,
        )
        return NewRequest(
            authority=authority.code,
            dossier_code=f"H{authority.province}-{local_day(at):%y%m%d}-{number:07}",
            subject=scope.subject,
            province=authority.province,
            form=asked.form,
            purpose=asked.purpose,
            channel=CHANNEL,
            declaration=Declaration(known.details, purpose=asked.purpose_words),
            contact=contact,
            include_post_bans=asked.post_bans or asked.form is Form.TWO,
            fee_group=asked.fee_group,
            copies=asked.copies if wants_paper else 0,
        )


def _content(asked: AskedRequest) -> tuple[object, ...]:
    return tuple(getattr(asked, name) for name in asked.__slots__)


def _digests(files: Sequence[NewFile]) -> list[str]:
    return [sha256(one.content).hexdigest() for one in files]


def _once(key: str, content: Sequence[str]) -> Idempotency:
    return Idempotency(key, sha256(canonical.encode([key, *content])).digest())


def _act(caller: Caller, at: datetime, request: UUID | None = None) -> Act:
    return Act(at, caller.account, caller.role.value, correlation=request)
