"""What can happen to a judicial record, and the judgments and bans that it is made of."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from ledger.personal import Judicial


@dataclass(frozen=True, slots=True)
class Conviction:
    """A judgment in force (bản án), as the court sent it; text in NFC."""

    judgment_number: str
    judgment_date: date
    court: str
    offences: tuple[str, ...]
    principal_penalties: tuple[str, ...]
    additional_penalties: tuple[str, ...] = ()
    articles: str = ""
    """The clauses applied (điều khoản)."""
    court_fee: str | None = None
    civil_obligations: str | None = None
    enforcement: str | None = None
    """How far the judgment has been enforced (tình trạng thi hành), in words."""
    enforced_on: date | None = None


@dataclass(frozen=True, slots=True)
class PostBan:
    """A ban on posts or on founding and running enterprises (cấm đảm nhiệm chức vụ)."""

    decision_number: str
    decision_date: date
    court: str
    posts: str
    """What is banned, in words."""
    term: str
    """For how long, in the decision's words (thời hạn cấm)."""
    starts_on: date
    until: date | None = None
    """The first day without the ban; None if the decision sets no end."""


class Amnesty(StrEnum):
    """Which mercy was applied."""

    GENERAL = "general"
    """Đại xá: wipes the conviction out."""
    SPECIAL = "special"
    """Đặc xá: ends the penalty early; the conviction stays."""


@dataclass(frozen=True, slots=True)
class ConvictionEntered:
    """A court's judgment came into the record."""

    conviction: UUID
    content: Judicial[Conviction]


@dataclass(frozen=True, slots=True)
class JudgmentStatusUpdated:
    """The judgment was enforced further."""

    conviction: UUID
    enforcement: Judicial[str]
    enforced_on: Judicial[date | None]


@dataclass(frozen=True, slots=True)
class ConvictionExpunged:
    """The conviction is expunged (xóa án tích): Form 1 no longer says it."""

    conviction: UUID
    expunged_on: Judicial[date]
    decision: Judicial[str | None]
    """Number of the court's decision; None where it is expunged by law alone."""


@dataclass(frozen=True, slots=True)
class AmnestyApplied:
    """Mercy was applied to a conviction."""

    conviction: UUID
    amnesty: Judicial[Amnesty]
    applied_on: Judicial[date]
    decision: Judicial[str]


@dataclass(frozen=True, slots=True)
class PostBanEntered:
    """A court banned the person from posts."""

    ban: UUID
    content: Judicial[PostBan]


@dataclass(frozen=True, slots=True)
class PostBanEnded:
    """A ban ended before or at its time."""

    ban: UUID
    ended_on: Judicial[date]
    reason: Judicial[str]


@dataclass(frozen=True, slots=True)
class RecordCorrectionRequested:
    """Somebody says that an entry is wrong."""

    correction: UUID
    entry: UUID
    request: Judicial[str]


@dataclass(frozen=True, slots=True)
class RecordCorrectionMade:
    """An entry now says something else; with neither content it should never have been."""

    entry: UUID
    conviction: Judicial[Conviction | None]
    post_ban: Judicial[PostBan | None]
    decision: Judicial[str]
    correction: UUID | None = None


@dataclass(frozen=True, slots=True)
class RecordCorrectionRefused:
    """The entry stays as it is, for a reason."""

    correction: UUID
    reason: Judicial[str]


Fact: TypeAlias = (
    ConvictionEntered
    | JudgmentStatusUpdated
    | ConvictionExpunged
    | AmnestyApplied
    | PostBanEntered
    | PostBanEnded
    | RecordCorrectionRequested
    | RecordCorrectionMade
    | RecordCorrectionRefused
)

TOPICS: dict[str, type] = {
    "judicial_record.conviction_entered/1": ConvictionEntered,
    "judicial_record.judgment_status_updated/1": JudgmentStatusUpdated,
    "judicial_record.conviction_expunged/1": ConvictionExpunged,
    "judicial_record.amnesty_applied/1": AmnestyApplied,
    "judicial_record.post_ban_entered/1": PostBanEntered,
    "judicial_record.post_ban_ended/1": PostBanEnded,
    "judicial_record.correction_requested/1": RecordCorrectionRequested,
    "judicial_record.correction_made/1": RecordCorrectionMade,
    "judicial_record.correction_refused/1": RecordCorrectionRefused,
}
"""Stored name with schema version, and the fact; never renamed once written."""
