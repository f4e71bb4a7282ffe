"""The insurance's XML files to pieces: each treatment episode by itself, kept as it came.

The evidence are the bytes; of the FHIR projection only the patient is made here: whom it is about.
"""

from collections.abc import Iterator
from typing import Final

from ledger.clinical.findings import errors
from ledger.clinical.insurance_envelope import Episode, read_envelope, without_tables
from ledger.clinical.insurance_fhir import PROJECTION_VERSION, visit_patient
from ledger.clinical.insurance_papers import used_paper
from ledger.clinical.insurance_rules import check_future
from ledger.commands.deliveries import Delivery, packed_parts
from ledger.errors import InvalidInputError
from ledger.identifiers import visit_stream
from ledger.importers.patient_identity import patient_identity
from ledger.importers.pieces import Piece, Ready, Rejected, Source, rejected
from ledger.records.visit import Form

SCHEMA: Final = f"bhyt-{PROJECTION_VERSION}"
"""Rules that an episode was accepted under: the tables of Decision 3176/QĐ-BYT as read here."""


def read_insurance(data: bytes, source: Source) -> Iterator[Piece]:
    """Yield the pieces of one file; what one episode gets wrong spoils no other."""
    try:
        envelope = read_envelope(data)
    except InvalidInputError as error:
        yield rejected(data, error)
        return
    for episode in envelope.episodes:
        yield _episode(episode, source)


def _episode(episode: Episode, source: Source) -> Piece:
    findings = (*episode.findings, *check_future(episode.tables, at=source.at))
    if errors(findings):
        return rejected(episode.received, findings)
    if episode.facility != source.facility:
        return Rejected(
            episode.received, "facility_differs", "XML1.MA_CSKCB", "the facility that sends"
        )
    try:
        stream = visit_stream(episode.facility, episode.key)
        patient = patient_identity(visit_patient(episode), facility=episode.facility)
    except InvalidInputError as error:
        return rejected(episode.received, error)
    received = episode.received
    shown = without_tables(received) if episode.restricted else None
    return Ready(
        Delivery(
            stream, Form.INSURANCE_XML, SCHEMA, received, patient,
            open_part=shown, reason=source.reason, expected=source.expected,
            packed=packed_parts(received, shown),
        ),
        used_paper(episode),
    )  # fmt: skip
