"""Consents, links, emergencies, rights and looks: what a person and an officer send and get."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from msgspec import UNSET, Struct, UnsetType

from ledger.commands.sharing import PasscodeRefusedError
from ledger.errors import ConflictError, RefusedError
from verify_api.describing import BINARY, Answer, Description, Parameter, json_of
from verify_api.errors import ForbiddenError, MalformedRequestError
from verify_api.routes.consents import ClosingBody, ConsentBody, RecipientBody
from verify_api.routes.deaths import DeathBody, DeathWithdrawal
from verify_api.routes.emergencies import BreakGlassBody, ReviewBody
from verify_api.routes.looks import FindingBody, ReportBody
from verify_api.routes.own_words import NoteBody
from verify_api.routes.rights import AnswerBody, OrderBody, RightsBody
from verify_api.routes.shares import LONGEST_WAIT, ShareBody
from verify_api.routes.shl import JOSE, ManifestBody


class ConsentNamed(Struct):
    """A consent by its reference."""

    consent: str
    standing: str | UnsetType = UNSET


class ConsentTold(Struct):
    """A consent and whether it stands; its content is missing once it was erased."""

    consent: str
    standing: str
    """in_force, not_yet, ended, withdrawn or erased."""
    purpose: str | UnsetType = UNSET
    categories: list[str] | UnsetType = UNSET
    recipient: RecipientBody | UnsetType = UNSET
    since: str | UnsetType = UNSET
    until: str | UnsetType | None = UNSET
    text_digest: str | UnsetType = UNSET
    method: str | UnsetType = UNSET


class ConsentsTold(Struct):
    """All consents, the newest first."""

    consents: list[ConsentTold]


class Closed(Struct):
    """Whether a part of the book is closed to care providers now."""

    closed: bool


class NoteNamed(Struct):
    """A note by its name."""

    note: str
    standing: str | UnsetType = UNSET


class DeathTold(Struct):
    """The day of a recorded death; null once it was taken back."""

    death: str | None


class ShareMade(Struct):
    """A new link; its key is in ``link`` and nowhere else."""

    share: str
    link: str
    """``shlink:/…``, behind a viewer's address where one is set."""
    expires_at: str
    max_opens: int
    passcode: bool
    qr_svg: str


class ShareListed(Struct):
    """A link in a list."""

    number: int
    share: str
    created_at: str
    expires_at: str
    open: bool
    opened: int
    max_opens: int
    passcode_failures: int
    last_opened_at: str | None


class SharesListed(Struct):
    """A page of links, and where to go on."""

    shares: list[ShareListed]
    before: int | None


class ShareHappened(Struct):
    """Somebody opened a link, or did not have its passcode."""

    at: str
    what: str
    recipient: str | UnsetType | None = UNSET


class ShareTold(Struct):
    """A link and what happened to it."""

    share: str
    version: int
    """Ask with ``after`` of it to be answered when something happens."""
    open: bool
    expires_at: str
    seconds_left: int
    max_opens: int
    opened: int
    passcode_failures: int
    revoked: bool
    happened: list[ShareHappened]
    label: str | UnsetType = UNSET
    recipient: str | UnsetType | None = UNSET
    sections: list[str] | UnsetType = UNSET
    categories: list[str] | UnsetType = UNSET
    passcode: bool | UnsetType = UNSET


class ShareEnded(Struct):
    """A link that was ended."""

    share: str
    ended: bool


class ManifestFile(Struct):
    """A file of a link: here, or at an address for a short time."""

    contentType: str  # noqa: N815  the specification's name
    embedded: str | UnsetType = UNSET
    """A compact JWE."""
    location: str | UnsetType = UNSET


class Manifest(Struct):
    """What a link holds. Source: SMART Health Links (STU1)."""

    status: str
    files: list[ManifestFile]


class EmergencyMade(Struct):
    """An emergency that is open."""

    emergency: str
    until: str


class EmergencyTold(Struct):
    """An emergency look, for its review."""

    emergency: str
    at: str
    until: str
    account: str
    facility: str | None
    reason: str | None
    text: str | None
    review_due: str
    outcome: str | None
    note: str | None


class EmergenciesTold(Struct):
    """All emergency looks at one book."""

    emergencies: list[EmergencyTold]


class Reviewed(Struct):
    """A review."""

    emergency: str
    outcome: str


class TaskTold(Struct):
    """Something that waits."""

    kind: str
    """review, misuse, rights-answer or rights."""
    task: str
    person: str
    """Pseudonym."""
    facility: str | None
    right: str | None
    opened_on: str
    due: str
    overdue: bool


class TasksTold(Struct):
    """What waits, what is due first, and where to go on."""

    tasks: list[TaskTold]
    after: str | None


class RightsMade(Struct):
    """A request and the days that bind."""

    request: str
    answer_due: str
    due: str


class RightsTold(Struct):
    """A request, its days and its answers."""

    request: str
    right: str
    words: str | None
    visit: str | None
    facility: str | None
    answer_due: str
    due: str
    answer: str | None
    extended_because: str | None
    state: str
    """open, completed or refused."""
    rule: str | UnsetType = UNSET
    end: str | UnsetType | None = UNSET


class RightsListed(Struct):
    """All requests of a person, the newest first."""

    requests: list[RightsTold]
    restricted: bool


class RightsFound(Struct):
    """One request, or that there is none."""

    request: RightsTold | None


class RightsDone(Struct):
    """What was done with a request."""

    request: str
    act: str
    due: str


class OrderNamed(Struct):
    """A written order by its reference."""

    order: str
    ended: bool | UnsetType = UNSET


class LookTold(Struct):
    """One look, in words."""

    look: str
    at: str
    who: str
    what: str
    why: str
    door: str
    basis: str | None
    basis_reference: str | None


class LooksTold(Struct):
    """A page of looks, the newest first, and where to go on."""

    looks: list[LookTold]
    before: int | None


class NoticeTold(Struct):
    """Something that the person is to know."""

    number: int
    at: str
    what: str
    words: str
    reference: str
    where: str | None


class NoticesTold(Struct):
    """Notices in order."""

    notices: list[NoticeTold]


class ReportMade(Struct):
    """A report and until when it is answered."""

    report: str
    due: str


class ReportTold(Struct):
    """A report and its answer."""

    report: str
    look: str
    words: str | None
    due: str
    finding: str | None
    answer: str | None


class ReportsTold(Struct):
    """All reports of a person, the newest first."""

    reports: list[ReportTold]


class ReportAnswered(Struct):
    """An answered report."""

    report: str
    finding: str


_RULES: Final = (RefusedError, ConflictError)


def _read(text: str, form: type, *parameters: Parameter, **more: Any) -> Description:
    return Description({HTTPStatus.OK: Answer(text, json_of(form))}, parameters=parameters, **more)


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
    "deaths.record_death": _made("The death is on record.", DeathBody, DeathTold),
    "deaths.withdraw_death": _made(
        "It is taken back.", DeathWithdrawal, DeathTold, created=False
    ),
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
    "rights.list_mine": _read("The requests.", RightsListed),
    "rights.ask": _made("The request is on record.", RightsBody, RightsMade),
    "rights.read_request": _read("The request.", RightsFound),
    "rights.answer_request": _made("Done.", AnswerBody, RightsDone, created=False),
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
