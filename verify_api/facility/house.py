"""What the pages of a facility need of the house."""

from dataclasses import dataclass

from ledger.commands.patients import PatientNumbers
from ledger.facts import FactStore
from verify_api.books import HealthBooks
from verify_api.desk.health_papers import HealthPaperDesk
from verify_api.desk.paper_lists import PaperLists
from verify_api.facility.intake_desk import IntakeDesk
from verify_api.governing import Governing


@dataclass(frozen=True, slots=True)
class FacilityHouse:
    """Desks that the endpoints for programs use, too."""

    papers: HealthPaperDesk
    lists: PaperLists
    books: HealthBooks
    governing: Governing
    intake: IntakeDesk
    reading: FactStore
    """The facts with every personal part withheld: for lists."""
    numbers: PatientNumbers
    """Finds a patient's pseudonym by a number."""
