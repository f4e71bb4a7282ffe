"""Which kinds of certificate there are: one line each, and a folder with the name."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import CertificateKind
from ledger.certificates.kinds import appointment, judicial_record, referral

KINDS: Final[Mapping[str, CertificateKind]] = MappingProxyType(
    {kind.code: kind for kind in (judicial_record.KIND, referral.KIND, appointment.KIND)}
)
"""By code."""


def by_document_type(
    kinds: Mapping[str, CertificateKind] = KINDS,
) -> Mapping[int, CertificateKind]:
    """Return ``kinds`` by the number that tokens name them with."""
    return {kind.document_type: kind for kind in kinds.values()}
