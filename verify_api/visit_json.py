"""What is sent and answered about a single visit: reasons, the right person, where it stands."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from ledger.commands.right_patient import GivenNumber


class VisitTold(Struct):
    """Where a visit stands; nothing of what it says, and not whose it is."""

    visit: str
    facility: str
    """Code of who sent it."""
    state: str
    """stands or voided."""
    revision: int
    reassigned: bool
    """Whether it was moved from the person under whom it was sent."""
    position: int
    """Of the newest revision in the ledger."""
    recorded_at: datetime
    sha256: str | None
    """Of the received bytes of the newest revision; none once they were erased."""


class VoidBody(Struct, forbid_unknown_fields=True):
    """Why a visit was entered in error; sealed."""

    reason: str


class NumberBody(Struct, forbid_unknown_fields=True):
    """A number of the right person."""

    kind: str
    """personal, insurance-card, social-insurance, passport, old-identity-card; or mrn, which is
    the sending facility's own."""
    value: str
    system: str = ""
    """Of an mrn: its system, as it stands in what the facility sends."""

    def given(self) -> GivenNumber:
        """Return it as commands take it."""
        return GivenNumber(self.kind, self.value, self.system)


class ReassignBody(Struct, forbid_unknown_fields=True):
    """Whose a visit really is."""

    to: UUID | list[NumberBody]
    """A pseudonym, or numbers which all mean the same person."""
    reason: str
    """Sealed."""
    new: bool = False
    """Whether nobody may be known under these numbers yet; else a typing error makes nobody."""


class VisitMoved(Struct):
    """A visit after it was moved."""

    visit: VisitTold
    readers_told: int
    """How many accounts had read it under the wrong person, and have a notice now."""


class ReaderNoticeTold(Struct):
    """A visit that the caller has read was somebody else's."""

    number: int
    at: datetime
    what: str
    words: str
    visit: str
    person: str
    """Pseudonym under which it was read."""
    where: str | None
    """Who moved it."""


class ReaderNoticesTold(Struct):
    """Notices in order."""

    notices: list[ReaderNoticeTold]


class FileAttached(Struct):
    """A file that belongs to a visit from now on."""

    address: str
    """SHA-256 of the sealed file, hexadecimal."""
    size: int


class FileTold(Struct):
    """A file of a visit."""

    address: str
    size: int
    media_type: str
    title: str | None
    """None once it was erased."""


class FilesTold(Struct):
    """The files of a visit, in the order of their coming."""

    attachments: list[FileTold]
