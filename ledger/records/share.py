"""A link by which a person shows a part of their health book: its facts, state, decisions.

What is shared is a snapshot, encrypted when the link is made; its key is in the link alone and is
never here in clear. The stream is found by a digest of the link's secret address, so that a copy
of the database opens nothing. Each opening is a fact before anything leaves.

    open --opened--> open ... exhausted
      |--five wrong passcodes--> ended        |--revoked--> ended        |--time--> ended

Source: HL7 SMART Health Cards and Links 1.0.0 (STU1); Law 91/2025/QH15, article 26.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, TypeAlias, assert_never
from uuid import UUID

from ledger.categories import WITHHELD, Category, Section
from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.names import check_text
from ledger.personal import Erased, ForPurpose, Health, Purpose, SealedFor

SHORTEST: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(days=7)
MOST_OPENINGS: Final = 20
MOST_FAILURES: Final = 5
"""Wrong passcodes; then the link ends. Source: SHL, a server must keep a lifetime count."""
MAX_LABEL: Final = 80
"""Characters. Source: SHL, link payload."""
MAX_RECIPIENT: Final = 200
SECRET_BYTES: Final = 32
"""Of the address. Source: SHL asks for at least 256 bits."""
FILE_TIME: Final = timedelta(minutes=15)
"""How long a file may be fetched after its opening. Source: SHL allows one hour at most."""
NO_OWN_SHARE: Final = "no such link is known"
NO_SHARE: Final = "no such link is open"
"""Said alike of one that never was, has ended, or was used up."""


@dataclass(frozen=True, slots=True)
class ShareContent:
    """What only the person and the server's moment of opening see."""

    label: str
    sections: tuple[Section, ...]
    categories: tuple[Category, ...]
    passcode: str | None
    """Argon2id, as a PHC string; None if the link alone opens it."""
    hint: str | None
    """For whom the person meant it."""
    ticket_key: bytes
    """Makes the addresses of files unguessable; opens nothing by itself."""
    files: tuple[bytes, ...]
    """Each a compact JWE, encrypted under the key that only the link has."""


@dataclass(frozen=True, slots=True)
class ShareCreated:
    """A person made a link."""

    kept_for: SealedFor
    """``health-restricted`` where withheld categories are in it, else ``health``."""
    expires_at: datetime
    """Exclusive."""
    max_opens: int
    content: ForPurpose[ShareContent]


@dataclass(frozen=True, slots=True)
class ShareOpened:
    """Somebody opened it."""

    number: int
    """1, 2, 3 …"""
    recipient: Health[str]
    """Who they said they are; nobody has checked it."""


@dataclass(frozen=True, slots=True)
class PasscodeFailed:
    """Somebody had the link and not the passcode."""

    remaining: int


@dataclass(frozen=True, slots=True)
class ShareRevoked:
    """The person ended it."""


Fact: TypeAlias = ShareCreated | ShareOpened | PasscodeFailed | ShareRevoked

TOPICS: dict[str, type] = {
    "share.created/1": ShareCreated,
    "share.opened/1": ShareOpened,
    "share.passcode_failed/1": PasscodeFailed,
    "share.revoked/1": ShareRevoked,
}
"""Stored name with schema version, and the fact; never renamed once written."""


@dataclass(frozen=True, slots=True)
class Share:
    """A link as the facts so far tell."""

    created: ShareCreated
    opened: int = 0
    failures: int = 0
    revoked: bool = False

    @property
    def content(self) -> ShareContent | Erased:
        """What it shows."""
        return self.created.content

    def is_open(self, at: datetime) -> bool:
        """Tell whether somebody may open it now."""
        return self.lives(at) and self.opened < self.created.max_opens

    def lives(self, at: datetime) -> bool:
        """Tell whether it has not ended, though it may be used up."""
        return (
            not self.revoked
            and self.failures < MOST_FAILURES
            and at < self.created.expires_at
            and not isinstance(self.content, Erased)
        )


def share_id(secret: bytes) -> UUID:
    """Return the stream of the link whose address holds ``secret``; it cannot be turned round."""
    return UUID(bytes=sha256(b"share/v1" + secret).digest()[:16])


