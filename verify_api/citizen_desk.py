"""All that a citizen's judicial pages ask, as one value that the composition root fills."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ledger.calendar import WorkingCalendar
from ledger.commands.kept_files import KeptFiles
from ledger.facts import FactStore
from verify_api.desk.citizen_code import OwnCodes
from verify_api.desk.citizen_file import OwnFiles
from verify_api.desk.citizen_payments import PaymentDesk
from verify_api.desk.citizen_requests import OwnRequests, ServedAuthority
from verify_api.desk.papers import PaperDesk
from verify_api.desk.request_files import RequestFiles
from verify_api.passwords import COST, PasswordCost
from verify_api.payment_demo import DemoPlatform
from verify_api.payment_joined import Joined


@dataclass(frozen=True, slots=True)
class CitizenDesk:
    """The desk."""

    requests: OwnRequests
    files: OwnFiles
    codes: OwnCodes
    payments: PaymentDesk
    demo: DemoPlatform | None
    """The platform's own page, where the demonstration plays it."""
    sent: RequestFiles
    """What citizens sent with their requests."""


def citizen_desk(
    facts: FactStore,
    calendar: WorkingCalendar,
    *,
    authorities: Sequence[ServedAuthority],
    papers: PaperDesk,
    random_bytes: Callable[[int], bytes],
    platform: Joined,
    kept: KeptFiles,
    cost: PasswordCost = COST,
) -> CitizenDesk:
    """Return the desk over one ledger; ``cost`` is that of one passcode's hash."""
    names = {one.code: one.name for one in authorities}
    return CitizenDesk(
        OwnRequests(facts, calendar, authorities, kept),
        OwnFiles(facts, calendar, names.get),
        OwnCodes(facts, papers, random_bytes, cost),
        PaymentDesk(facts, platform.provider),
        platform.demo,
        RequestFiles(facts, kept),
    )
