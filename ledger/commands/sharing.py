"""Commands on links by which a person shows a part of their health book.

The summary is built and encrypted when the link is made, under a key that is in the link alone: it
is handed to the person and kept nowhere. The ciphertext rests sealed under the person's own key, so
that forgetting the person ends every link; a copy of the link's key alone, or of the database
alone, shows nothing. What is shared is therefore what was so at that moment.

An opening and the look in the person's access history are one transaction, durable before anything
leaves, and counted exactly once however many open at the same time.
"""

import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, Protocol, cast
from uuid import UUID

from keys.content_encryption import encrypt
from ledger.categories import Category, Section
from ledger.commands.books import check_lives, load_book
from ledger.commands.loading import Loaded, unchanged, until_settled
from ledger.commands.rights import load_rights
from ledger.errors import NotFoundError, RefusedError
from ledger.facts import Act, FactStore, History, Idempotency, Receipt
from ledger.identifiers import access_stream
from ledger.personal import Erased
from ledger.records import access, share
from ledger.records.access import Channel, RecordKind
from ledger.records.share import (
    NO_SHARE,
    PasscodeFailed,
    Share,
    ShareContent,
    ShareOpened,
    share_id,
)

PURPOSE: Final = "open_share"
LEGAL_BASIS: Final = "shared_by_holder"
TICKET_BYTES: Final = 16


class PasscodeRefusedError(RefusedError):
    """The passcode was missing or wrong."""

    code = "passcode_refused"

    def __init__(self, remaining: int) -> None:
        """Say how many wrong ones the link still bears."""
        super().__init__("passcode_refused", "expected the passcode that belongs to the link")
        self.remaining = remaining


@dataclass(frozen=True, slots=True)
class SharedFile:
    """One document in a link."""

    content_type: str
    content: bytes


class BuildSummary(Protocol):
    """Makes the patient summary of a person as it is now."""

    def __call__(
        self,
        subject: UUID,
        *,
        sections: frozenset[Section],
        categories: frozenset[Category],
        at: datetime,
    ) -> Iterable[SharedFile]:
        """Return the documents: only those sections, only entries of those categories."""
        ...


@dataclass(frozen=True, slots=True)
class ShareTerms:
    """What the person asks for."""

    lasting: timedelta
    max_opens: int
    label: str
    sections: frozenset[Section]
    categories: frozenset[Category] = frozenset({Category.GENERAL})
    """Withheld ones only if the person named them."""
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class ShareSecrets:
    """Random bytes that are used for one link; 32 each."""

    address: bytes
    key: bytes
    ticket_key: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """What an opening gives."""

    number: int
    files: tuple[bytes, ...]
    tickets: tuple[str, ...]
    """Where each file may be fetched, for a short time."""


def create(
    facts: FactStore,
    build: BuildSummary,
    *,
    subject: UUID,
    terms: ShareTerms,
    secrets: ShareSecrets,
    passcode: str | None,
    act: Act,
    idempotency: Idempotency | None = None,
) -> UUID:
    """Make a link; return its identifier. The key in ``secrets`` is kept by nobody but the caller.

    Args:
        facts: The ledger.
        build: Makes the summary.
        subject: Whose book it is.
        terms: What is shown, for how long, how often.
        secrets: Drawn for this link.
        passcode: Its slow hash, if one is to be asked for.
        act: By the person.
        idempotency: So that a form that is sent twice makes one link.

    Raises:
        InvalidInputError: A part has the wrong form.
        NotFoundError: The person has no book.
        RefusedError: ``processing_restricted``, ``person_died``, or ``link_made_before``:
            sent again, and what opens the first one is not kept.
    """
    share.check_terms(
        lasting=terms.lasting, max_opens=terms.max_opens, label=terms.label, hint=terms.hint,
        sections=terms.sections,
    )  # fmt: skip
    if not load_book(facts, subject).state.is_open:
        raise NotFoundError("no health book is known of this person")
    check_lives(facts, subject)
    share.check_may_share(restricted=load_rights(facts, subject).restricted)
    built = build(subject, sections=terms.sections, categories=terms.categories, at=act.at)
    content = ShareContent(
        terms.label, tuple(sorted(terms.sections)), tuple(sorted(terms.categories)), passcode,
        terms.hint, secrets.ticket_key,
        tuple(encrypt(one.content, secrets.key, content_type=one.content_type) for one in built),
    )  # fmt: skip
    created = share.create(
        content=content, lasting=terms.lasting, max_opens=terms.max_opens, at=act.at
    )
    stream = share_id(secrets.address)
    change = facts.tip(stream).then(created, subject=subject)
    if facts.append(act, change, idempotency=idempotency).repeated:
        raise RefusedError("link_made_before", "what opens that link was shown once: make another")
    return stream


def load_share(facts: FactStore, stream: UUID) -> Loaded[Share | None]:
    """Return a link; None if there is none."""
    history = facts.history(stream)
    return Loaded(history, _folded(history))


