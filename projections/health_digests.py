"""Rows of what a visit says, sealed under the person's own key, and how they are opened.

    plaintext = Zstandard(entries, with the fixed words below), padded with zeros to 64 bytes
    row       = the part that `keys.sealing` makes of it, its place being visit, version and event

The padding hides how long a short visit is. Nothing here can be read once the key is destroyed.
"""

import threading
from functools import cache
from typing import Final, Protocol
from uuid import UUID

from zstandard import (
    DICT_TYPE_RAWCONTENT,
    ZstdCompressionDict,
    ZstdCompressor,
    ZstdDecompressor,
)

from keys.key_store_errors import KeyDestroyedError
from keys.sealing import DataKey, key_id_of, seal_place
from ledger.clinical.book import Event
from ledger.clinical.entry import Entry, from_digest, to_digest
from ledger.personal import Purpose

TOPIC: Final = "health_entries/1"
_PAD: Final = 64
_LEVEL: Final = 3
_WORDS: Final = (
    b"http://terminology.hl7.org/CodeSystem/http://hl7.org/fhir/sid/icd-10http://hl7.org/fhir/sid/"
    b"cvxhttp://www.nlm.nih.gov/research/umls/rxnormhttp://www.whocc.no/atchttp://unitsofmeasure."
    b"orgurn:uuid:Encounter/entered-in-errorAppointmentServiceRequestDocumentReferencePractitioner"
    b"OrganizationPatientCarePlanGoalMedicationRequestMedicationStatementAllergyIntolerance"
    b"DiagnosticReportImmunizationProcedurelaboratorydosagereasonseveritycriticalityreaction"
    b"body_siteinterpretationrangenotequantityencounter-diagnosisvital-signsmm[Hg]mmol/Lkg/m2cm"
    b"finishedcompletedactiveconfirmedfinalresolvedorderAMBIMPEMERConditionObservationEncounter"
    b"+07:00T00:00:00+00:00-202020212022202320242025http://loinc.orghttp://snomed.info/sct"
)
"""Words that documents are full of; never about a person. Another list is another `TOPIC`."""


class WritingKeys(Protocol):
    """The keys of all subjects, to seal with."""

    def for_writing(self, subject: UUID, purpose: str) -> DataKey:
        """Return the key.

        Raises:
            KeyDestroyedError: It was destroyed.
        """
        ...


class ReadingKeys(Protocol):
    """The keys of all subjects, to open with."""

    def for_reading(self, key_id: bytes) -> DataKey | None:
        """Return the key, None if it was destroyed."""
        ...


def purpose_of(event: Event) -> Purpose:
    """Return for which purpose the entries of such a row are kept."""
    return Purpose.HEALTH_RESTRICTED if event is Event.RESTRICTED else Purpose.HEALTH


_NAMES: Final = {event: (f"{TOPIC}/{event.value}", purpose_of(event).value) for event in Event}
"""Topic and purpose in the place of a row of each event: a book has hundreds of rows."""


def sealed(
    keys: WritingKeys,
    entries: tuple[Entry, ...],
    *,
    subject: UUID,
    visit: UUID,
    version: int,
    event: Event,
) -> bytes | None:
    """Return the sealed row, the same bytes for the same entries; None if the key is no more."""
    if not entries:
        return None
    purpose = purpose_of(event).value
    try:
        key = keys.for_writing(subject, purpose)
    except KeyDestroyedError:
        return None
    place = _place(visit, version, event, key.key_id)
    return key.seal_alike(_packed(to_digest(entries)), place)


def opened(
    keys: ReadingKeys, part: bytes | None, *, visit: UUID, version: int, event: Event
) -> tuple[Entry, ...]:
    """Return the entries of a sealed row; none if there were none, or its key was destroyed.

    Raises:
        SealBrokenError: The row is not what was written there.
    """
    if part is None:
        return ()
    key_id = key_id_of(part)
    key = keys.for_reading(key_id)
    if key is None:
        return ()
    return from_digest(_unpacked(key.open(part, _place(visit, version, event, key_id))))


def _place(visit: UUID, version: int, event: Event, key_id: bytes) -> bytes:
    topic, purpose = _NAMES[event]
    return seal_place(visit.bytes, version, topic, purpose, key_id)


def _packed(digest: bytes) -> bytes:
    packed = _tools().compressor.compress(digest)
    return packed + bytes(-len(packed) % _PAD)


def _unpacked(packed: bytes) -> bytes:
    return _tools().decompressor.decompress(packed, allow_extra_data=True)


class _Tools(threading.local):
    """Compressor and decompressor of one thread: they serve one at a time."""

    def __init__(self) -> None:
        words = ZstdCompressionDict(_WORDS, dict_type=DICT_TYPE_RAWCONTENT)
        self.compressor = ZstdCompressor(
            level=_LEVEL, dict_data=words, write_checksum=False, write_dict_id=False
        )
        self.decompressor = ZstdDecompressor(dict_data=words)


@cache
def _tools() -> _Tools:
    return _Tools()
