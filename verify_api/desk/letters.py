"""What was written to an applicant, and the letters that it went out as.

A letter is drawn from its fact, signed by the authority and kept, right after the fact: whoever
asks for it, whenever, gets the same bytes, whatever the program that draws letters has become. One
of before letters were kept is made when it is first asked for. It is forgotten with the person.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from keys.errors import KeysError
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
from ledger.commands.letters import keep
from ledger.commands.loading import Loaded, load_request
from ledger.errors import LedgerError, NotFoundError, RefusedError
from ledger.facts import Act, FactStore, RecordedFact
from ledger.paper.letter import Letter, write_letter
from ledger.paper.pdf_signature import sign_pdf
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
from verify_api.desk.papers import SYSTEM, PaperDesk
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
WRITING: Final = frozenset({"request_supplement", "reject", "refuse", "stop", "apologise"})
"""Acts that tell the applicant something by a letter."""


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


@dataclass(frozen=True, slots=True)
class LetterDesk:
    """Makes letters, and hands out those that were made."""

    facts: FactStore
    papers: PaperDesk
    """What letters bear and who signs them."""

    def letter(self, found: Loaded[Request], number: int, *, at: datetime) -> IssuedPaper:
        """Return a letter as PDF; made now if it was not when it was sent.

        Args:
            found: The request.
            number: Of the fact in the request's stream.
            at: Now.

        Raises:
            NotFoundError: That fact is no letter.
            RefusedError: ``letter_erased``.
        """
        one = next((one for one in found.history.recorded if one.version == number), None)
        if one is None or not is_letter(one.fact):
            raise NotFoundError("there is no such letter")
        draft = found.state.draft
        pdf = keep(
            self.facts,
            request=found.history.stream_id,
            number=number,
            subject=draft.subject,
            draw=lambda: self._drawn(found.state, one, at),
            act=Act(at, SYSTEM, "system", draft.authority, correlation=found.history.stream_id),
        )
        name = f"{draft.dossier_code}-{_FILE_NAMES[type(one.fact)]}-{number}.pdf"
        return IssuedPaper(draft.subject, pdf, name)

    def keep_new(self, request: UUID, *, at: datetime) -> None:
        """Make the letter of what was told just now.

        What was told stands, whether or not its letter can be made: a key may be out of reach, and
        whoever asks for the letter first makes it then.
        """
        found = load_request(self.facts, request)
        newest = next(
            (one for one in reversed(found.history.recorded) if is_letter(one.fact)), None
        )
        if newest is not None and newest.act.at == at:
            with suppress(LedgerError, KeysError):
                self.letter(found, newest.version, at=at)

    def _drawn(self, state: Request, one: RecordedFact, at: datetime) -> bytes:
        if isinstance(state.declaration, Erased):
            raise RefusedError("letter_erased", "whom this letter was for has been erased")
        draft, words = state.draft, LETTERS[type(one.fact)]
        letter = Letter(
            authority=self.papers.authority_name(draft.authority),
            title=words.title,
            on=local_day(one.act.at),
            at=one.act.at,
            reference=f"{draft.dossier_code}/{one.version}",
            rows=(
                (ADDRESSEE, _same(state.declaration.details.name)),
                (DOSSIER, _same(draft.dossier_code)),
                *_rows(one.fact, state),
            ),
            paragraphs=words.paragraphs,
            specimen=self.papers.specimen,
        )
        return sign_pdf(write_letter(letter), self.papers.signer(draft.authority), at=at)


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


def _plain(text: str | Erased) -> str:
    return _ERASED if isinstance(text, Erased) else text


def _same(text: str) -> Wording:
    return Wording(text, text)
