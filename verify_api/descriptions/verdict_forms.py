"""The forms of answers to checks: what `verify_api.verdict_json` writes, as types.

A test holds real answers against them.
"""

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from verify_api.acceptance import Acceptance
from verify_api.openapi_answers import Problem
from verify_api.picture_error import PictureRule
from verify_api.verdict import (
    Authenticity,
    Logged,
    Overall,
    Profile,
    Reason,
    Standing,
    State,
    SubjectMatch,
)


class Axes(Struct):
    """The axes; each is known, or said to be unknown, by itself."""

    authenticity: Authenticity
    standing: Standing
    logged: Logged
    subject: SubjectMatch
    acceptance: Acceptance | UnsetType = UNSET
    """Only of papers that are used up by being taken in."""


class AxisRow(Struct):
    """One axis in words."""

    axis: str
    value: str
    text: str


class ReasonWords(Struct):
    """Why, as a code and in words."""

    code: Reason
    text: str


class TrustEvidence(Struct):
    """Which trust list was used."""

    version: int
    issued_at: str | None


class StatusWords(Struct):
    """On what the standing rests, and how old that is."""

    source: str
    """``register`` or ``signed_list``."""
    value: str | None
    as_of: str | None
    age_seconds: int | None
    since: str | None
    stale: bool
    superseded_by: list[str]
    """Numbers of the certificates that took its place."""


class LogWords(Struct):
    """Where it is in the public register."""

    index: int | None
    logged_at: str | None
    by: str | None
    """``log`` if the log was asked, ``tlog_proof`` or ``landmark`` if the paper brought its proof;
    null if nothing shows it."""
    size: int | None
    """Entries under the head that shows it; null with a landmark, and if nothing does."""
    witnesses: int | None
    """How many cosigned that head."""


class EvidenceWords(Struct):
    """On what the answer rests."""

    trust_list: TrustEvidence | None
    status: StatusWords
    log: LogWords


class IssuerWords(Struct):
    """Who issued it."""

    code: str
    name: str


class HolderWords(Struct):
    """Whom it is about; only in a valid answer."""

    name: str
    name_mrz: str
    birth_date: str
    sex: str
    id_tail: str
    """The last digits of the holder's number."""


class ClaimWords(Struct):
    """One thing that it says; only in a valid answer."""

    name: str
    title: str
    value: Any
    text: str | None


class CertificateWords(Struct):
    """The certificate itself; null unless it is genuine."""

    claims: list[ClaimWords] | dict[str, Any] | None
    """An object for a foreign credential."""
    kind: str | UnsetType = UNSET
    title: str | UnsetType = UNSET
    number: str | UnsetType = UNSET
    issued_at: str | UnsetType | None = UNSET
    expires_at: str | UnsetType | None = UNSET
    holder: HolderWords | UnsetType | None = UNSET


class AcceptanceWords(Struct):
    """Whether, by whom and until when a referral or an appointment may be taken in."""

    value: Acceptance
    text: str
    next_step: str
    places: list[str]
    """Codes of the facilities that may."""
    until: str
    """The last day on which it can be presented."""
    days_left: int
    """Working days after today, until that day."""
    appointed_on: str | None
    facility: str | None
    """For which it was judged."""
    used_by: str | None
    """Who has it; only to a signed-in facility that it is addressed to."""
    used_since: str | None


class VerdictAnswer(Struct):
    """What a check answers. Act on ``overall`` and ``state``; the rest says why.

    Times are ISO 8601 with the offset of Vietnam.
    """

    overall: Overall
    overall_text: str
    state: State
    heading: str
    sentence: str
    next_step: str
    """What the checker should do now."""
    not_meaning: str
    """What this answer does not mean."""
    axes: Axes
    rows: list[AxisRow]
    caution: str | None
    reasons: list[ReasonWords]
    failed_check: int | None
    """The first of the numbered checks that failed."""
    profile: Profile
    checked_at: str
    evidence: EvidenceWords
    issuer: IssuerWords | None
    certificate: CertificateWords | None
    acceptance: AcceptanceWords | None
    """Null for papers that are shown and not used up."""
    picture: PictureRule | UnsetType = UNSET
    """Why a picture gave no code."""


class VerdictAnswers(Struct):
    """One answer for each code of a picture or PDF."""

    answers: list[VerdictAnswer]


class PaperWords(Struct):
    """Which paper was found, for a signed-in checker and everybody else alike."""

    title: str
    number: str
    issued_at: str


class StandingAnswer(VerdictAnswer, kw_only=True):
    """How the paper stands that a checker typed from; without what it says."""

    paper: PaperWords | UnsetType = UNSET


class PaperAnswer(Struct):
    """Whether there is such a paper; one answer for everything that does not fit."""

    found: bool
    answer: StandingAnswer | None


class LineVerdict(VerdictAnswer, kw_only=True):
    """The answer to one line of a batch."""

    line: int
    id: str | int | None


class LineProblem(Struct):
    """One line of a batch that could not be answered."""

    line: int
    id: str | int | None
    problem: Problem


class BrokenBatch(Struct):
    """The last line of an answer where the rest could not be answered."""

    problem: Problem
