"""An ask as a card of a page, a person's or a facility's: each part in words of both languages."""

from collections.abc import Callable
from dataclasses import dataclass

from ledger.certificates.kind import Wording
from ledger.records.appointment_request.request import Stage
from verify_api.ask_words import KINDS, PARTS_OF_DAY, SIGNS, SPECIALTIES, STAGES
from verify_api.desk.asks import ToldAsk


@dataclass(frozen=True, slots=True)
class ShownAsk:
    """One ask with its words."""

    told: ToldAsk
    kind: Wording
    stage: Wording
    sign: str
    facility: Wording
    part_of_day: Wording | None
    """None where any time is right, or nothing is wished."""
    specialty: Wording | None

    @property
    def waits(self) -> bool:
        """Whether it can be answered."""
        return self.told.stage in {Stage.OPEN, Stage.TAKEN_UP}

    @property
    def can_be_withdrawn(self) -> bool:
        """Whether the person can take it back."""
        return self.told.stage is Stage.OPEN


def shown_ask(told: ToldAsk, name_of: Callable[[str], Wording]) -> ShownAsk:
    """Return an ask as a card; ``name_of`` tells a facility's name by its code."""
    wish = told.wish
    part = None if wish is None or wish.part_of_day == "any" else PARTS_OF_DAY[wish.part_of_day]
    specialty = None if wish is None or wish.specialty is None else SPECIALTIES[wish.specialty]
    return ShownAsk(
        told, KINDS[told.kind], STAGES[told.stage], SIGNS[told.stage], name_of(told.facility),
        part, specialty,
    )  # fmt: skip
