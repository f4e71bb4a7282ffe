"""What was written to an applicant, and the letters that it went out as.

A letter is drawn from its fact alone: whoever asks for it, whenever, gets the same bytes. So it is
kept as long as the fact is, and forgotten with the person.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from ledger.calendar import local_day
from ledger.certificates.kind import Wording
from ledger.certificates.request import Request
from ledger.certificates.request_facts import (
    ApologyIssued,
    ProcessingStopped,
    RequestRefused,
    RequestRejected,
    SupplementRequested,
)
from ledger.certificates.request_values import Declaration
from ledger.commands.loading import Loaded
from ledger.errors import NotFoundError
from ledger.facts import RecordedFact
from ledger.paper.letter import Letter, write_letter
from ledger.personal import Erased
from verify_api.desk.letter_words import (
    ADDRESSEE,
    DEADLINE,
    DOSSIER,
    EXPLANATION,
    GROUND,
    GROUNDS,
    LETTER_NUMBER,
    LETTERS,
    MISSING,
    PROMISED,
)
from verify_api.officer_desk import KeptLetter
from verify_api.ports import IssuedPaper

_ERASED: Final = "(đã xoá / erased)"
_FILE_NAMES: Final[Mapping[type, str]] = MappingProxyType({
    SupplementRequested: "bo-sung",
    ApologyIssued: "xin-loi",
    RequestRejected: "khong-tiep-nhan",
    RequestRefused: "tu-choi",
    ProcessingStopped: "dung-xu-ly",
})  # fmt: skip


def is_letter(fact: object) -> bool:
    """Tell whether a fact was told to the applicant by a letter."""
    return type(fact) in _FILE_NAMES


def kept(recorded: tuple[RecordedFact, ...]) -> tuple[KeptLetter, ...]:
    """Return the letters of a request, the oldest first."""
    return tuple(
        KeptLetter(one.version, one.act.at, LETTERS[type(one.fact)].title)
        for one in recorded
        if is_letter(one.fact)
    )


def written(fact: object) -> tuple[Wording, str] | None:
    """Return title and text of what a fact wrote to the applicant; None if it wrote nothing."""
    match fact:
        case SupplementRequested():
            text = _plain(fact.missing)
        case RequestRejected() | RequestRefused() | ProcessingStopped():
            text = _plain(fact.explanation)
        case ApologyIssued():
            text = f"{fact.letter}: {fact.promised_on:%d/%m/%Y}"
        case _:
            return None
    return LETTERS[type(fact)].title, text


def letter(
    found: Loaded[Request],
    number: int,
    authority_name: Callable[[str], Wording],
    specimen: bool,  # noqa: FBT001  one setting of the house
) -> IssuedPaper:
    """Return a letter as PDF.

    Args:
        found: The request.
        number: Of the fact in the request's stream.
        authority_name: From an authority's code to its name.
        specimen: Whether the letter says that it is none.

    Raises:
        NotFoundError: That fact is no letter.
    """
    one = next((one for one in found.history.recorded if one.version == number), None)
    if one is None or not is_letter(one.fact):
        raise NotFoundError("there is no such letter")
    draft, words = found.state.draft, LETTERS[type(one.fact)]
    pdf = write_letter(
        Letter(
            authority=authority_name(draft.authority),
            title=words.title,
            on=local_day(one.act.at),
            at=one.act.at,
            reference=f"{draft.dossier_code}/{number}",
            rows=((ADDRESSEE, _same(_addressee(found.state))), (DOSSIER, _same(draft.dossier_code)),
                  *_rows(one.fact, found.state)),
            paragraphs=words.paragraphs,
            specimen=specimen,
        )
    )  # fmt: skip
    name = f"{draft.dossier_code}-{_FILE_NAMES[type(one.fact)]}-{number}.pdf"
    return IssuedPaper(draft.subject, pdf, name)


def _rows(fact: object, state: Request) -> tuple[tuple[Wording, Wording], ...]:
    match fact:
        case SupplementRequested():
            return ((MISSING, _same(_plain(fact.missing))),)
        case ApologyIssued():
            promised = _same(f"{fact.promised_on:%d/%m/%Y}")
            told = [(PROMISED, promised), (LETTER_NUMBER, _same(fact.letter))]
            if state.deadline is not None and state.deadline.missed is not None:
                told.insert(0, (DEADLINE, _same(f"{state.deadline.missed:%d/%m/%Y}")))
            return tuple(told)
        case RequestRejected() | RequestRefused() | ProcessingStopped():
            ground = GROUNDS.get(fact.ground, _same(fact.ground))
            return ((GROUND, ground), (EXPLANATION, _same(_plain(fact.explanation))))
        case _:
            return ()


def _addressee(state: Request) -> str:
    declared = state.declaration
    return declared.details.name if isinstance(declared, Declaration) else _ERASED


def _plain(text: str | Erased) -> str:
    return _ERASED if isinstance(text, Erased) else text


def _same(text: str) -> Wording:
    return Wording(text, text)
