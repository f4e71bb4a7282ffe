"""What a check answers: four axes, one state, one overall answer, and why.

Two tables turn axes into an answer: `PRECEDENCE` picks the state, `OVERALL` says what it amounts
to. Nobody else decides that. A bad certificate is a verdict, never an exception.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from ledger.certificates.kind import CertificateKind, Status, Token
from verify_api.acceptance import Acceptance, Accepting


class Overall(StrEnum):
    """What it amounts to."""

    VALID = "valid"
    NOT_VALID = "not_valid"
    CANNOT_TELL = "cannot_tell"


class Authenticity(StrEnum):
    """Whether an authority of the trust list signed exactly this."""

    GENUINE = "genuine"
    ALTERED = "altered"
    UNKNOWN_ISSUER = "unknown_issuer"
    NOT_FOR_THIS_KIND = "not_for_this_kind"
    """A trusted key signed what it may not sign."""
    DAMAGED = "damaged"
    UNSUPPORTED = "unsupported"
    UNDETERMINED = "undetermined"
    """The trust list is too old, or the key was compromised and nothing proves which came first."""


class Standing(StrEnum):
    """Whether the issuer still stands by it."""

    IN_FORCE = "in_force"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    UNKNOWN = "unknown"


class Logged(StrEnum):
    """Whether the public register has it."""

    IN_LOG = "in_log"
    TOO_YOUNG = "too_young"
    NOT_FOUND = "not_found"
    NOT_CHECKED = "not_checked"


class LoggedBy(StrEnum):
    """What shows that the public register has it."""

    LOG = "log"
    """The log itself was asked."""
    TLOG_PROOF = "tlog_proof"
    """The proof that came with it, under a cosigned head."""
    LANDMARK = "landmark"
    """The hashes that the verifier keeps: no signature took part."""


class SubjectMatch(StrEnum):
    """Whether it is about the person whom the checker has in mind."""

    MATCHES = "matches"
    DOES_NOT_MATCH = "does_not_match"
    NOT_ASKED = "not_asked"


Axis: TypeAlias = Authenticity | Standing | Logged | SubjectMatch | Acceptance


class State(StrEnum):
    """The one answer that a person reads; the same codes in the API and on every page."""

    VALID = "valid"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    ALTERED = "altered"
    ISSUER_UNKNOWN = "issuer_unknown"
    NOT_OURS = "not_ours"
    UNREADABLE = "unreadable"
    CANNOT_CONFIRM = "cannot_confirm"
    CAMERA_UNAVAILABLE = "camera_unavailable"
    """Only on pages: nothing was checked."""
    SERVICE_ERROR = "service_error"
    """Only on pages: nothing was checked."""
    NOT_IN_REGISTER = "not_in_register"
    SUBJECT_DIFFERS = "subject_differs"
    NOT_ACCEPTABLE = "not_acceptable"
    """Genuine and in force, and not to be taken in by whoever asks, or not again."""


PRECEDENCE: Final[Mapping[Axis, State]] = MappingProxyType({
    # The first axis value that a verdict has decides: signature > register > time > status.
    Authenticity.DAMAGED: State.UNREADABLE,
    Authenticity.UNSUPPORTED: State.NOT_OURS,
    Authenticity.UNDETERMINED: State.CANNOT_CONFIRM,
    Authenticity.UNKNOWN_ISSUER: State.ISSUER_UNKNOWN,
    Authenticity.NOT_FOR_THIS_KIND: State.ISSUER_UNKNOWN,
    Authenticity.ALTERED: State.ALTERED,
    Logged.NOT_FOUND: State.NOT_IN_REGISTER,
    Standing.NOT_YET_VALID: State.NOT_YET_VALID,
    Standing.EXPIRED: State.EXPIRED,
    Standing.REVOKED: State.REVOKED,
    Standing.SUPERSEDED: State.SUPERSEDED,
    Standing.SUSPENDED: State.SUSPENDED,
    SubjectMatch.DOES_NOT_MATCH: State.SUBJECT_DIFFERS,
    Acceptance.OTHER_ADDRESSEE: State.NOT_ACCEPTABLE,
    Acceptance.IN_USE_ELSEWHERE: State.NOT_ACCEPTABLE,
    Acceptance.USED_UP: State.NOT_ACCEPTABLE,
    Acceptance.FINALLY_REJECTED: State.NOT_ACCEPTABLE,
    Acceptance.TAKEN_BACK: State.NOT_ACCEPTABLE,
    Acceptance.MOVED: State.NOT_ACCEPTABLE,
    Acceptance.DAY_WENT_BY: State.NOT_ACCEPTABLE,
    Acceptance.LAPSED: State.NOT_ACCEPTABLE,
    Standing.UNKNOWN: State.CANNOT_CONFIRM,
    Logged.TOO_YOUNG: State.CANNOT_CONFIRM,
})  # fmt: skip

OVERALL: Final[Mapping[State, Overall]] = MappingProxyType({
    State.VALID: Overall.VALID,
    State.EXPIRED: Overall.NOT_VALID,
    State.NOT_YET_VALID: Overall.NOT_VALID,
    State.REVOKED: Overall.NOT_VALID,
    State.SUSPENDED: Overall.NOT_VALID,
    State.SUPERSEDED: Overall.NOT_VALID,
    State.ALTERED: Overall.NOT_VALID,
    State.ISSUER_UNKNOWN: Overall.NOT_VALID,
    State.NOT_OURS: Overall.CANNOT_TELL,
    State.UNREADABLE: Overall.CANNOT_TELL,
    State.CANNOT_CONFIRM: Overall.CANNOT_TELL,
    State.CAMERA_UNAVAILABLE: Overall.CANNOT_TELL,
    State.SERVICE_ERROR: Overall.CANNOT_TELL,
    State.NOT_IN_REGISTER: Overall.NOT_VALID,
    State.SUBJECT_DIFFERS: Overall.NOT_VALID,
    State.NOT_ACCEPTABLE: Overall.NOT_VALID,
})  # fmt: skip


class Check(IntEnum):
    """The numbered checks, in their order; a verdict names the first that failed."""

    TEXT = 1
    LAYOUT = 2
    HEADER = 3
    KEY = 4
    SIGNATURE = 5
    PAYLOAD = 6
    MEANING = 7
    TIME = 8
    STATUS = 9
    LOG = 10
    SUBJECT = 11
    ACCEPTANCE = 12


class Reason(StrEnum):
    """Why, finer than the state. Stable: clients may match on them."""

    TOO_LONG = "too_long"
    UNKNOWN_FORMAT = "unknown_format"
    FOREIGN_HOST = "foreign_host"
    BROKEN_TEXT = "broken_text"
    BROKEN_LAYOUT = "broken_layout"
    BROKEN_HEADER = "broken_header"
    ENCRYPTED = "encrypted"
    TRUST_LIST_STALE = "trust_list_stale"
    TRUST_LIST_AGEING = "trust_list_ageing"
    """A note: past its update, inside the grace."""
    KEY_UNKNOWN = "key_unknown"
    KEY_ALGORITHM = "key_algorithm"
    KEY_NOT_YET_USED = "key_not_yet_used"
    KEY_WINDOW = "key_window"
    KEY_RETIRED = "key_retired"
    KEY_REVOKED = "key_revoked"
    KEY_COMPROMISED = "key_compromised"
    KEY_COMPROMISED_UNPROVEN = "key_compromised_unproven"
    KEY_LATER_COMPROMISED = "key_later_compromised"
    """A note: the log proves that it was signed before."""
    SIGNATURE_WRONG = "signature_wrong"
    BROKEN_PAYLOAD = "broken_payload"
    BROKEN_CLAIMS = "broken_claims"
    KEY_USE = "key_use"
    KEY_ISSUER = "key_issuer"
    UNKNOWN_DOCUMENT = "unknown_document"
    ISSUED_IN_FUTURE = "issued_in_future"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    STATUS_ELSEWHERE = "status_elsewhere"
    """The status reference points where this issuer publishes nothing."""
    STATUS_MISSING = "status_missing"
    STATUS_STALE = "status_stale"
    STATUS_NOT_OFFERED = "status_not_offered"
    """A note: the foreign format has no way to revoke one credential, or none is known here."""
    NOT_IN_REGISTER = "not_in_register"
    OTHER_CONTENT = "other_content"
    """The register has this number with other content."""
    LOG_TOO_YOUNG = "log_too_young"
    LOG_TIME = "log_time"
    """Logged at a time that does not go with the time of issue."""
    YOUNGER_THAN_LANDMARKS = "younger_than_landmarks"
    """A note: the landmarks that the verifier keeps do not reach so far yet."""
    SUBJECT_DIFFERS = "subject_differs"
    SUBJECT_NOT_COMPARED = "subject_not_compared"
    """A note: something was asked of the person, and foreign formats are not compared."""
    NOT_ADDRESSED = "not_addressed"
    IN_USE_ELSEWHERE = "in_use_elsewhere"
    USED_UP = "used_up"
    FINALLY_REJECTED = "finally_rejected"
    TAKEN_BACK = "taken_back"
    MOVED = "moved"
    DAY_WENT_BY = "day_went_by"
    LAPSED = "lapsed"
    SERVES_EPISODE = "serves_episode"
    """A note: its term is over, and it was presented before that."""


NOTES: Final = frozenset(
    {
        Reason.TRUST_LIST_AGEING,
        Reason.KEY_LATER_COMPROMISED,
        Reason.YOUNGER_THAN_LANDMARKS,
        Reason.STATUS_NOT_OFFERED,
        Reason.SUBJECT_NOT_COMPARED,
        Reason.SERVES_EPISODE,
    }
)
"""Reasons that a valid answer may carry."""


NOT_TAKEN: Final[Mapping[Acceptance, Reason]] = MappingProxyType({
    Acceptance.OTHER_ADDRESSEE: Reason.NOT_ADDRESSED,
    Acceptance.IN_USE_ELSEWHERE: Reason.IN_USE_ELSEWHERE,
    Acceptance.USED_UP: Reason.USED_UP,
    Acceptance.FINALLY_REJECTED: Reason.FINALLY_REJECTED,
    Acceptance.TAKEN_BACK: Reason.TAKEN_BACK,
    Acceptance.MOVED: Reason.MOVED,
    Acceptance.DAY_WENT_BY: Reason.DAY_WENT_BY,
    Acceptance.LAPSED: Reason.LAPSED,
})  # fmt: skip
"""Why a paper is not taken in; the other answers say yes, on a condition, or not known."""


OVERRULED: Final[Mapping[Axis, Acceptance]] = MappingProxyType({
    Standing.EXPIRED: Acceptance.LAPSED,
    Standing.REVOKED: Acceptance.TAKEN_BACK,
    Standing.SUPERSEDED: Acceptance.MOVED,
})  # fmt: skip
"""What a paper that does not stand is to who would take it in; all else leaves that unknown."""


class Profile(StrEnum):
    """Whose format it is; each has its own algorithms, trust store and lenience."""

    NATIVE = "native"
    HCERT = "hcert"
    SMART_HEALTH_CARD = "smart_health_card"
    CLAIM_169 = "claim_169"


class Issuer(NamedTuple):
    """Who signed it, by the trust list and not by the certificate's own word."""

    code: str
    name_vi: str
    name_en: str


