"""Acts on a certificate of a request that is to be corrected: who is offered them, and when.

They have no row in the step table: the request has ended, and what moves on is its certificate.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from ledger.certificates.kinds.judicial_record.procedure import PROCEDURE
from ledger.certificates.lifecycle import Phase
from ledger.certificates.request import Request
from ledger.commands.certificates import CertificateOnFile
from verify_api.callers import Role

ON_CORRECTIONS: Final[Mapping[str, Wording]] = MappingProxyType({
    "draft_correction": Wording("Lập Phiếu đính chính", "Draft a correction"),
    "sign_correction": Wording("Ký Phiếu đính chính", "Sign the correction"),
    "drop_correction": Wording("Huỷ Phiếu đính chính đang lập", "Drop the correction's draft"),
})  # fmt: skip
"""By the act's name, as in `verify_api.desk.actions.ACTS`."""
_SIGNED_BY: Final = frozenset({Role.SIGNER})
_DROPPED_BY: Final = frozenset({Role.CASE_OFFICER, Role.SIGNER})


def possible(
    state: Request,
    certificate: CertificateOnFile | None,
    pending: CertificateOnFile | None,
    role: Role,
) -> tuple[tuple[str, Wording], ...]:
    """Return what ``role`` may do now about a correction.

    Args:
        state: The request.
        certificate: Its certificate that counts now.
        pending: The correction of that which is being made, if there is one.
        role: Who asks.
    """
    if certificate is None or state.stage not in PROCEDURE.ended:
        return ()
    if certificate.certificate.phase is not Phase.ACTIVE:
        return ()
    names = _names(pending, role)
    return tuple((name, ON_CORRECTIONS[name]) for name in names)


def _names(pending: CertificateOnFile | None, role: Role) -> list[str]:
    if pending is None:
        return ["draft_correction"] if role is Role.CASE_OFFICER else []
    names = ["sign_correction"] if role in _SIGNED_BY else []
    is_draft = pending.certificate.phase is Phase.DRAFTED
    return [*names, "drop_correction"] if is_draft and role in _DROPPED_BY else names
