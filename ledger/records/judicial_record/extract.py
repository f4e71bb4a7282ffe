"""What each form of the certificate may say of a judicial record: exactly that, and no more.

==============================  =====================================  =========================
                                Form 1                                 Form 2
==============================  =====================================  =========================
convictions                     those not expunged and not amnestied   all, with the day expunged
bans on posts                   those in force, only if asked for      all
names of parents and spouse     never                                  as far as they are known
==============================  =====================================  =========================

A general amnesty (đại xá) wipes out like an expunction. What has been erased cannot be said, and
is never said to be nothing: both forms refuse then.

Source: Law on Judicial Records 2009, articles 42 and 43.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TypeVar

from ledger.calendar import local_day
from ledger.errors import RefusedError
from ledger.personal import Erased
from ledger.personal_details import PersonalDetails
from ledger.records.judicial_record.record import ConvictionState, JudicialRecord, PostBanState

FORM_1, FORM_2 = 1, 2
NO_RECORD, SEE_DOCUMENT = 0, 1
T = TypeVar("T")


def holds_anything(state: JudicialRecord) -> bool:
    """Tell whether the record holds any entry, expunged ones too."""
    return bool(state.convictions or state.post_bans)


def form_1_extract(
    state: JudicialRecord, *, include_post_bans: bool, at: datetime
) -> dict[str, Any]:
    """Return what Form 1 says on the day of ``at``, as JSON-like content of the certificate kind.

    Raises:
        RefusedError: rule ``record_erased``.
    """
    convictions = [_conviction(c) for c in state.convictions.values() if not c.clean]
    content = {"form": FORM_1, "convictions": convictions}
    if include_post_bans:
        today = local_day(at)
        content["post_bans"] = [
            _post_ban(ban) for ban in state.post_bans.values() if _in_force(ban, today)
        ]
    return {**content, "result": _result(content)}


def form_2_extract(
    state: JudicialRecord, *, details: PersonalDetails | None = None
) -> dict[str, Any]:
    """Return what Form 2 says; ``details`` gives the names of parents and spouse.

    Raises:
        RefusedError: rule ``record_erased``.
    """
    content = {
        "form": FORM_2,
        "convictions": [_conviction(c) for c in state.convictions.values()],
        "post_bans": [_post_ban(ban) for ban in state.post_bans.values()],
    }
    return {**content, "result": _result(content), **_family(details)}


def _result(content: dict[str, Any]) -> int:
    return SEE_DOCUMENT if content["convictions"] or content.get("post_bans") else NO_RECORD


def _family(details: PersonalDetails | None) -> dict[str, str]:
    if details is None:
        return {}
    family = {"father": details.father, "mother": details.mother, "spouse": details.spouse}
    return {f"{who}_name": relative.name for who, relative in family.items() if relative}


def _conviction(state: ConvictionState) -> dict[str, Any]:
    known = _readable(state.content)
    return _present(
        (
            ("judgment_number", known.judgment_number),
            ("judgment_date", known.judgment_date.isoformat()),
            ("court", known.court),
            ("offences", list(known.offences)),
            ("articles", known.articles),
            ("main_penalties", list(known.principal_penalties)),
            ("additional_penalties", list(known.additional_penalties)),
            ("court_fees", known.court_fee),
            ("civil_obligations", known.civil_obligations),
            ("enforcement_status", _readable(state.enforcement) or known.enforcement),
            ("served_on", _day(state.enforced_on) or _day(known.enforced_on)),
            ("expunged_on", _day(state.expunged_on) or _day(state.general_amnesty_on)),
        )
    )


def _post_ban(state: PostBanState) -> dict[str, Any]:
    known = _readable(state.content)
    term, ended = known.term, _readable(state.ended_on)
    if ended is not None:
        term = f"{term}; chấm dứt ngày {ended:%d/%m/%Y}"
    return {
        "decision_number": known.decision_number,
        "decision_date": known.decision_date.isoformat(),
        "court": known.court,
        "post": known.posts,
        "term": term,
        "banned_from": known.starts_on.isoformat(),
    }


def _in_force(state: PostBanState, today: date) -> bool:
    known, ended = _readable(state.content), _readable(state.ended_on)
    return (ended is None or today < ended) and (known.until is None or today < known.until)


def _day(day: date | Erased | None) -> str | None:
    known = _readable(day)
    return known.isoformat() if known is not None else None


def _present(fields: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in fields if value}


def _readable(value: T | Erased) -> T:
    if isinstance(value, Erased):
        raise RefusedError("record_erased", "an entry of this record has been erased")
    return value