class StatusEvidence(NamedTuple):
    """What a source knows of one certificate's standing."""

    status: Status | None = None
    """What the issuer says, also where time decides; None if it is not known now."""
    as_of: datetime | None = None
    """The moment for which that is known."""
    since: datetime | None = None
    superseded_by: tuple[str, ...] = ()
    """Numbers of the certificates that replaced it, the next one first."""
    online: bool = False
    """True if it comes from the certificate's own facts, False from a signed list."""
    stale: bool = False
    """True if something is known, but it is too old to rely on."""
    registered: bool | None = None
    """Whether the register has this very certificate; None if the source cannot say."""
    same_content: bool = True
    """False if the register has this number with other content."""


@dataclass(frozen=True, slots=True)
class LogEvidence:
    """What the transparency log says of one certificate."""

    logged: Logged = Logged.NOT_CHECKED
    index: int | None = None
    logged_at: datetime | None = None
    """When the witnesses' quorum on the earliest checkpoint over the issued fact was complete."""
    exactly: bool = True
    """False if that is only known to be the latest moment, as of what is older than the log."""
    by: LoggedBy | None = None
    """What shows it; None if nothing does."""
    younger: bool = False
    """True if it is younger than the newest landmark that the verifier keeps."""
    size: int | None = None
    """Entries under the head that shows it."""
    witnesses: int | None = None
    """How many have cosigned that head; a witness counts once, however many keys it has."""


