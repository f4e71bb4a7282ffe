"""Parts that the FHIR projection of the insurance tables is made of: names, codes, references.

A code of the tables whose code system nobody publishes under an address is named by our own, made
of the field's name; it claims nothing about anybody else's code system.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid5

from ledger.categories import Category
from ledger.clinical.insurance_envelope import Episode
from ledger.clinical.insurance_forms import DECIMAL, parts, with_dot, without_mark
from ledger.clinical.insurance_tables import Record
from ledger.clinical.insurance_times import parse_time
from ledger.clinical.sensitive import categories_of, coded_categories
from ledger.identifiers import visit_stream

Resource = dict[str, Any]

ICD_10: Final = "http://hl7.org/fhir/sid/icd-10"
LOINC: Final = "http://loinc.org"
SNOMED: Final = "http://snomed.info/sct"
UCUM: Final = "http://unitsofmeasure.org"
ACT_CODE: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
CONFIDENTIALITY: Final = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
_OURS: Final = "urn:records-ledger:insurance:"
_SID: Final = "http://fhir.hl7.org.vn/core/sid/"
PERSONAL_NUMBERS: Final = f"{_SID}cccd"
INSURANCE_CARDS: Final = f"{_SID}bhyt"
EPISODE_KEYS: Final = f"{_SID}ma-lk/"
"""A facility's code follows: MA_LK is unique only with it."""
LANGUAGE: Final = "vi"

_LABELS: Final[Mapping[Category, str]] = {
    Category.HIV: "HIV",
    Category.MENTAL: "PSY",
    Category.REPRODUCTIVE: "SEX",
    Category.GENETIC: "GDIS",
    Category.SUBSTANCE_USE: "SUD",
    Category.VIOLENCE: "SDV",
}
"""Codes of HL7 v3 ActCode by which `sensitive` knows the categories again."""


def own_system(name: str, scope: str = "") -> str:
    """Return our name of the code system or numbers of the field ``name``."""
    return f"{_OURS}{name}:{scope}" if scope else f"{_OURS}{name}"


def clean(value: Resource) -> Resource:
    """Return ``value`` without what is empty: FHIR allows no empty element."""
    kept = {}
    for key, part in value.items():
        if isinstance(part, dict):
            part = clean(part)  # noqa: PLW2901 (the part itself, without what is empty)
        elif isinstance(part, list):
            part = [one for each in part if (one := clean(each))]  # noqa: PLW2901 (likewise)
        if part or (part is not None and not isinstance(part, (str, dict, list))):
            kept[key] = part
    return kept


def text_concept(text: str | None) -> Resource:
    """Return a CodeableConcept of words alone."""
    return {"text": text}


def coded(record: Record, field: str, text: str | None = None) -> Resource:
    """Return a CodeableConcept of the code in ``field``, in our name of its system."""
    code = record.get(field)
    return {"coding": [{"system": own_system(field), "code": code}] if code else [], "text": text}


def disease(code: str, text: str | None = None) -> Resource:
    """Return a CodeableConcept of an ICD-10 code as sent; its dagger or asterisk goes to the text.

    ICD-10 writes ``†`` for the cause and ``*`` for the manifestation of one disease; neither is
    part of the code.
    """
    plain = with_dot(without_mark(code))
    marked = with_dot(code) if plain != with_dot(code) else None
    return {"coding": [{"system": ICD_10, "code": plain}], "text": text or marked}


def diseases(record: Record, *fields: str) -> list[Resource]:
    """Return the diseases of list fields, the main one first, each once."""
    return [disease(code) for code in disease_codes(record, *fields)]


def disease_codes(record: Record, *fields: str) -> list[str]:
    """Return the ICD-10 codes of list fields with their dots, the main one first, each once."""
    codes = (with_dot(code) for field in fields for code in parts(record.get(field, "")))
    return list(dict.fromkeys(codes))


def organisation(code: str | None) -> Resource:
    """Return a reference to a facility by its code."""
    return {"identifier": {"system": own_system("MA_CSKCB"), "value": code}} if code else {}


