"""What every endpoint takes and answers: one table, by endpoint."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from verify_api.describing import Description
from verify_api.descriptions.appointment_asks import APPOINTMENT_ASKS
from verify_api.descriptions.auditing import AUDITING
from verify_api.descriptions.checks import CHECKS
from verify_api.descriptions.citizen import CITIZEN
from verify_api.descriptions.cleaning import CLEANING
from verify_api.descriptions.completeness import COMPLETENESS
from verify_api.descriptions.desks import DESKS
from verify_api.descriptions.facility import FACILITY
from verify_api.descriptions.figures import FIGURES
from verify_api.descriptions.governing import GOVERNING
from verify_api.descriptions.health_books import HEALTH_BOOKS
from verify_api.descriptions.health_papers import HEALTH_PAPERS
from verify_api.descriptions.identity import IDENTITY
from verify_api.descriptions.intake import INTAKE
from verify_api.descriptions.letters import LETTERS
from verify_api.descriptions.log import LOG
from verify_api.descriptions.my_health import MY_HEALTH
from verify_api.descriptions.officers import OFFICERS
from verify_api.descriptions.portal import PORTAL
from verify_api.descriptions.receipts import RECEIPTS
from verify_api.descriptions.request_files import REQUEST_FILES
from verify_api.descriptions.verifying import VERIFYING
from verify_api.descriptions.visits import VISITS

DESCRIPTIONS: Final[Mapping[str, Description]] = MappingProxyType({
    **AUDITING, **IDENTITY, **CITIZEN,
    **VERIFYING, **DESKS, **OFFICERS, **PORTAL, **INTAKE, **CLEANING, **HEALTH_BOOKS, **GOVERNING,
    **HEALTH_PAPERS, **VISITS, **LOG, **COMPLETENESS, **FIGURES, **FACILITY, **MY_HEALTH,
    **APPOINTMENT_ASKS, **LETTERS,
    **RECEIPTS, **CHECKS, **REQUEST_FILES,
})  # fmt: skip
"""By endpoint. A route without an entry fails the tests, and so does an entry without a route."""
