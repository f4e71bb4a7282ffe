"""Titles of the groups of addresses, for the document and for the guide."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

TAGS: Final[Mapping[str, str]] = MappingProxyType({
    "verify": "Verify certificates",
    "check": "Check by what is typed from a paper",
    "many": "Many codes on one page",
    "organisation_checks": "What an organisation has checked",
    "lists": "Signed lists for offline checks",
    "log": "The transparency log",
    "portal": "Provinces' systems",
    "intake": "Visits from facilities",
    "visits": "Single visits",
    "visit_files": "Files of visits",
    "records": "Health books",
    "fhir": "Health books as FHIR",
    "referrals": "Referral papers",
    "appointments": "Re-examination appointments",
    "appointment_requests": "What a person asks about appointments",
    "represented_asks": "The same, for whom one represents",
    "facility_appointment_requests": "What a facility is asked about appointments",
    "facility_asks": "The facility's pages of asks",
    "consents": "Consents and closed sections",
    "emergencies": "Reading in an emergency",
    "looks": "Who looked, and reports of misuse",
    "rights": "Rights of persons",
    "shares": "Links that a person gives",
    "shl": "What a link shows (SMART Health Links)",
    "cleaning": "Persons who are known twice",
    "quality": "Quality of a facility's data",
    "figures": "Published figures",
    "auditing": "Auditors' questions",
    "session": "Sign in and out",
    "officer": "Officers' desk",
    "officer_acts": "What officers do on a file",
    "officer_search": "Finding a file",
    "officer_signing": "Signing several certificates",
    "citizen": "Citizens",
    "request_files": "Files sent with a request",
    "citizen_letters": "A citizen's letters",
    "pages": "Pages and their parts",
    "health_probes": "Watching the service",
    "interface": "This interface",
})  # fmt: skip
"""A group without a title stands under its own name."""
