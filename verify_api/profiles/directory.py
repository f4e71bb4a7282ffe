"""Which foreign format a text is in, and the check for it: one line a format."""

from datetime import datetime

from verify_api.profiles import claim169, hcert, shc
from verify_api.profiles.foreign import BadCredentialError, ForeignTrust, verdict_of
from verify_api.verdict import Authenticity, Check, Profile, Reason, Verdict


def verify_by_prefix(text: str, *, trust: ForeignTrust, at: datetime) -> Verdict | None:
    """Return the answer about a text that says which foreign format it is in; None if none."""
    if text.startswith(hcert.PREFIX):
        old = _too_old(Profile.HCERT, trust, at)
        return old or hcert.verify_hcert(text, trust=trust.hcert, at=at)
    if text.startswith(shc.PREFIX):
        old = _too_old(Profile.SMART_HEALTH_CARD, trust, at)
        return old or shc.verify_health_card(text, trust=trust, at=at)
    return None


def verify_by_shape(text: str, *, trust: ForeignTrust, at: datetime) -> Verdict | None:
    """Return the answer about a text that only its shape tells; None if it has no known one."""
    if claim169.looks_like_claim_169(text):
        old = _too_old(Profile.CLAIM_169, trust, at)
        return old or claim169.verify_claim_169(text, trust=trust.claim_169, at=at)
    return None


def _too_old(profile: Profile, trust: ForeignTrust, at: datetime) -> Verdict | None:
    """Return the answer where trust cannot know what was decided since; None if it is of now."""
    if trust.until is None or at < trust.until:
        return None
    error = BadCredentialError(Authenticity.UNDETERMINED, Check.KEY, Reason.TRUST_LIST_STALE)
    return verdict_of(error, profile=profile, at=at)
