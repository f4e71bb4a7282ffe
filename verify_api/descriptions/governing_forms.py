"""What endpoints of consents, links, emergencies and rights answer, field by field."""

from msgspec import UNSET, Struct, UnsetType

from verify_api.routes.consents import RecipientBody


class ConsentNamed(Struct):
    """A consent by its reference."""

    consent: str
    standing: str | UnsetType = UNSET


class ConsentTold(Struct):
    """A consent and whether it stands; its content is missing once it was erased."""

    consent: str
    standing: str
    """in_force, not_yet, ended, withdrawn or erased."""
    purpose: str | UnsetType = UNSET
    categories: list[str] | UnsetType = UNSET
    recipient: RecipientBody | UnsetType = UNSET
    since: str | UnsetType = UNSET
    until: str | UnsetType | None = UNSET
    text_digest: str | UnsetType = UNSET
    method: str | UnsetType = UNSET


class ConsentsTold(Struct):
    """All consents, the newest first."""

    consents: list[ConsentTold]


class Closed(Struct):
    """Whether a part of the book is closed to care providers now."""

    closed: bool


class NoteNamed(Struct):
    """A note by its name."""

    note: str
    standing: str | UnsetType = UNSET


class AppsTold(Struct):
    """The apps in which a book is shown."""

    apps: list[str]


class AppShown(Struct):
    """Whether a book is shown in an app."""

    app: str
    shown: bool


class DeathTold(Struct):
    """The day of a recorded death; null once it was taken back."""

    death: str | None


class RepresentativeTold(Struct):
    """Somebody who may act for the person."""

    representative: str
    """Pseudonym."""
    relation: str
    """parent, guardian or authorised."""
    until: str | None
    """First day without it, where the appointment names one; a parent's ends at eighteen."""


class RepresentativesTold(Struct):
    """Everybody who was appointed and not dismissed."""

    representatives: list[RepresentativeTold]


class RepresentedTold(Struct):
    """Somebody for whom the caller may act."""

    person: str
    """Pseudonym."""
    relation: str
    """parent, guardian or authorised."""


class RepresentedListed(Struct):
    """Everybody for whom the caller may act today, the newest appointment first."""

    represented: list[RepresentedTold]


class ActsTold(Struct):
    """Whether somebody acts for a person now."""

    person: str
    representative: str
    acts: bool


class ShareMade(Struct):
    """A new link; its key is in ``link`` and nowhere else."""

    share: str
    link: str
    """``shlink:/…``, behind a viewer's address where one is set."""
    expires_at: str
    max_opens: int
    passcode: bool
    qr_svg: str


class ShareListed(Struct):
    """A link in a list."""

    number: int
    share: str
    created_at: str
    expires_at: str
    open: bool
    opened: int
    max_opens: int
    passcode_failures: int
    last_opened_at: str | None


class SharesListed(Struct):
    """A page of links, and where to go on."""

    shares: list[ShareListed]
    before: int | None


class ShareHappened(Struct):
    """Somebody opened a link, or did not have its passcode."""

    at: str
    what: str
    recipient: str | UnsetType | None = UNSET


class ShareTold(Struct):
    """A link and what happened to it."""

    share: str
    version: int
    """Ask with ``after`` of it to be answered when something happens."""
    open: bool
    expires_at: str
    seconds_left: int
    max_opens: int
    opened: int
    passcode_failures: int
    revoked: bool
    happened: list[ShareHappened]
    label: str | UnsetType = UNSET
    recipient: str | UnsetType | None = UNSET
    sections: list[str] | UnsetType = UNSET
    categories: list[str] | UnsetType = UNSET
    passcode: bool | UnsetType = UNSET


class ShareEnded(Struct):
    """A link that was ended."""

    share: str
    ended: bool


class ManifestFile(Struct):
    """A file of a link: here, or at an address for a short time."""

    contentType: str  # noqa: N815  the specification's name
    embedded: str | UnsetType = UNSET
    """A compact JWE."""
    location: str | UnsetType = UNSET


class Manifest(Struct):
    """What a link holds. Source: SMART Health Links (STU1)."""

    status: str
    files: list[ManifestFile]


class EmergencyMade(Struct):
    """An emergency that is open."""

    emergency: str
    until: str


class EmergencyTold(Struct):
    """An emergency look, for its review."""

    emergency: str
    at: str
    until: str
    account: str
    facility: str | None
    reason: str | None
    text: str | None
    review_due: str
    outcome: str | None
    note: str | None


class EmergenciesTold(Struct):
    """All emergency looks at one book."""

    emergencies: list[EmergencyTold]


class Reviewed(Struct):
    """A review."""

    emergency: str
    outcome: str


class TaskTold(Struct):
    """Something that waits."""

    kind: str
    """review, misuse, rights-answer or rights."""
    task: str
    person: str
    """Pseudonym."""
    facility: str | None
    right: str | None
    opened_on: str
    due: str
    overdue: bool


class TasksTold(Struct):
    """What waits, what is due first, and where to go on."""

    tasks: list[TaskTold]
    after: str | None


class RightsMade(Struct):
    """A request and the days that bind."""

    request: str
    answer_due: str
    due: str


class ErasureTold(Struct):
    """Where an erasure stands."""

    erasure: str
    phase: str
    """requested, withdrawn, refused, ordered, begun or done."""
    purposes: list[str]
    approvals: int
    approvals_needed: int
    refused_by: str | None
    """The rule by which data must stay."""


class RightsTold(Struct):
    """A request, its days and its answers."""

    request: str
    right: str
    words: str | None
    visit: str | None
    facility: str | None
    answer_due: str
    due: str
    answer: str | None
    extended_because: str | None
    state: str
    """open, completed, refused, withdrawn or erased."""
    erasure: ErasureTold | None
    """Of a request to erase that was granted."""
    rule: str | UnsetType = UNSET
    end: str | UnsetType | None = UNSET


class RightsListed(Struct):
    """All requests of a person, the newest first."""

    requests: list[RightsTold]
    restricted: bool


class RightsFound(Struct):
    """One request, or that there is none."""

    request: RightsTold | None


class RightsDone(Struct):
    """What was done with a request."""

    request: str
    act: str
    due: str


class RightsTakenBack(Struct):
    """A request that the person took back."""

    request: str
    state: str


class OrderNamed(Struct):
    """A written order by its reference."""

    order: str
    ended: bool | UnsetType = UNSET
