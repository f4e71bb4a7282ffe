"""A judicial record as it stands, and what may be done to it: state, decisions."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, assert_never
from uuid import UUID

from ledger.calendar import local_day
from ledger.errors import InvalidInputError, RefusedError
from ledger.names import check_text
from ledger.personal import Erased
from ledger.records.judicial_record.facts import (
    Amnesty,
    AmnestyApplied,
    Conviction,
    ConvictionEntered,
    ConvictionExpunged,
    Fact,
    JudgmentStatusUpdated,
    PostBan,
    PostBanEnded,
    PostBanEntered,
    RecordCorrectionMade,
    RecordCorrectionRefused,
    RecordCorrectionRequested,
)


@dataclass(frozen=True, slots=True)
class ConvictionState:
    """A conviction as it stands now."""

    content: Conviction | Erased
    enforcement: str | Erased | None = None
    enforced_on: date | Erased | None = None
    expunged_on: date | Erased | None = None
    general_amnesty_on: date | Erased | None = None

    @property
    def clean(self) -> bool:
        """Expunged, or under a general amnesty: Form 1 does not say it."""
        return self.expunged_on is not None or self.general_amnesty_on is not None


@dataclass(frozen=True, slots=True)
class PostBanState:
    """A ban as it stands now."""

    content: PostBan | Erased
    ended_on: date | Erased | None = None


@dataclass(frozen=True, slots=True)
class JudicialRecord:
    """A record as the facts so far tell; empty for most people."""

    convictions: Mapping[UUID, ConvictionState] = field(default_factory=lambda: _NOTHING)
    post_bans: Mapping[UUID, PostBanState] = field(default_factory=lambda: _NO_BANS)
    open_corrections: frozenset[UUID] = frozenset()


_NOTHING: Mapping[UUID, ConvictionState] = MappingProxyType({})
_NO_BANS: Mapping[UUID, PostBanState] = MappingProxyType({})
EMPTY = JudicialRecord()


def evolve(state: JudicialRecord, fact: Fact) -> JudicialRecord:
    """Return the record after ``fact``; begins with `EMPTY`."""
    match fact:
        case ConvictionEntered():
            return _put(state, fact.conviction, ConvictionState(fact.content))
        case JudgmentStatusUpdated(entry, enforcement, on):
            return _change(state, entry, enforcement=enforcement, enforced_on=on)
        case ConvictionExpunged():
            return _change(state, fact.conviction, expunged_on=fact.expunged_on)
        case AmnestyApplied():
            return _amnestied(state, fact)
        case PostBanEntered():
            return _put_ban(state, fact.ban, PostBanState(fact.content))
        case PostBanEnded():
            ended = replace(state.post_bans[fact.ban], ended_on=fact.ended_on)
            return _put_ban(state, fact.ban, ended)
        case RecordCorrectionRequested() | RecordCorrectionRefused() | RecordCorrectionMade():
            return _corrected(state, fact)
        case _:
            assert_never(fact)


def _put(state: JudicialRecord, entry: UUID, conviction: ConvictionState) -> JudicialRecord:
    return replace(state, convictions=MappingProxyType({**state.convictions, entry: conviction}))


def _put_ban(state: JudicialRecord, entry: UUID, ban: PostBanState) -> JudicialRecord:
    return replace(state, post_bans=MappingProxyType({**state.post_bans, entry: ban}))


def _change(state: JudicialRecord, entry: UUID, **changes: Any) -> JudicialRecord:
    return _put(state, entry, replace(state.convictions[entry], **changes))


def _amnestied(state: JudicialRecord, fact: AmnestyApplied) -> JudicialRecord:
    # Once the key is gone nobody can tell which mercy it was; the conviction reads as erased too,
    # and an erased conviction is never said to be none.
    if fact.amnesty is Amnesty.GENERAL:
        return _change(state, fact.conviction, general_amnesty_on=fact.applied_on)
    return state


def _corrected(
    state: JudicialRecord,
    fact: RecordCorrectionRequested | RecordCorrectionRefused | RecordCorrectionMade,
) -> JudicialRecord:
    if isinstance(fact, RecordCorrectionRequested):
        return replace(state, open_corrections=state.open_corrections | {fact.correction})
    if fact.correction is not None:
        state = replace(state, open_corrections=state.open_corrections - {fact.correction})
    return _replaced(state, fact) if isinstance(fact, RecordCorrectionMade) else state


def _replaced(state: JudicialRecord, fact: RecordCorrectionMade) -> JudicialRecord:
    entry, convictions, bans = fact.entry, dict(state.convictions), dict(state.post_bans)
    if entry in convictions:
        known = convictions.pop(entry)
        if fact.conviction is not None:
            convictions[entry] = replace(known, content=fact.conviction)
    else:
        known_ban = bans.pop(entry)
        if fact.post_ban is not None:
            bans[entry] = replace(known_ban, content=fact.post_ban)
    return replace(
        state, convictions=MappingProxyType(convictions), post_bans=MappingProxyType(bans)
    )


def enter_conviction(
    state: JudicialRecord, *, conviction: UUID, content: Conviction, at: datetime
) -> ConvictionEntered:
    """Return the entry of a judgment; the same judgment of the same court only once."""
    check_conviction(content, at=at, place="conviction")
    if conviction in state.convictions:
        raise RefusedError("entry_exists", "an entry has this identifier already")
    if any(_same_judgment(known.content, content) for known in state.convictions.values()):
        raise RefusedError("judgment_already_entered", "this court's judgment is entered already")
    return ConvictionEntered(conviction, content)


def _same_judgment(known: Conviction | Erased, new: Conviction) -> bool:
    if isinstance(known, Erased):
        return False
    return (known.court, known.judgment_number, known.judgment_date) == (
        new.court, new.judgment_number, new.judgment_date,
    )  # fmt: skip


def update_enforcement(
    state: JudicialRecord,
    *,
    conviction: UUID,
    enforcement: str,
    enforced_on: date | None,
    at: datetime,
) -> JudgmentStatusUpdated:
    """Return how far the judgment is enforced."""
    _require_conviction(state, conviction)
    check_text(enforcement, place="enforcement")
    if enforced_on is not None:
        _check_past(enforced_on, at=at, place="enforced_on")
    return JudgmentStatusUpdated(conviction, enforcement, enforced_on)


def expunge(
    state: JudicialRecord,
    *,
    conviction: UUID,
    expunged_on: date,
    decision: str | None,
    at: datetime,
) -> ConvictionExpunged:
    """Return the expunction; once only, and not before the judgment."""
    known = _require_conviction(state, conviction)
    _check_past(expunged_on, at=at, place="expunged_on")
    if known.expunged_on is not None:
        raise RefusedError("already_expunged", "this conviction is expunged already")
    if not isinstance(known.content, Erased) and expunged_on < known.content.judgment_date:
        raise RefusedError("expunged_before_judgment", "it ends no earlier than its judgment")
    return ConvictionExpunged(conviction, expunged_on, decision)


def apply_amnesty(
    state: JudicialRecord,
    *,
    conviction: UUID,
    amnesty: Amnesty,
    applied_on: date,
    decision: str,
    at: datetime,
) -> AmnestyApplied:
    """Return the mercy applied."""
    _require_conviction(state, conviction)
    _check_past(applied_on, at=at, place="applied_on")
    check_text(decision, place="decision")
    return AmnestyApplied(conviction, amnesty, applied_on, decision)


def enter_post_ban(
    state: JudicialRecord, *, ban: UUID, content: PostBan, at: datetime
) -> PostBanEntered:
    """Return the entry of a ban."""
    check_post_ban(content, at=at, place="post_ban")
    if ban in state.post_bans:
        raise RefusedError("entry_exists", "an entry has this identifier already")
    return PostBanEntered(ban, content)


def end_post_ban(
    state: JudicialRecord, *, ban: UUID, ended_on: date, reason: str, at: datetime
) -> PostBanEnded:
    """Return the end of a ban; once only."""
    known = state.post_bans.get(ban)
    if known is None:
        raise RefusedError("no_such_entry", "the record has no such ban")
    if known.ended_on is not None:
        raise RefusedError("ban_already_ended", "this ban has ended already")
    _check_past(ended_on, at=at, place="ended_on")
    check_text(reason, place="reason")
    return PostBanEnded(ban, ended_on, reason)


def request_correction(
    state: JudicialRecord, *, correction: UUID, entry: UUID, request: str
) -> RecordCorrectionRequested:
    """Return the request to correct an entry."""
    _require_entry(state, entry)
    check_text(request, place="request")
    return RecordCorrectionRequested(correction, entry, request)


def make_correction(
    state: JudicialRecord,
    *,
    entry: UUID,
    decision: str,
    at: datetime,
    conviction: Conviction | None = None,
    post_ban: PostBan | None = None,
    correction: UUID | None = None,
) -> RecordCorrectionMade:
    """Return the correction of an entry; with neither content the entry is struck out."""
    _require_entry(state, entry)
    check_text(decision, place="decision")
    if correction is not None and correction not in state.open_corrections:
        raise RefusedError("no_such_correction", "no such correction is asked for")
    if conviction is not None:
        check_conviction(conviction, at=at, place="conviction")
    if post_ban is not None:
        check_post_ban(post_ban, at=at, place="post_ban")
    kept = conviction if entry in state.convictions else post_ban
    if kept is None and (conviction is not None or post_ban is not None):
        raise RefusedError("correction_of_another_kind", "a conviction stays one, and a ban too")
    return RecordCorrectionMade(entry, conviction, post_ban, decision, correction)


def refuse_correction(
    state: JudicialRecord, *, correction: UUID, reason: str
) -> RecordCorrectionRefused:
    """Return the refusal of a correction that was asked for."""
    if correction not in state.open_corrections:
        raise RefusedError("no_such_correction", "no such correction is asked for")
    check_text(reason, place="reason")
    return RecordCorrectionRefused(correction, reason)


def check_conviction(content: Conviction, *, at: datetime, place: str) -> None:
    """Refuse a judgment with a missing part or a day that has not been."""
    check_text(content.judgment_number, place=f"{place}.judgment_number", longest=80)
    check_text(content.court, place=f"{place}.court", longest=200)
    _check_past(content.judgment_date, at=at, place=f"{place}.judgment_date")
    if not content.offences or not content.principal_penalties:
        raise InvalidInputError(place, "incomplete_judgment", "at least one offence and penalty")
    for words in (*content.offences, *content.principal_penalties, *content.additional_penalties):
        check_text(words, place=place, longest=1_000)


def check_post_ban(content: PostBan, *, at: datetime, place: str) -> None:
    """Refuse a ban with a missing part, or that ends before it begins."""
    check_text(content.decision_number, place=f"{place}.decision_number", longest=80)
    check_text(content.court, place=f"{place}.court", longest=200)
    check_text(content.posts, place=f"{place}.posts", longest=1_000)
    check_text(content.term, place=f"{place}.term", longest=200)
    _check_past(content.decision_date, at=at, place=f"{place}.decision_date")
    if content.until is not None and content.until <= content.starts_on:
        raise InvalidInputError(f"{place}.until", "ends_after_it_starts", "a day after the first")


def _check_past(day: date, *, at: datetime, place: str) -> None:
    if day > local_day(at):
        raise InvalidInputError(place, "not_in_the_future", "a day that has been")


def _require_conviction(state: JudicialRecord, conviction: UUID) -> ConvictionState:
    known = state.convictions.get(conviction)
    if known is None:
        raise RefusedError("no_such_entry", "the record has no such conviction")
    return known


def _require_entry(state: JudicialRecord, entry: UUID) -> None:
    if entry not in state.convictions and entry not in state.post_bans:
        raise RefusedError("no_such_entry", "the record has no such entry")
