"""Joins the desk of referrals and appointments over one ledger."""

from collections.abc import Callable

from ledger.certificates.kind import Wording
from ledger.commands.facilities import load_facility
from ledger.commands.papers import Letterhead
from ledger.commands.patients import PatientNumbers
from verify_api.desk.health_papers import HealthPaperDesk
from verify_api.desk.join import House


def papers_of(
    house: House, numbers: PatientNumbers, random: Callable[[int], bytes]
) -> HealthPaperDesk:
    """Return the desk; papers bear the facility's registered name and who signed."""

    def letterhead(code: str, signer: str) -> Letterhead:
        facility = load_facility(house.reading, code).state
        name = Wording(facility.name, facility.name_en)
        officer = house.officer_name(signer)
        return Letterhead(house.host, name, officer, specimen=house.specimen)

    return HealthPaperDesk(
        facts=house.facts,
        numbers=numbers,
        issuing=house.issuing,
        issuing_key=house.issuing_key,
        document_signer=house.document_signer,
        letterhead=letterhead,
        calendar=house.calendar,
        new_id=house.new_id,
        random=random,
        release=house.release,
    )
