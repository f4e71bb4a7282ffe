"""Consents, links, emergencies, rights and looks: what a person and an officer send and get."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from ledger.commands.sharing import PasscodeRefusedError
from ledger.errors import ConflictError, InvalidInputError, RefusedError
from ledger.records.refusal_day import MOST_A_DAY
from verify_api.describing import BINARY, Answer, Description, Parameter, json_of
from verify_api.descriptions.governing_forms import (
    ActsTold,
    AppShown,
    AppsTold,
    Closed,
    ConsentNamed,
    ConsentsTold,
    DeathTold,
    EmergenciesTold,
    EmergencyMade,
    ErasureTold,
    Manifest,
    NoteNamed,
    OrderNamed,
    RepresentativesTold,
    RepresentedListed,
    Reviewed,
    RightsDone,
    RightsFound,
    RightsListed,
    RightsMade,
    RightsTakenBack,
    ShareEnded,
    ShareMade,
    SharesListed,
    ShareTold,
    TasksTold,
)
from verify_api.descriptions.look_forms import (
    LooksTold,
    NoticesTold,
    RefusalsTold,
    ReportAnswered,
    ReportMade,
    ReportsTold,
)
from verify_api.errors import ForbiddenError, MalformedRequestError
from verify_api.routes.consents import ClosingBody, ConsentBody
from verify_api.routes.deaths import DeathBody, DeathWithdrawal
from verify_api.routes.emergencies import BreakGlassBody, ReviewBody
from verify_api.routes.looks import FindingBody, ReportBody
from verify_api.routes.own_words import NoteBody
from verify_api.routes.representatives import AppointmentBody, EndingBody
from verify_api.routes.rights import AnswerBody, ErasureBody, OrderBody, RightsBody
from verify_api.routes.shares import LONGEST_WAIT, ShareBody
from verify_api.routes.shl import JOSE, ManifestBody

_RULES: Final = (RefusedError, ConflictError)


def _read(answer: str, form: type, *parameters: Parameter, **more: Any) -> Description:
    return Description(
        {HTTPStatus.OK: Answer(answer, json_of(form))}, parameters=parameters, **more
    )


def _made(
    answer: str, body: type, form: type, *, created: bool = True, text: str = ""
) -> Description:
    status = HTTPStatus.CREATED if created else HTTPStatus.OK
    return Description(
        {status: Answer(answer, json_of(form))}, body=json_of(body), problems=_RULES, text=text
    )


def _ended(text: str, form: type) -> Description:
    return Description({HTTPStatus.OK: Answer(text, json_of(form))}, problems=_RULES)


def _number(name: str, text: str) -> Parameter:
    return Parameter(name, text, {"type": "integer", "minimum": 0})


_WITHIN: Final = (
    "A representative opens what they may read themselves, and no longer than they may: else "
    "``beyond_representation``."
)
_LIMIT: Final = _number("limit", "Most entries a page.")
_ALL: Final = {"problems": (MalformedRequestError,)}

GOVERNING: Final[Mapping[str, Description]] = MappingProxyType({
    "consents.list_consents": _read("The consents.", ConsentsTold),
    "consents.grant": _made("The consent stands.", ConsentBody, ConsentNamed),
    "consents.withdraw": _ended("It is taken back.", ConsentNamed),
    "consents.close": _made("Done.", ClosingBody, Closed, created=False),
    "own_words.write_note": _made("The note is in the book.", NoteBody, NoteNamed),
    "own_words.withdraw_note": _ended("It is shown no longer.", NoteNamed),
    "integrations.list_apps": _read("The apps.", AppsTold),
    "integrations.connect_app": Description(
        {HTTPStatus.OK: Answer("It is shown there.", json_of(AppShown))},
        problems=(InvalidInputError, *_RULES),
    ),
    "integrations.leave_app": _ended("It is shown there no longer.", AppShown),
    "deaths.record_death": _made("The death is on record.", DeathBody, DeathTold),
    "deaths.withdraw_death": _made(
        "It is taken back.", DeathWithdrawal, DeathTold, created=False
    ),
    "representatives.list_mine": _read("Who acts for the caller.", RepresentativesTold),
    "representatives.list_represented": _read(
        "For whom the caller may act today.", RepresentedListed
    ),
    "representatives.appoint": _made("They may act.", AppointmentBody, ActsTold),
    "representatives.end": _made("They act no longer.", EndingBody, ActsTold, created=False),
    "represented.list_consents": _read("The consents.", ConsentsTold, problems=(ForbiddenError,)),
    "represented.grant": _made(
        "The consent stands.", ConsentBody, ConsentNamed, text=_WITHIN
    ),
    "represented.withdraw": _ended("It is taken back.", ConsentNamed),
    "represented.list_shares": _read(
        "The links.", SharesListed, _number("before", "The page before's ``before``."), _LIMIT,
        problems=(MalformedRequestError, ForbiddenError),
    ),
    "represented.create": _made("The link, with its key.", ShareBody, ShareMade, text=_WITHIN),
    "represented.look_on": _read(
        "The link.", ShareTold,
        _number("after", "Version that the caller knows."),
        _number("wait", f"Seconds to wait for a newer one, at most {LONGEST_WAIT}."),
        problems=(MalformedRequestError, ForbiddenError),
    ),
    "represented.revoke": _ended("It is ended.", ShareEnded),
    "represented.report": _made("The report is on record.", ReportBody, ReportMade),
    "represented.reports": _read("The reports.", ReportsTold, problems=(ForbiddenError,)),
    "shares.create": _made("The link, with its key.", ShareBody, ShareMade),
    "shares.list_shares": _read(
        "The links.", SharesListed, _number("before", "The page before's ``before``."), _LIMIT,
        **_ALL,
    ),
    "shares.look_on": _read(
        "The link.", ShareTold,
        _number("after", "Version that the caller knows."),
        _number("wait", f"Seconds to wait for a newer one, at most {LONGEST_WAIT}."), **_ALL,
    ),
    "shares.revoke": _ended("It is ended.", ShareEnded),
    "shl.manifest": Description(
        {HTTPStatus.OK: Answer("The files of the link.", json_of(Manifest))},
        body=json_of(ManifestBody), problems=(PasscodeRefusedError, ConflictError),
        throttled=True,
        text="A wrong passcode is answered with 401 and ``remainingAttempts``.",
    ),
    "shl.file": Description(
        {HTTPStatus.OK: Answer("The encrypted file.", {JOSE: BINARY})}, throttled=True
    ),
    "shl.before_manifest": Description({HTTPStatus.NO_CONTENT: Answer("Any site may ask.")}),
    "emergencies.break_glass": _made("The book is open.", BreakGlassBody, EmergencyMade),
    "emergencies.list_emergencies": _read("The emergency looks.", EmergenciesTold),
    "emergencies.review": _made("It is reviewed.", ReviewBody, Reviewed, created=False),
    "emergencies.tasks": _read(
        "What waits.", TasksTold, Parameter("after", "The page before's ``after``."),
        Parameter("overdue", "Only what is late."), _LIMIT,
        problems=(MalformedRequestError, ForbiddenError),
    ),
    "refusals.refused_looks": _read(
        "The refusals.", RefusalsTold, _number("after", "The page before's ``after``."), _LIMIT,
        text=f"Of one account and person one a day, and {MOST_A_DAY} an account and day at most; "
        "that there were more is one last entry, with ``more_than``.",
        **_ALL,
    ),
    "rights.list_mine": _read("The requests.", RightsListed),
    "rights.ask": _made("The request is on record.", RightsBody, RightsMade),
    "rights.take_back": _ended("It is taken back.", RightsTakenBack),
    "rights.read_request": _read("The request.", RightsFound),
    "rights.answer_request": _made("Done.", AnswerBody, RightsDone, created=False),
    "rights.grant_erasure": _made(
        "The erasure is asked for.", ErasureBody, ErasureTold,
        text="That data must stay is recorded and refused; the request is open still.",
    ),
    "rights.approve_erasure": _ended("It is approved.", ErasureTold),
    "rights.record_order": _made("The order is on record.", OrderBody, OrderNamed),
    "rights.end_order": _ended("It is ended.", OrderNamed),
    "looks.looks": _read(
        "The looks.", LooksTold, _number("before", "The page before's ``before``."), _LIMIT, **_ALL
    ),
    "looks.notices": _read(
        "The notices.", NoticesTold, _number("after", "Number of the last one known."), _LIMIT,
        **_ALL,
    ),
    "looks.report": _made("The report is on record.", ReportBody, ReportMade),
    "looks.reports": _read("The reports.", ReportsTold),
    "looks.reports_of": _read("The reports.", ReportsTold),
    "looks.answer_report": _made("It is answered.", FindingBody, ReportAnswered, created=False),
})  # fmt: skip