def evolve(state: Share | None, fact: Fact) -> Share:
    """Return the link after ``fact``."""
    if isinstance(fact, ShareCreated):
        return Share(fact)
    assert state is not None, "a link's first fact is its making"
    match fact:
        case ShareOpened():
            return replace(state, opened=fact.number)
        case PasscodeFailed():
            return replace(state, failures=state.failures + 1)
        case ShareRevoked():
            return replace(state, revoked=True)
        case _:
            assert_never(fact)


def fold(facts: Iterable[Fact]) -> Share | None:
    """Return the link; None if there is none."""
    state: Share | None = None
    for fact in facts:
        state = evolve(state, fact)
    return state


def check_terms(
    *, lasting: timedelta, max_opens: int, label: str, hint: str | None,
    sections: Iterable[Section],
) -> None:  # fmt: skip
    """Refuse terms that no link may have, before anything is encrypted.

    Raises:
        InvalidInputError: Names the place.
    """
    if not SHORTEST <= lasting <= LONGEST:
        raise InvalidInputError("minutes", "share_time", "1 minute to 7 days")
    if not 1 <= max_opens <= MOST_OPENINGS:
        raise InvalidInputError("max_opens", "share_opens", f"1 to {MOST_OPENINGS}")
    check_text(label, place="label", longest=MAX_LABEL)
    if hint is not None:
        check_text(hint, place="recipient", longest=MAX_RECIPIENT)
    if not tuple(sections):
        raise InvalidInputError("sections", "sections_empty", "at least one section")


def create(
    *, content: ShareContent, lasting: timedelta, max_opens: int, at: datetime
) -> ShareCreated:
    """Return the making of a link.

    Raises:
        InvalidInputError: A part has the wrong form; names the place.
    """
    check_terms(
        lasting=lasting, max_opens=max_opens, label=content.label, hint=content.hint,
        sections=content.sections,
    )  # fmt: skip
    restricted = WITHHELD.intersection(content.categories)
    kept_for = Purpose.HEALTH_RESTRICTED if restricted else Purpose.HEALTH
    return ShareCreated(kept_for, at + lasting, max_opens, content)


def open_share(
    state: Share | None, *, recipient: str, passed: bool, at: datetime
) -> ShareOpened | PasscodeFailed:
    """Return the opening, or the failure if the passcode was wrong.

    Args:
        state: The link.
        recipient: Who opens it, in their own words.
        passed: Whether the passcode was right, or none is asked for.
        at: Now.

    Raises:
        NotFoundError: It never was, has ended, or was used up.
        InvalidInputError: Nobody says who they are.
    """
    if state is None or not state.is_open(at):
        raise NotFoundError(NO_SHARE)
    if not passed:
        return PasscodeFailed(MOST_FAILURES - state.failures - 1)
    named = check_text(recipient, place="recipient", longest=MAX_RECIPIENT)
    return ShareOpened(state.opened + 1, named)


def revoke(state: Share) -> tuple[ShareRevoked, ...]:
    """Return the end of the link; nothing if it was ended before."""
    return () if state.revoked else (ShareRevoked(),)


def check_fetch(state: Share | None, *, opened_at: datetime | None, at: datetime) -> ShareContent:
    """Return the content for who opened the link at ``opened_at`` and fetches a file now.

    Raises:
        NotFoundError: The link ended since, or the time to fetch is over.
    """
    late = opened_at is None or not opened_at <= at < opened_at + FILE_TIME
    if state is None or late or not state.lives(at) or isinstance(state.content, Erased):
        raise NotFoundError(NO_SHARE)
    return state.content


def check_passcode(passcode: str) -> str:
    """Return a new passcode if it is worth asking for.

    Raises:
        InvalidInputError: Shorter than 4 or longer than 64 characters.
    """
    shortest, longest = 4, 64
    if not shortest <= len(passcode) <= longest:
        raise InvalidInputError("passcode", "passcode_length", "4 to 64 characters")
    return passcode


def check_is_of(state: Share | None, owner: UUID | None, subject: UUID) -> Share:
    """Return the link if it is this person's.

    Raises:
        NotFoundError: There is none, or it is somebody else's: the same words for both.
    """
    if state is None or owner != subject:
        raise NotFoundError(NO_OWN_SHARE)
    return state


def check_may_share(*, restricted: bool) -> None:
    """Refuse to share while the person's data may not be processed.

    Raises:
        RefusedError: ``processing_restricted``.
    """
    if restricted:
        raise RefusedError("processing_restricted", "lift the restriction on your data first")
