"""For whom somebody uses the health pages: for themselves, or for whom they represent.

The choice is a cookie that names nobody: a digest of the person's pseudonym under the session's own
token. It means nothing outside of that session, and ends with it. Each form carries it, too: a form
that was made for one person never acts for another who was chosen in a second window meanwhile.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from flask import Response, request

from keys.base64url import to_base64url
from verify_api.access_rules import the_caller
from verify_api.book_questions import opened_for
from verify_api.books import Opened
from verify_api.desk.represented import Represented, represented_now
from verify_api.errors import ForbiddenError, MalformedRequestError
from verify_api.governing import Managed, for_person, my_subject, own
from verify_api.my_health.desk import MyHealth
from verify_api.running import the_ports

COOKIE: Final = "acting-for"
FIELD: Final = "acting_for"
_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose book a page is about, and who acts."""

    managed: Managed
    mark: str = ""
    """What names the person within this session; empty for oneself."""
    name: str = ""
    """Of the person who is represented."""

    @property
    def subject(self) -> UUID:
        """The person's pseudonym."""
        return self.managed.subject

    @property
    def acting(self) -> bool:
        """Whether somebody else's book is shown to who represents them."""
        return bool(self.mark)


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody whose pages the caller may choose."""

    mark: str
    name: str
    relation: str
    opened: Opened
    """The look that showing the name is."""


def whose(my: MyHealth) -> Whose:
    """Return for whom this page is; for oneself, where the choice no longer stands."""
    mark = request.cookies.get(COOKIE, "")
    if mark:
        for one in _represented(my):
            if hmac.compare_digest(mark_of(one.subject), mark):
                name = my.books.patient(opened_of(my, one.subject)).name
                return Whose(for_person(my.governing, one.subject), mark, name)
    return Whose(own())


def whose_form(my: MyHealth) -> Whose:
    """Return for whom a form acts.

    Raises:
        MalformedRequestError: ``acting_for``: another person was chosen since it was made.
    """
    chosen = whose(my)
    if not hmac.compare_digest(request.form.get(FIELD, "").encode(), chosen.mark.encode()):
        raise MalformedRequestError(
            "acting_for", "this form was made for another person: load the page again"
        )
    return chosen


def alone(chosen: Whose) -> Whose:
    """Return the choice, where only the person themself may do this.

    Raises:
        ForbiddenError: Another person was chosen.
    """
    if chosen.acting:
        raise ForbiddenError("this is for the person alone: go back to your own pages first")
    return chosen


def choices(my: MyHealth) -> list[Choice]:
    """Return for whom the caller may act today, by name."""
    found = []
    for one in _represented(my):
        opened = opened_of(my, one.subject)
        name = my.books.patient(opened).name
        found.append(Choice(mark_of(one.subject), name, one.relation, opened))
    return found


def choose(my: MyHealth, mark: str, answer: Response) -> None:
    """Let the next pages be about whom ``mark`` names; about oneself, if it is empty.

    Raises:
        ForbiddenError: It names nobody for whom the caller may act.
    """
    if not mark:
        answer.delete_cookie(COOKIE)
        return
    known = [mark_of(one.subject) for one in _represented(my)]
    if not any(hmac.compare_digest(one.encode(), mark.encode()) for one in known):
        raise ForbiddenError("you act for nobody under this choice, or no longer")
    answer.set_cookie(
        COOKIE, mark, samesite="Lax", httponly=True, secure=the_ports().settings.https
    )


def mark_of(subject: UUID) -> str:
    """Return what names ``subject`` within this session, and nowhere else."""
    secret = (the_caller().csrf or "").encode()
    digest = hmac.digest(secret, b"acting for " + subject.bytes, "sha256")
    return to_base64url(digest[:_BYTES])


def opened_of(my: MyHealth, subject: UUID, at: datetime | None = None) -> Opened:
    """Return what the caller may read of a book.

    Raises:
        ForbiddenError: Nothing.
    """
    return opened_for(my.books, the_caller(), subject, at or the_ports().clock())


def _represented(my: MyHealth) -> Iterator[Represented]:
    if the_caller().csrf is None:  # a machine chooses nobody
        return iter(())
    return iter(represented_now(my.governing, my_subject(), at=the_ports().clock()))
