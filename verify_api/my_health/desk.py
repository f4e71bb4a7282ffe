"""What the citizen's health pages need of the house."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from ledger.audit.completeness import Bundle
from ledger.certificates.kind import Wording
from verify_api.books import HealthBooks
from verify_api.desk.health_papers import HealthPaperDesk
from verify_api.governing import Governing

APPS: Final[Mapping[str, Wording]] = {
    "vneid": Wording("VNeID (định danh điện tử quốc gia)", "VNeID (national electronic identity)"),
    "vssid": Wording("VssID (bảo hiểm xã hội số)", "VssID (social insurance)"),
}
"""Apps that pages offer by name; the command takes any that has a name of that form."""


class ShowsCompleteness(Protocol):
    """Makes bundles: `projections.completeness.CompletenessDesk`."""

    def bundle(self, subject: UUID) -> Bundle:
        """Return all streams about somebody, with proofs against the newest logged seal.

        Raises:
            NotFoundError: There is no such seal yet.
            ProofError: What is there is not what was sealed.
        """
        ...


@dataclass(frozen=True, slots=True)
class MyHealth:
    """The desks that the JSON interface asks, too."""

    books: HealthBooks
    governing: Governing
    papers: HealthPaperDesk
    completeness: ShowsCompleteness
    office: str
    """Author of summaries."""

    def facility(self, code: str) -> Wording:
        """Return what a facility is called; its code where that is unknown."""
        return self.books.organisation(code) or Wording(code, code)
