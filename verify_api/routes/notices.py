"""What an account is to be told: visits that were read by it under the wrong person.

Pseudonyms alone. The caller asks for what came after the last notice that was shown.
"""

from typing import Final

from flask import Blueprint, Response
from msgspec import to_builtins

from projections.columns import moment
from projections.governing_queries import MOST, notices_to
from projections.reader_notices import ReaderNoticeRow
from verify_api.access_rules import access, the_caller
from verify_api.answers import json_answer, language
from verify_api.callers import Action, Reach, who_may
from verify_api.desk.notice_words import READ_WRONGLY
from verify_api.governing import Governing, asked_number
from verify_api.visit_json import ReaderNoticesTold, ReaderNoticeTold

WHAT: Final = "visit_read_under_wrong_person"
_PAGE: Final = 50


def notice_routes(desk: Governing) -> Blueprint:
    """Return the endpoint, which asks ``desk``."""
    blueprint = Blueprint("notices", __name__)

    @blueprint.get("/v1/notices")
    @access(
        who_may(Action.SEE_NOTICES), scope=Reach.SERVICE, purpose="see_notices",
        reads_personal=False,
    )  # fmt: skip
    def notices() -> Response:
        """Return what the calling account is to be told, in order, behind the number ``after``."""
        after, limit = asked_number("after", 0), asked_number("limit", _PAGE, least=1, most=MOST)
        with desk.views.reading() as session:
            rows = notices_to(session, the_caller().account, after=after, limit=limit)
        told = [_told(row, desk, language()) for row in rows]
        return json_answer(to_builtins(ReaderNoticesTold(told)))

    return blueprint


def _told(row: ReaderNoticeRow, desk: Governing, tongue: str) -> ReaderNoticeTold:
    name = None if row.organisation is None else desk.organisation_name(row.organisation)
    return ReaderNoticeTold(
        number=row.number,
        at=moment(row.at),
        what=WHAT,
        words=READ_WRONGLY.of(tongue),
        visit=row.visit,
        person=row.person,
        where=row.organisation if name is None else name.of(tongue),
    )
