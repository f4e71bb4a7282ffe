"""An organisation's checks as a program reads them, and as lines of a file."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from msgspec import Struct

from ledger.certificates.kind import Wording
from ledger.certificates.kinds import KINDS
from projections.check_queries import CheckLine
from projections.columns import moment
from projections.errors import ViewsUnavailableError
from verify_api import spreadsheets
from verify_api.check_history_words import ANSWERS, CHANNELS, COMPARED, HISTORY
from verify_api.desk.check_history import CheckHistory
from verify_api.moments import VIETNAM

SELF, COLLEAGUE = "self", "colleague"
_COLUMNS: Final = (
    "when", "answer", "state_code", "number", "issuer", "kind", "person", "who", "channel",
    "code_digest", "check",
)  # fmt: skip


class CheckedPaper(Struct):
    """Which certificate it was, by the register."""

    issuer: str
    """Code of the authority or facility."""
    issuer_name: str
    number: str


class CheckTold(Struct):
    """One check. Nothing in it is about the person on the paper."""

    check: str
    at: str
    state: str
    heading: str
    """The state in words."""
    kind: str | None
    certificate: CheckedPaper | None
    """Null unless it was genuine and in the register."""
    code_digest: str | None
    """SHA-256 of the signed token, 64 hexadecimal digits; null where none was read."""
    person: str
    """``matches``, ``differs`` or ``not_compared``."""
    channel: str
    by: str
    """``self`` or ``colleague``."""
    account: str | None
    """Reference of the account; only to who administers the organisation, and of one's own."""
    name: str | None
    """What the account is called; only to who administers the organisation."""


class ChecksTold(Struct):
    """A page of checks, the newest first."""

    checks: list[CheckTold]
    before: str | None
    """Where the next page begins; null if there is none."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the history, and how much of its people they are told."""

    account: str
    titles: Mapping[str, str] | None
    """Of the organisation's accounts, by reference; None to who does not administer it."""
    language: str

    def who(self, account: str) -> str:
        """Return in words who checked."""
        if account == self.account:
            return HISTORY["self"].of(self.language)
        if self.titles is None:
            return HISTORY["colleague"].of(self.language)
        return self.titles.get(account, account)


def check_told(history: CheckHistory, line: CheckLine, reader: Reader) -> CheckTold:
    """Return one check, as ``reader`` may see it."""
    row, titles = line.check, reader.titles
    own = row.account == reader.account
    paper = None
    if line.number is not None and line.issuer is not None:
        name = history.issuer_name(line.issuer, reader.language)
        paper = CheckedPaper(line.issuer, name, line.number)
    return CheckTold(
        check=row.reference,
        at=moment(row.at).astimezone(VIETNAM).isoformat(),
        state=row.state,
        heading=_said(ANSWERS, row.state, reader),
        kind=row.kind,
        certificate=paper,
        code_digest=None if row.code_digest is None else row.code_digest.hex(),
        person=row.person,
        channel=row.channel,
        by=SELF if own else COLLEAGUE,
        account=row.account if own or titles is not None else None,
        name=None if titles is None else titles.get(row.account),
    )


def kind_words(code: str | None, language: str) -> str:
    """Return what a kind of certificate is called; nothing for none."""
    if code is None:
        return ""
    return KINDS[code].title.of(language) if code in KINDS else code


def file_of(history: CheckHistory, lines: Iterable[CheckLine], reader: Reader) -> Iterator[bytes]:
    """Yield the lines as a file; its last one says so, if it could not be finished."""
    head = [HISTORY[name].of(reader.language) for name in _COLUMNS]
    yield from spreadsheets.lines(head, ())
    try:
        for one in lines:
            yield spreadsheets.line(_cells(check_told(history, one, reader), reader, one))
    except ViewsUnavailableError:
        yield spreadsheets.line([HISTORY["incomplete"].of(reader.language)])


def _cells(told: CheckTold, reader: Reader, line: CheckLine) -> tuple[str, ...]:
    paper = told.certificate
    return (
        told.at,
        told.heading,
        told.state,
        "" if paper is None else paper.number,
        "" if paper is None else paper.issuer_name,
        kind_words(told.kind, reader.language),
        _said(COMPARED, told.person, reader),
        reader.who(line.check.account),
        _said(CHANNELS, told.channel, reader),
        told.code_digest or "",
        told.check,
    )


def _said(words: Mapping[str, Wording], code: str, reader: Reader) -> str:
    """Return a code in words; itself, where a later program wrote it."""
    return words[code].of(reader.language) if code in words else code
