"""How facts that were stored under an older version of their name are read today."""

from dataclasses import replace
from typing import Final

from ledger.store.fact_codec import StoredFields
from ledger.store.fact_types import Upcaster
from ledger.transparency.stream_heads import BY_HMAC


def _scheme_named(stored: StoredFields) -> StoredFields:
    """Say of a seal how the leaves of its tree were named: there was one way."""
    heads = {**stored.clear["heads"], "scheme": BY_HMAC}
    return replace(stored, clear={**stored.clear, "heads": heads})


UPCASTERS: Final = (Upcaster("seal.day_sealed/1", "seal.day_sealed/2", _scheme_named),)
