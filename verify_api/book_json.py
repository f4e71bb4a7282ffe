"""A health book as JSON: codes for programs, words for people, nothing that was not sent."""

from collections.abc import Sequence
from typing import Any, Final

from ledger.categories import Category
from ledger.certificates.kind import Wording
from ledger.clinical.balp import LookTold
from ledger.clinical.book import Item
from ledger.clinical.book_papers import BookPaper
from ledger.clinical.entry import Absence, Entry, Kind, Part
from ledger.clinical.made_resources import fhir_id, made_id
from ledger.clinical.moments import time_of
from ledger.clinical.repeated import GROUPED, Line, lines
from ledger.clinical.sections import Section, Standing, is_current, standing
from ledger.clinical.words import Words, heading, kind_words, standing_words, status_words
from ledger.commands.book_files import BookFile
from verify_api.book_file_json import file_json
from verify_api.book_paper_json import PAPER_SECTIONS, paper_json
from verify_api.desk.looks import words_of

WITHHELD: Final = Words(
    "Mục thuộc nhóm hạn chế không được hiển thị tại đây, dù có hay không; hãy hỏi người bệnh.",
    "Entries of restricted categories are never shown here, whether there are any or not; "
    "ask the patient.",
)
"""Said to every reader with a category withheld: from it nobody learns that there is something."""


_TELLERS: Final = {Kind.NOTE: "person", Kind.DEATH: "record"}
"""Who says it, where it is not a facility."""


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
        "told_by": _TELLERS.get(entry.kind, "facility"),
        **({"note": str(item.source.visit)} if entry.kind is Kind.NOTE else {}),
        "facility": item.source.facility or None,
        "received_at": time_of(item.source.recorded_at).isoformat(),
        "late": item.late,
        "times_sent": item.sources,
        "resource": f"{entry.type}/{fhir_id(item)}" if entry.type else None,
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
    papers: Sequence[BookPaper] = (),
    own: bool = False,
    files: Sequence[BookFile] = (),
) -> dict[str, Any]:
    """Return a page of a section; of one that is read as lines, those that begin on this page.

    Args:
        name: The section.
        whole: All of its entries, to tell whether there are any.
        shown: Those of this page.
        language: ``vi`` or ``en``.
        withheld: The categories that this reader does not see.
        papers: What was issued to the person, of this section.
        own: Whether the person reads, or who acts for them.
        files: Those beside the visits, of the section of documents.
    """
    stands: Standing = Standing.SOME if papers or files else standing(whole)
    return {
        "section": name.value,
        "title": heading(name).of(language),
        "standing": stands.value,
        "standing_text": standing_words(stands).of(language),
        "notice": WITHHELD.of(language) if withheld else None,
        **({"papers": [paper_json(one, language, own=own) for one in papers]}
           if name in PAPER_SECTIONS else {}),
        **({"files": [file_json(one) for one in files]} if name is Section.DOCUMENTS else {}),
        **({"lines": _begun(whole, shown, language)} if name in GROUPED else {}),
        "entries": [entry_json(item, language) for item in shown],
    }  # fmt: skip


def _begun(whole: tuple[Item, ...], shown: Sequence[Item], language: str) -> list[dict[str, Any]]:
    """Return the lines that begin with an entry of this page: over all pages, each once."""
    here = {item.key for item in shown}
    return [line_json(one, language) for one in lines(whole) if one.newest.key in here]


def line_json(line: Line, language: str) -> dict[str, Any]:
    """Return entries that say the same as one line; ``entries`` are their ids."""
    newest = line.newest
    return {
        "text": newest.entry.text,
        "texts": list(line.texts),
        "status": newest.status.name.lower(),
        "status_text": status_words(newest.status).of(language),
        "current": is_current(newest),
        "first": line.first or None,
        "last": line.last or None,
        "times": len(line.items),
        "facility": newest.source.facility,
        "facilities": list(line.facilities),
        "received_at": time_of(newest.source.recorded_at).isoformat(),
        "entries": [made_id(item) for item in line.items],
    }


def look_json(
    look: LookTold, language: str, organisation_name: Wording | None = None
) -> dict[str, Any]:
    """Return one look, in codes and in words; never an officer's name or account.

    Args:
        look: The look.
        language: ``vi`` or ``en``.
        organisation_name: What its organisation is called, where that is known.
    """
    words = words_of(look, lambda _code: organisation_name)
    name = None if organisation_name is None else organisation_name.of(language)
    return {
        "id": str(look.event),
        "at": look.at.isoformat(),
        "role": look.role,
        "who": words.who.of(language),
        "organisation": look.organisation,
        "organisation_name": name,
        "kind": look.kind,
        "what": words.what.of(language),
        "purpose": look.purpose,
        "why": words.why.of(language),
        "legal_basis": look.legal_basis,
        "basis_reference": None if look.reference is None else str(look.reference),
        "channel": look.channel,
        "own": look.own,
        "refused": look.refused,
    }