def _folded(history: History) -> Share | None:
    shares = cast("tuple[share.Fact, ...]", history.facts)
    if shares and not isinstance(shares[0], share.ShareCreated):
        return None
    return share.fold(shares)


def own_share(facts: FactStore, *, subject: UUID, stream: UUID) -> Loaded[Share]:
    """Return a link of this person.

    Raises:
        NotFoundError: There is none, or it is somebody else's.
    """
    found = load_share(facts, stream)
    return Loaded(found.history, share.check_is_of(found.state, _owner(found.history), subject))


def _owner(history: History) -> UUID | None:
    return history.recorded[0].subject if history.recorded else None


def open_link(
    facts: FactStore,
    *,
    address: bytes,
    recipient: str,
    passcode: str | None,
    is_passcode: Callable[[str, str], bool],
    act: Act,
) -> Opened:
    """Open a link: the fact, and the look in the person's history, are durable on return.

    Args:
        facts: The ledger.
        address: The secret of the link's address.
        recipient: Who opens it, in their own words.
        passcode: As typed.
        is_passcode: Whether a passcode belongs to a slow hash.
        act: By whoever opens it.

    Raises:
        NotFoundError: It never was, has ended, or was used up: the same words for all.
        InvalidInputError: Nobody says who they are.
        PasscodeRefusedError: The passcode was missing, which costs nothing, or wrong.
    """
    stream = share_id(address)
    known = load_share(facts, stream).state
    if known is None or not known.is_open(act.at) or isinstance(known.content, Erased):
        raise NotFoundError(NO_SHARE)
    hashed, passed = known.content.passcode, True
    if hashed is not None:
        if passcode is None:
            raise PasscodeRefusedError(share.MOST_FAILURES - known.failures)
        passed = is_passcode(passcode, hashed)

    # What the passcode was is told only together with the fact that counts it: of many guesses at
    # the same time no more are answered than of guesses one by one.
    def attempt() -> Opened:
        found = load_share(facts, stream)
        decided = share.open_share(found.state, recipient=recipient, passed=passed, at=act.at)
        assert found.state is not None, "what is open was made"
        subject = _owner(found.history)
        assert subject is not None, "a link is somebody's"
        change = found.history.then(decided, subject=subject)
        if isinstance(decided, PasscodeFailed):
            facts.append(act, change)
            raise PasscodeRefusedError(decided.remaining)
        look = access.record(
            act, kind=RecordKind.SHARE, purpose=PURPOSE, channel=Channel.API, reference=stream
        )
        looks = facts.tip(access_stream(subject))
        facts.append(act, change, looks.then(look, subject=subject))
        assert not isinstance(found.state.content, Erased), "what is erased is not open"
        return _opened(stream, found.state.content, decided.number)

    return until_settled(attempt, attempts=_ATTEMPTS)


_ATTEMPTS: Final = 64
"""More than a link can be opened: of all who come at once each gets an answer that is true."""


def _opened(stream: UUID, content: ShareContent, number: int) -> Opened:
    tickets = tuple(_ticket(stream, content, number, n) for n in range(len(content.files)))
    return Opened(number, content.files, tickets)


def _ticket(stream: UUID, content: ShareContent, number: int, file: int) -> str:
    message = stream.bytes + number.to_bytes(4) + file.to_bytes(4)
    mac = hmac.new(content.ticket_key, message, sha256).digest()[:TICKET_BYTES]
    return f"{number}-{file}-{mac.hex()}"


def fetch(facts: FactStore, *, address: bytes, ticket: str, at: datetime) -> bytes:
    """Return a file to who has just opened the link; part of that opening, so no fact of its own.

    Raises:
        NotFoundError: No such ticket, or its time is over, or the link ended since.
    """
    stream = share_id(address)
    found = load_share(facts, stream)
    number, file = _numbers(ticket)
    opened_at = next(
        (
            one.act.at
            for one in found.history.recorded
            if isinstance(one.fact, ShareOpened) and one.fact.number == number
        ),
        None,
    )
    content = share.check_fetch(found.state, opened_at=opened_at, at=at)
    expected = _ticket(stream, content, number, file)
    if file >= len(content.files) or not hmac.compare_digest(expected, ticket):
        raise NotFoundError(NO_SHARE)
    return content.files[file]


def _numbers(ticket: str) -> tuple[int, int]:
    number, _, rest = ticket.partition("-")
    file = rest.partition("-")[0]
    plain = number.isascii() and number.isdigit() and file.isascii() and file.isdigit()
    most = len("9999")
    if not plain or not ticket.isascii() or max(len(number), len(file)) > most:
        raise NotFoundError(NO_SHARE)
    return int(number), int(file)


def revoke(facts: FactStore, *, subject: UUID, stream: UUID, act: Act) -> Receipt:
    """End a link, at once.

    Raises:
        NotFoundError: There is none, or it is somebody else's.
    """

    def attempt() -> Receipt:
        found = own_share(facts, subject=subject, stream=stream)
        decided = share.revoke(found.state)
        if not decided:
            return unchanged(found.history)
        return facts.append(act, found.history.then(*decided, subject=subject))

    return until_settled(attempt)
