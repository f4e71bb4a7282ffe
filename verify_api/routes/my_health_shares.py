"""Pages of links: made with a code that is shown once, followed while they are open, ended."""

import threading
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, request

from ledger.categories import WITHHELD, Category
from ledger.categories import Section as Part
from ledger.errors import InvalidInputError
from ledger.records.access import RecordKind
from ledger.records.share import LONGEST, MOST_OPENINGS
from verify_api.access_rules import Disclosed
from verify_api.my_health.desk import MyHealth
from verify_api.my_health.pages import (
    REFUSALS,
    Wrong,
    bounded_form,
    done,
    my_page,
    once_key,
    typed_fields,
    typed_number,
    typed_text,
    wrong,
)
from verify_api.my_health.whose import Whose, whose, whose_form
from verify_api.my_health.words_sharing import CATEGORIES
from verify_api.routes.my_health_rules import manages
from verify_api.routes.shares import (
    MOST_WAITING,
    ShareBody,
    end_share,
    new_share,
    told_share,
    told_shares,
)

MINUTES: Final = (15, 60, 1440, int(LONGEST.total_seconds()) // 60)
_HERE: Final = "/my/health/shares"
_SENSITIVE: Final = tuple(one for one in Category if one in WITHHELD)


def share_pages(blueprint: Blueprint, my: MyHealth) -> None:
    """Add the pages to ``blueprint``."""
    waiting = threading.BoundedSemaphore(MOST_WAITING)

    @blueprint.get("/shares")
    @manages
    def shares() -> Disclosed:
        """Show the person's links, and the form that makes one."""
        return _shares(my, whose(my))

    @blueprint.post("/shares")
    @manages
    def share_made() -> Disclosed:
        """Make a link; its code is shown by this answer alone."""
        bounded_form()
        chosen = whose_form(my)
        once = once_key(chosen, "share")
        try:
            body = _body()
            share, told = new_share(my.governing, chosen.managed, body, once)
        except REFUSALS as error:
            return _shares(my, chosen, wrong(error))
        answer = my_page("my_health_shared.html", chosen, share=share, told=told)
        return Disclosed(answer, (chosen.managed.seen(RecordKind.SHARE, share),))

    @blueprint.get("/shares/<uuid:share>")
    @manages
    def share_followed(share: UUID) -> Disclosed:
        """Show who has opened a link; with ``wait``, as soon as something happens."""
        chosen = whose(my)
        told = told_share(my.governing, chosen.managed, share, waiting)
        answer = my_page("my_health_share.html", chosen, share=share, told=told)
        return Disclosed(answer, (chosen.managed.seen(RecordKind.SHARE, share),))

    @blueprint.post("/shares/<uuid:share>/stop")
    @manages
    def share_stopped(share: UUID) -> Disclosed:
        """End a link, at once."""
        bounded_form()
        chosen = whose_form(my)
        ended = end_share(my.governing, chosen.managed, share)
        return done(f"{_HERE}/{share}", "share_stopped", *ended.seen)


def _shares(my: MyHealth, chosen: Whose, refused: Wrong | None = None) -> Disclosed:
    told = told_shares(my.governing, chosen.managed)
    managed = chosen.managed
    sensitive = [(one.value, CATEGORIES[one.value]) for one in _SENSITIVE if managed.may_see({one})]
    answer = my_page(
        "my_health_shares.html", chosen, links=told["shares"],
        following=told["before"], parts=[one.value for one in Part], minutes=MINUTES,
        sensitive=sensitive, most_opens=MOST_OPENINGS, refused=refused,
        typed=_typed() if refused else {"sections": [], "opens": "1", "minutes": "15"},
    )  # fmt: skip
    return Disclosed(answer, (managed.seen(RecordKind.SHARE),))


def _typed() -> dict[str, Any]:
    """Return what was typed; not the passcode, which is typed anew."""
    return {
        **typed_fields("label", "recipient", "minutes", "opens"),
        "sections": request.form.getlist("sections"),
        "categories": request.form.getlist("categories"),
    }


def _body() -> ShareBody:
    """Return the link that a form asks for.

    Raises:
        InvalidInputError: A part or a category is none that is offered.
    """
    try:
        sections = [Part(one) for one in request.form.getlist("sections")]
        categories = [Category(one) for one in request.form.getlist("categories")]
    except ValueError:
        raise InvalidInputError("sections", "choice", "parts of the list") from None
    return ShareBody(
        minutes=typed_number("minutes"),
        sections=sections,
        label=typed_text("label"),
        max_opens=typed_number("opens"),
        passcode=request.form.get("passcode") or None,
        recipient=typed_text("recipient") or None,
        categories=categories,
    )