NO_STATUS: Final = StatusEvidence()
NOT_LOOKED_UP: Final = LogEvidence()


class Evidence(NamedTuple):
    """What the answer rests on, and how old that is."""

    trust_version: int | None = None
    """None if no trust list was needed to answer."""
    trust_issued: datetime | None = None
    status: StatusEvidence = NO_STATUS
    log: LogEvidence = NOT_LOOKED_UP


NO_EVIDENCE: Final = Evidence()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of one check at one moment."""

    authenticity: Authenticity
    standing: Standing
    logged: Logged
    subject: SubjectMatch
    checked_at: datetime
    reasons: tuple[Reason, ...] = ()
    """The one that decided first, then everything else that was found."""
    failed_check: Check | None = None
    profile: Profile = Profile.NATIVE
    token: Token | None = None
    """The claims, only of a genuine native certificate."""
    kind: CertificateKind | None = None
    issuer: Issuer | None = None
    evidence: Evidence = NO_EVIDENCE
    foreign_claims: Mapping[str, object] | None = None
    """The claims, only of a genuine foreign certificate."""
    accepting: Accepting | None = None
    """Whether it may be taken in, only of a genuine paper that is used up by that."""

    @property
    def state(self) -> State:
        """The one answer that a person reads."""
        accepting = None if self.accepting is None else self.accepting.axis
        return _state_of((self.authenticity, self.logged, self.standing, self.subject, accepting))

    @property
    def overall(self) -> Overall:
        """What it amounts to."""
        return OVERALL[self.state]


@lru_cache
def _state_of(axes: tuple[Axis | None, ...]) -> State:
    """Return what `PRECEDENCE` makes of ``axes``; there are few ways for them to stand together."""
    return next((state for axis, state in PRECEDENCE.items() if axis in axes), State.VALID)
