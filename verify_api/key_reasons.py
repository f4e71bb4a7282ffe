"""What the judgement of a key means to an answer: one table from `keys.trust_judgement`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from keys.trust_judgement import KeyReason
from verify_api.verdict import Authenticity, Axis, Check, Logged, Reason

JUDGED: Final[Mapping[KeyReason, tuple[Axis, Check, Reason]]] = MappingProxyType({
    KeyReason.LIST_STALE:
        (Authenticity.UNDETERMINED, Check.KEY, Reason.TRUST_LIST_STALE),
    KeyReason.UNKNOWN_KEY:
        (Authenticity.UNKNOWN_ISSUER, Check.KEY, Reason.KEY_UNKNOWN),
    KeyReason.OTHER_ALGORITHM:
        (Authenticity.ALTERED, Check.KEY, Reason.KEY_ALGORITHM),
    KeyReason.OTHER_USE:
        (Authenticity.NOT_FOR_THIS_KIND, Check.MEANING, Reason.KEY_USE),
    KeyReason.OTHER_ISSUER:
        (Authenticity.UNKNOWN_ISSUER, Check.MEANING, Reason.KEY_ISSUER),
    KeyReason.NOT_ACTIVE:
        (Authenticity.UNKNOWN_ISSUER, Check.MEANING, Reason.KEY_NOT_YET_USED),
    KeyReason.OUTSIDE_WINDOW:
        (Authenticity.UNKNOWN_ISSUER, Check.MEANING, Reason.KEY_WINDOW),
    KeyReason.PAST_VERIFICATION:
        (Authenticity.UNKNOWN_ISSUER, Check.MEANING, Reason.KEY_RETIRED),
    KeyReason.REVOKED:
        (Authenticity.UNKNOWN_ISSUER, Check.MEANING, Reason.KEY_REVOKED),
    KeyReason.COMPROMISED:
        (Authenticity.UNKNOWN_ISSUER, Check.MEANING, Reason.KEY_COMPROMISED),
    KeyReason.COMPROMISE_NEEDS_LOG:
        (Authenticity.UNDETERMINED, Check.MEANING, Reason.KEY_COMPROMISED_UNPROVEN),
    KeyReason.LOGGED_AT_ANOTHER_TIME:
        (Logged.NOT_FOUND, Check.MEANING, Reason.LOG_TIME),
})  # fmt: skip
"""The axis that a key's reason settles, at which check, and how the answer names it."""
