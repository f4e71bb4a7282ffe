"""FHIR R4 documents to pieces: visits, single resources, document Bundles, whole lives.

    a Bundle with one Encounter            a visit, kept as it came
    a Bundle with many, or with bills      cut into visits by the Encounter that entries refer to;
                                           what refers to none is kept by itself
    a document Bundle                      kept whole, such as a patient summary
    a resource                             kept by itself
    types of which no book tells           left out, with a hash

What is kept are always the tokens as they came; nothing is written anew. What was sent by itself
keeps every byte. A visit that is cut out of a life, which nobody sent in this form, is kept without
the white space between its tokens: the same life with another indentation is the same visits.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final, TypeAlias
from uuid import UUID

import msgspec

from keys.blind_index import Number
from ledger.clinical.fhir_bytes import (
    LARGEST_DOCUMENT,
    RawEntry,
    parse,
    split_bundle,
    without_spacing,
)
from ledger.clinical.fhir_references import Entries, restful
from ledger.clinical.fhir_schema import SCHEMA_VERSION
from ledger.clinical.fhir_validation import Refused, validate_resource, validate_visit
from ledger.clinical.findings import Finding, errors
from ledger.clinical.r4_table import RESOURCES, table
from ledger.commands.deliveries import Delivery, packed_parts
from ledger.errors import InvalidInputError
from ledger.identifiers import resource_stream, visit_stream
from ledger.importers.patient_identity import id_number, number_of, patient_identity
from ledger.importers.pieces import LeftOut, Piece, Ready, Rejected, Source, rejected
from ledger.importers.restricted import joined, open_part
from ledger.records.health_book.facts import AssertedIdentity
from ledger.records.visit import Form

Resource = Mapping[str, Any]
Whose: TypeAlias = tuple[AssertedIdentity | None, Number | None]

LARGEST_LIFE: Final = 64 << 20
"""Bytes of a Bundle with a whole life."""
MAX_KEY: Final = 100
"""Characters of what a facility calls a visit. Source: Decision 130/QĐ-BYT, MA_LK."""
_ABOUT: Final = ("subject", "patient", "beneficiary", "for")
_CONTEXT: Final = frozenset(
    {"Patient", "Practitioner", "PractitionerRole", "Organization", "Location", "Coverage"}
)
_HEAD: Final = b'{"resourceType":"Bundle","type":"collection","entry":'


def read_fhir(data: bytes, source: Source, *, exported: bool = False) -> Iterator[Piece]:
    """Yield the pieces of one JSON document.

    With ``exported`` it is one of many resources of a server's export, which refer to one another
    by type and id across files.
    """
    try:
        value = parse(data, largest=LARGEST_LIFE)
    except InvalidInputError as error:
        yield rejected(data, error)
        return
    if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        yield Rejected(data, "resource_type", "resourceType", "a FHIR resource or Bundle")
    elif value["resourceType"] != "Bundle":
        yield _single(data, value, source, Entries(()), exported=exported)
    elif value.get("type") == "document":
        yield _document(data, value, source)
    elif _is_one_visit(data, value):
        yield read_visit(data, source)
    else:
        yield from _cut(data, value, source)


def _resources(bundle: Resource) -> list[Any]:
    entries = bundle.get("entry", ())
    if not isinstance(entries, list):
        return []
    return [
        entry["resource"] for entry in entries if isinstance(entry, dict) and "resource" in entry
    ]


def _kind(resource: Any) -> str:
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    return kind if isinstance(kind, str) else ""


def _is_one_visit(data: bytes, bundle: Resource) -> bool:
    """Tell whether it is for `read_visit`, which also says what is wrong with it."""
    kinds = [_kind(one) for one in _resources(bundle)]
    known = all(kind in RESOURCES for kind in kinds)
    return (
        kinds.count("Encounter") <= 1
        and known
        and len(data) <= LARGEST_DOCUMENT
        and ("Encounter" in kinds or kinds.count("Patient") > 1)
    )


def read_visit(data: bytes, source: Source) -> Ready | Rejected:
    """Return the piece of a Bundle that is one visit; whatever it is else is refused."""
    return _visit(data, source, {}, None)


def _visit(
    data: bytes, source: Source, known: Mapping[str, str], entries: Entries | None
) -> Ready | Rejected:
    looked = validate_visit(data, at=source.at, known=known)
    if isinstance(looked, Refused):
        return rejected(data, looked.findings)
    resources = _resources(looked.value)
    encounter = next(one for one in resources if _kind(one) == "Encounter")
    inside = entries or Entries((e.get("fullUrl"), e["resource"]) for e in looked.value["entry"])
    try:
        patient, number = _whose(encounter, inside, source)
        if patient is None and number is None:
            raise InvalidInputError("Encounter.subject", "visit_subject", "the visit's patient")  # noqa: TRY301 (one place where refusals become pieces)
        stream = visit_stream(source.facility, _key(encounter))
    except InvalidInputError as error:
        return rejected(data, error)
    shown = open_part(data, looked.value)
    return Ready(
        Delivery(
            stream, Form.FHIR_VISIT, SCHEMA_VERSION, data, patient, number=number,
            open_part=shown, reason=source.reason, expected=source.expected,
            packed=packed_parts(data, shown),
        )
    )  # fmt: skip


def _key(encounter: Resource) -> str:
    """Return what the facility calls the visit: the Encounter's identifier, or its id."""
    numbers = [one.get("value") for one in encounter.get("identifier", ())]
    key = next((str(value) for value in numbers if value), encounter.get("id"))
    if not isinstance(key, str) or not 0 < len(key) <= MAX_KEY:
        expected = f"an identifier or id of at most {MAX_KEY} characters"
        raise InvalidInputError("Encounter.identifier", "visit_key", expected)
    return key


