"""Which foreign format a text is in, and the check for it: one line a format."""

from datetime import datetime

from verify_api.profiles import claim169, hcert, shc
from verify_api.profiles.foreign import ForeignTrust
from verify_api.verdict import Verdict


def verify_by_prefix(text: str, *, trust: ForeignTrust, at: datetime) -> Verdict | None:
    """Return the answer about a text that says which foreign format it is in; None if none."""
    if text.startswith(hcert.PREFIX):
        return hcert.verify_hcert(text, trust=trust.hcert, at=at)
    if text.startswith(shc.PREFIX):
        return shc.verify_health_card(text, trust=trust, at=at)
    return None


def verify_by_shape(text: str, *, trust: ForeignTrust, at: datetime) -> Verdict | None:
    """Return the answer about a text that only its shape tells; None if it has no known one."""
    if claim169.looks_like_claim_169(text):
        return claim169.verify_claim_169(text, trust=trust.claim_169, at=at)
    return None
