"""A treatment episode as a FHIR R4 Bundle of one visit: a projection, never the evidence.

The same episode gives the same Bundle, byte for byte: identifiers are made of the facility, MA_LK
and the place in the tables. What the tables say and the Bundle does not (prices, codes of bodies
of payment, tables that are not read) stays in the evidence.
"""

from typing import Any, Final

import msgspec

from ledger.clinical.insurance_envelope import Episode
from ledger.clinical.insurance_fhir_care import care_entries
from ledger.clinical.insurance_fhir_papers import appointment, document, referral
from ledger.clinical.insurance_fhir_parts import EPISODE_KEYS, Resource, clean, projection
from ledger.clinical.insurance_fhir_visit import patient, visit_entries
from ledger.clinical.insurance_fields import APPOINTMENT, GENERAL, REFERRAL
from ledger.clinical.insurance_rules import places
from ledger.clinical.insurance_tables import Record
from ledger.errors import InvalidInputError

PROJECTION_VERSION: Final = 1
"""Raised when the same episode gives another Bundle: what was made of it is then made anew."""

_CARE: Final = (2, 3, 4, 5)
_DOCUMENTS: Final = (7, 8)
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")


def visit_bundle(episode: Episode) -> dict[str, Any]:
    """Return the Bundle of an `Episode.acceptable` episode; its numbers are `Decimal`.

    Raises:
        InvalidInputError: The episode has no table 1, or no facility: it was never acceptable.
    """
    general = _general(episode)
    made = projection(episode, general)
    entries: list[Resource] = list(visit_entries(made, general))
    for number in _CARE:
        if number in episode.tables:
            entries += care_entries(made, number, places(episode.tables[number]))
    for number in _DOCUMENTS:
        if number in episode.tables:
            entries.append(document(made, number, episode.tables[number].first))
    if REFERRAL in episode.tables:
        entries.append(referral(made, episode.tables[REFERRAL].first))
    if APPOINTMENT in episode.tables:
        entries.append(appointment(made, episode.tables[APPOINTMENT].first))
    key = {"system": f"{EPISODE_KEYS}{episode.facility}", "value": episode.key}
    return {"resourceType": "Bundle", "type": "collection", "identifier": key, "entry": entries}


def visit_patient(episode: Episode) -> dict[str, Any]:
    """Return the Patient of an `Episode.acceptable` episode alone, without an id.

    The ids of the projection are made for each visit: nobody knows a patient by one.

    Raises:
        InvalidInputError: As `visit_bundle`.
    """
    return clean({"resourceType": "Patient", **patient(episode, _general(episode))})


def _general(episode: Episode) -> Record:
    table = episode.tables.get(GENERAL)
    if table is None or not table.records:
        raise InvalidInputError("XML1", "table_general", "table 1 in every treatment episode")
    return table.first


def visit_document(episode: Episode) -> bytes:
    """Return `visit_bundle` as JSON, every number as the facility wrote it: 12.50 stays 12.50.

    Raises:
        InvalidInputError: As `visit_bundle`.
    """
    return _ENCODER.encode(visit_bundle(episode))