def _whose(resource: Resource, entries: Entries, source: Source) -> Whose:
    """Return whom a resource is about: an identity, or the number of who was sent before.

    Neither, where it is about nobody.

    Raises:
        InvalidInputError: It names a patient who is nowhere.
    """
    if _kind(resource) == "Patient":
        return patient_identity(resource, facility=source.facility), None
    for name in _ABOUT:
        about = resource.get(name)
        if isinstance(about, dict):
            who = _named(about, f"{_kind(resource)}.{name}", entries, source)
            if who != (None, None):
                return who
    return None, None


def _named(about: Resource, place: str, entries: Entries, source: Source) -> Whose:
    """Return which patient a reference names; neither, if it is to something else."""
    literal = about.get("reference")
    if not isinstance(literal, str):
        identifier = about.get("identifier")
        if not isinstance(identifier, dict) or "value" not in identifier:
            return None, None
        return None, number_of(identifier, source.facility)
    found = entries.find(literal)
    if found is not None:
        is_patient = _kind(found) == "Patient"
        return patient_identity(found, facility=source.facility) if is_patient else None, None
    parts = restful(literal)
    if parts is not None:
        return None, id_number(source.facility, parts[2]) if parts[1] == "Patient" else None
    if literal.startswith("urn:"):
        raise InvalidInputError(place, "reference_nowhere", "a resource that was sent along")
    return None, None


def _single(
    data: bytes, value: Resource, source: Source, entries: Entries, *, exported: bool = False
) -> Piece:
    """Return the piece of a resource by itself."""
    kind = _kind(value)
    if kind not in RESOURCES:
        if kind in table().resource_types:
            return LeftOut(kind, sha256(data).digest())
        return Rejected(data, "resource_type", "resourceType", "a resource type of FHIR R4")
    findings = validate_resource(value, at=source.at)
    if errors(findings):
        return rejected(data, findings)
    if len(data) > LARGEST_DOCUMENT:
        return Rejected(data, "json_size", kind, f"at most {LARGEST_DOCUMENT} bytes")
    patient: AssertedIdentity | None
    number: Number | None = None
    try:
        if exported and kind == "Patient":
            patient = patient_identity(value, facility=source.facility, by_id=True)
        else:
            patient, number = _whose(value, entries, source)
        stream = _resource_stream(value, source)
    except InvalidInputError as error:
        return rejected(data, error)
    return _ready(Form.FHIR_RESOURCE, data, value, source, stream, patient, number)


def _resource_stream(value: Resource, source: Source) -> UUID:
    own = value.get("id")
    if not isinstance(own, str):
        raise InvalidInputError(f"{_kind(value)}.id", "resource_id", "an id")
    return resource_stream(source.facility, _kind(value), own)


def _ready(
    form: Form,
    data: bytes,
    value: Resource,
    source: Source,
    stream: UUID,
    patient: AssertedIdentity | None,
    number: Number | None,
) -> Ready:
    shown = open_part(data, value)
    return Ready(
        Delivery(
            stream, form, SCHEMA_VERSION, data, patient, number=number, open_part=shown,
            reason=source.reason, expected=source.expected, packed=packed_parts(data, shown),
        )
    )  # fmt: skip


def _document(data: bytes, value: Resource, source: Source) -> Piece:
    """Return the piece of a document Bundle: one Composition about one patient."""
    findings: Sequence[Finding] = validate_resource(value, at=source.at)
    if errors(findings):
        return rejected(data, tuple(findings))
    try:
        patient, number, stream = _of_document(value, source)
    except InvalidInputError as error:
        return rejected(data, error)
    return _ready(Form.FHIR_DOCUMENT, data, value, source, stream, patient, number)