def practitioners(codes: str | None, name: str | None = None) -> list[Resource]:
    """Return references to practitioners by their codes; ``name`` is the first one's."""
    system = own_system("MA_BAC_SI")
    found: list[Resource] = [
        {"identifier": {"system": system, "value": code}} for code in parts(codes or "")
    ]
    if name:
        found[:1] = [{**(found[0] if found else {}), "display": name}]
    return found


def first(found: list[Resource]) -> Resource:
    """Return the first of ``found``; nothing if there is none."""
    return found[0] if found else {}


def when(record: Record, *fields: str) -> str | None:
    """Return the FHIR dateTime of the first of ``fields`` that is a time."""
    for field in fields:
        time = parse_time(record.get(field, ""))
        if time is not None:
            return time.fhir
    return None


def number(text: str | None) -> Decimal | None:
    """Return a decimal exactly as written: 12.50 stays 12.50."""
    return Decimal(text) if text and DECIMAL.fullmatch(text) else None


def quantity(text: str | None, unit: str | None) -> Resource:
    """Return a Quantity with the unit as the sender writes it, which is no UCUM code."""
    value = number(text)
    return {} if value is None else {"value": value, "unit": unit}


def notes(*pairs: tuple[str, str | None]) -> list[Resource]:
    """Return Annotations of label and text, those without text left out."""
    return [{"text": f"{label}: {text}"} for label, text in pairs if text]


@dataclass(frozen=True, slots=True)
class Projection:
    """What every resource of one episode needs to know."""

    episode: Episode
    stream: UUID
    patient: Resource
    """Reference to the patient."""
    encounter: Resource
    """Reference to the visit."""
    sensitive: frozenset[Category]
    """Categories of the main disease: the whole visit is about it."""
    mentioned: frozenset[Category]
    """Categories of all its diseases: free text may be about any of them."""

    def address(self, kind: str, name: str = "") -> str:
        """Return the address of a resource: the same in every projection of this episode."""
        return _address(self.stream, kind, name)

    def resource(self, kind: str, name: str, content: Resource, text: str = "") -> Resource:
        """Return the Bundle's entry of a resource; ``text`` is free text that it holds.

        It is labelled with why it is withheld, where the diseases or the text say so: a reader
        does not look into documents and notes again.
        """
        address = self.address(kind, name)
        found = self.sensitive
        if text:
            found |= self.mentioned | categories_of({"description": text})
        labels = [{"system": ACT_CODE, "code": _LABELS[one]} for one in sorted(found)]
        if kind == "Encounter" and self.episode.restricted:
            labels.append({"system": CONFIDENTIALITY, "code": "R"})
        resource = {
            "resourceType": kind,
            "id": address.removeprefix("urn:uuid:"),
            "meta": {"security": [] if kind == "Patient" else labels},
            **content,
        }
        return {"fullUrl": address, "resource": clean(resource)}

    def of_patient(self) -> Resource:
        """Return ``subject`` and ``encounter`` as most resources have them."""
        return {"subject": self.patient, "encounter": self.encounter}


def projection(episode: Episode, general: Record) -> Projection:
    """Return the projection of an episode whose table 1 is ``general``.

    Raises:
        InvalidInputError: The facility's code has not its form.
    """
    stream = visit_stream(episode.facility, episode.key)
    main = parts(general.get("MA_BENH_CHINH", ""))[:1]
    others = parts(general.get("MA_BENH_KT", ""))
    sensitive = _categories(main)
    return Projection(
        episode,
        stream,
        patient={"reference": _address(stream, "Patient")},
        encounter={"reference": _address(stream, "Encounter")},
        sensitive=sensitive,
        mentioned=sensitive | _categories(others),
    )


def _address(stream: UUID, kind: str, name: str = "") -> str:
    return f"urn:uuid:{uuid5(stream, f'{kind}:{name}')}"


def _categories(codes: Iterable[str]) -> frozenset[Category]:
    return frozenset(one for code in codes for one in coded_categories(ICD_10, without_mark(code)))
