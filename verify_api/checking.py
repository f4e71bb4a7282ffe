"""From what was submitted to answers: verdicts, and whose data an answer shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final, cast

from ledger.certificates.kind import Wording
from ledger.records.access import RecordKind
from verify_api.acceptance import Checker
from verify_api.bodies import Submitted
from verify_api.callers import ANONYMOUS, Action, Caller, who_may
from verify_api.picture_error import PictureError, PictureRule
from verify_api.ports import Seen
from verify_api.problems import PICTURES
from verify_api.running import Running
from verify_api.verdict import Authenticity, Logged, Standing, SubjectMatch, Verdict
from verify_api.verdict_json import Json, verdict_json
from verify_api.words import WORDS

UNREAD: Final[Mapping[bool, tuple[Wording, Wording]]] = MappingProxyType({
    True: (
        Wording("Không có mã QR trong tệp", "There is no QR code in the file"),
        Wording("Chưa có mã nào để kiểm tra", "No code to check yet")),
    False: (
        Wording("Không đọc được tệp", "The file could not be read"),
        Wording("Chưa đọc được mã nào", "No code was read")),
})  # fmt: skip
"""Heading and row of an answer about a file that gave no code, by whether it was read: nothing is
said of a code, and nobody is told that one is damaged."""
MOST_CODES: Final = 16
"""Codes of one picture that are verified; no sheet of papers has more."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One answer."""

    verdict: Verdict
    picture: PictureRule | None = None
    """Why a picture gave no code."""
    text: str | None = None
    """What was checked; None of a picture without a code."""

    def as_json(self, language: str) -> dict[str, Json]:
        """Return the answer for a program, with words in ``language``."""
        if self.picture is None:
            return verdict_json(self.verdict, language)
        heading, row = UNREAD[self.picture is PictureRule.NO_CODE]
        answer = verdict_json(self.verdict, language)
        return {
            **answer,
            "heading": heading.of(language),
            "sentence": WORDS[f"picture.{self.picture.value}"].of(language),
            "rows": [
                {**one, "text": row.of(language)} if one["axis"] == "authenticity" else one
                for one in cast(list[dict[str, Json]], answer["rows"])
            ],
            "picture": self.picture.value,
        }


def checker_of(caller: Caller, typed: str | None) -> Checker | None:
    """Return for which facility it is asked: the caller's own, else the one that was typed."""
    if caller.role in who_may(Action.TAKE_HEALTH_PAPERS) and caller.organisation is not None:
        return Checker(caller.organisation, vouched=True)
    return None if typed is None else Checker(typed)


def check(
    submitted: Submitted, running: Running, at: datetime, caller: Caller = ANONYMOUS
) -> list[Checked]:
    """Return an answer for each code in what was submitted; one, if there is none.

    Raises:
        PictureError: It is no picture, too large a one, or there is no room for it now.
    """
    if submitted.text is not None:
        texts = [submitted.text]
    else:
        assert submitted.upload is not None, "either a text or an upload"
        try:
            texts = running.metrics.reading(running.ports.read_picture, submitted.upload)
        except PictureError as error:
            if error.rule in PICTURES:
                raise
            return [_counted(Checked(unreadable(at), error.rule), running)]
    verify, asked = running.ports.verify, submitted.asked
    checker = checker_of(caller, submitted.facility)
    return [
        _counted(Checked(verify(text, at=at, asked=asked, checker=checker), text=text), running)
        for text in texts[:MOST_CODES]
    ]


def _counted(checked: Checked, running: Running) -> Checked:
    running.metrics.judged(checked.verdict.state.value)
    return checked


def unreadable(at: datetime) -> Verdict:
    """Return the answer about a picture in which no code was found."""
    return Verdict(
        Authenticity.DAMAGED, Standing.UNKNOWN, Logged.NOT_CHECKED, SubjectMatch.NOT_ASKED, at
    )


def seen_by(caller: Caller, verdicts: Sequence[Verdict]) -> tuple[Seen, ...]:
    """Return the looks that the holders can see: every check by a signed-in party.

    Anonymous checks count without anybody being identified.
    """
    if not caller.signed_in:
        return ()
    return tuple(
        Seen(
            RecordKind.CERTIFICATE,
            certificate=(verdict.issuer.code, verdict.token.number),
            issued_at=verdict.token.issued_at,
        )
        for verdict in verdicts
        if verdict.token is not None and verdict.issuer is not None
    )


def without_holder(verdict: Verdict) -> Verdict:
    """Return ``verdict`` for someone who typed what stands on the paper: standing, no content."""
    return replace(verdict, token=None, foreign_claims=None)