def _of_document(
    value: Resource, source: Source
) -> tuple[AssertedIdentity | None, Number | None, UUID]:
    """Return whom a sound document Bundle is about, and its stream.

    Raises:
        InvalidInputError: It is about nobody, about several, or has no name.
    """
    entries = Entries((entry.get("fullUrl"), entry["resource"]) for entry in value["entry"])
    composition, *others = _resources(value)
    patient, number = _whose(composition, entries, source)
    if patient is None and number is None:
        raise InvalidInputError("Composition.subject", "visit_subject", "the one patient")
    about = entries.find(str(composition.get("subject", {}).get("reference")))
    if any(_kind(one) == "Patient" and one is not about for one in others):
        raise InvalidInputError("Bundle.entry", "visit_patient", "one Patient in a document")
    key = value.get("identifier", {}).get("value") or value.get("id")
    if not isinstance(key, str) or len(key) > MAX_KEY:
        raise InvalidInputError("Bundle.identifier", "resource_id", "an identifier or id")
    return patient, number, resource_stream(source.facility, "Bundle", key)


def _cut(data: bytes, value: Resource, source: Source) -> Iterator[Piece]:
    """Yield the visits of a whole life, and what belongs to none."""
    try:
        raws = split_bundle(data)
    except InvalidInputError as error:
        yield rejected(data, error)
        return
    resources = _resources(value)
    if len(raws) != len(resources) or any(not _kind(one) for one in resources):
        yield Rejected(data, "bundle_form", "Bundle.entry", "entries with resources")
        return
    entries = Entries(zip((raw.full_url for raw in raws), resources, strict=True))
    known = _addresses(raws)
    visits, alone = _grouped(resources, entries)
    around = tuple(_entry(raws[place]) for place in alone if _kind(resources[place]) in _CONTEXT)
    for places in visits:
        members = [_entry(raws[place]) for place in places]
        visit = without_spacing(_HEAD + joined(members) + b"}")
        piece = _visit(visit, source, known, entries)
        if isinstance(piece, Ready):
            yield replace(piece, context=around)
        else:
            yield replace(piece, received=with_context(piece.received, around))
    for place in alone:
        yield _single(raws[place].resource, resources[place], source, entries)


def with_context(visit: bytes, context: Sequence[bytes]) -> bytes:
    """Return a visit that was cut out with the entries around it that it may refer to."""
    start = _HEAD + b"["
    if not context or not visit.startswith(start):
        return visit
    return start + b",".join(context) + b"," + visit.removeprefix(start)


def _grouped(resources: Sequence[Any], entries: Entries) -> tuple[list[list[int]], list[int]]:
    """Return the places of each visit's resources, the Encounter first, and of the others."""
    groups: dict[int, list[int]] = {
        id(one): [place] for place, one in enumerate(resources) if _kind(one) == "Encounter"
    }
    alone: list[int] = []
    for place, resource in enumerate(resources):
        kind = _kind(resource)
        if kind == "Encounter":
            continue
        encounter = _encounter_of(resource, entries)
        if kind in RESOURCES and id(encounter) in groups:
            groups[id(encounter)].append(place)
        else:
            alone.append(place)
    # Whoever visits refer to comes before them.
    alone.sort(key=lambda place: _kind(resources[place]) != "Patient")
    return list(groups.values()), alone


def _encounter_of(resource: Resource, entries: Entries) -> Resource | None:
    for name in ("encounter", "context"):
        value = resource.get(name)
        for one in value if isinstance(value, list) else (value,):
            literals = [one, *_listed(one)] if isinstance(one, dict) else []
            for literal in literals:
                reference = literal.get("reference")
                found = entries.find(reference) if isinstance(reference, str) else None
                if found is not None and _kind(found) == "Encounter":
                    return found
    return None


def _listed(context: Resource) -> list[Resource]:
    """Return the encounters of a DocumentReference's context."""
    inner = context.get("encounter")
    return [one for one in inner if isinstance(one, dict)] if isinstance(inner, list) else []


def _addresses(raws: Sequence[RawEntry]) -> dict[str, str]:
    known: dict[str, str] = {}
    for raw in raws:
        if raw.full_url is not None:
            known[raw.full_url] = raw.resource_type
        if raw.id is not None:
            known[f"{raw.resource_type}/{raw.id}"] = raw.resource_type
    return known


def _entry(raw: RawEntry) -> bytes:
    if raw.full_url is None:
        return b'{"resource":' + raw.resource + b"}"
    return (
        b'{"fullUrl":' + msgspec.json.encode(raw.full_url) + b',"resource":' + raw.resource + b"}"
    )
