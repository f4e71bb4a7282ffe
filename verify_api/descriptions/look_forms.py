"""What endpoints of looks, notices, refusals and reports answer, field by field."""

from msgspec import Struct


class LookTold(Struct):
    """One look, in words."""

    look: str
    at: str
    who: str
    what: str
    why: str
    door: str
    basis: str | None
    basis_reference: str | None
    refused: bool
    """Somebody asked and was shown nothing."""


class LooksTold(Struct):
    """A page of looks, the newest first, and where to go on."""

    looks: list[LookTold]
    before: int | None


class NoticeTold(Struct):
    """Something that the person is to know."""

    number: int
    at: str
    what: str
    words: str
    reference: str
    where: str | None


class NoticesTold(Struct):
    """Notices in order."""

    notices: list[NoticeTold]


class RefusalTold(Struct):
    """Somebody was refused what they asked to see, or more often than is counted."""

    position: int
    at: str
    account: str
    role: str
    organisation: str | None
    person: str | None
    """Pseudonym."""
    kind: str | None
    purpose: str | None
    more_than: int | None
    """Persons of this account and day that are told one by one; the others are not."""


class RefusalsTold(Struct):
    """A page of refusals in the order of the ledger, and where to go on."""

    refused: list[RefusalTold]
    after: int | None


class ReportMade(Struct):
    """A report and until when it is answered."""

    report: str
    due: str


class ReportTold(Struct):
    """A report and its answer."""

    report: str
    look: str
    words: str | None
    due: str
    finding: str | None
    answer: str | None


class ReportsTold(Struct):
    """All reports of a person, the newest first."""

    reports: list[ReportTold]


class ReportAnswered(Struct):
    """An answered report."""

    report: str
    finding: str
