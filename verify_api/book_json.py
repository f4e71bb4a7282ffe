"""A health book as JSON: codes for programs, words for people, nothing that was not sent."""

from collections.abc import Sequence
from typing import Any, Final

from ledger.categories import Category
from ledger.clinical.balp import LookTold
from ledger.clinical.book import Item
from ledger.clinical.entry import Absence, Entry, Part
from ledger.clinical.made_resources import fhir_id, made_id
from ledger.clinical.moments import time_of
from ledger.clinical.sections import Section, Standing, is_current, standing
from ledger.clinical.words import Words, heading, kind_words, standing_words, status_words
from verify_api.callers import Role
from verify_api.desk.looks import WHAT, WHO, WHY

WITHHELD: Final = Words(
    "Mục thuộc nhóm hạn chế không được hiển thị tại đây, dù có hay không; hãy hỏi người bệnh.",
    "Entries of restricted categories are never shown here, whether there are any or not; "
    "ask the patient.",
)
"""Said to every reader with a category withheld: from it nobody learns that there is something."""


def entry_json(item: Item, language: str) -> dict[str, Any]:
    """Return one entry."""
    entry = item.entry
    return {
        "id": made_id(item),
        "kind": entry.kind.name.lower(),
        "kind_text": kind_words(entry.kind).of(language),
        "status": item.status.name.lower(),
        "status_text": status_words(item.status).of(language),
        "current": is_current(item),
        "text": entry.text,
        "codes": [
            {"system": one.system, "code": one.code, "display": one.display}
            for one in entry.codings
        ],
        "start": entry.start or None,
        "end": entry.end or None,
        "recorded": entry.recorded or None,
        **_value(entry),
        "parts": [{"text": part.text, **_value(part)} for part in entry.parts],
        "details": dict(entry.details),
        "certainty": entry.certainty or None,
        "absence": None if entry.absence is Absence.NOTHING else entry.absence.name.lower(),
        "categories": list(entry.categories),
        "facility": item.source.facility,
        "received_at": time_of(item.source.recorded_at).isoformat(),
        "late": item.late,
        "times_sent": item.sources,
        "resource": f"{entry.type}/{fhir_id(item)}",
    }


def _value(given: Entry | Part) -> dict[str, str | None]:
    return {"value": given.value or None, "unit": given.unit or None}


def section_json(
    name: Section,
    whole: tuple[Item, ...],
    shown: Sequence[Item],
    *,
    language: str,
    withheld: frozenset[Category],
) -> dict[str, Any]:
    """Return a page of a section.

    Args:
        name: The section.
        whole: All of its entries, to tell whether there are any.
        shown: Those of this page.
        language: ``vi`` or ``en``.
        withheld: The categories that this reader does not see.
    """
    stands: Standing = standing(whole)
    return {
        "section": name.value,
        "title": heading(name).of(language),
        "standing": stands.value,
        "standing_text": standing_words(stands).of(language),
        "notice": WITHHELD.of(language) if withheld else None,
        "entries": [entry_json(item, language) for item in shown],
    }


def look_json(look: LookTold, language: str) -> dict[str, Any]:
    """Return one look, in codes and in words; never an officer's name or account."""
    role = Role(look.role) if look.role in set(Role) else None
    kinds = {kind.value: words for kind, words in WHAT.items()}
    who = look.role if role is None else WHO[role].of(language)
    why = WHY.get(look.purpose)
    return {
        "id": str(look.event),
        "at": look.at.isoformat(),
        "role": look.role,
        "who": who if look.organisation is None else f"{who}, {look.organisation}",
        "organisation": look.organisation,
        "kind": look.kind,
        "what": kinds[look.kind].of(language) if look.kind in kinds else look.kind,
        "purpose": look.purpose,
        "why": look.purpose if why is None else why.of(language),
        "legal_basis": look.legal_basis,
        "channel": look.channel,
        "own": look.own,
    }
