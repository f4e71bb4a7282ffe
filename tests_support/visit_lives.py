"""Generated lives in the style of a population generator: English, SNOMED CT, LOINC; of nobody.

The dictionary of `ledger.documents` is trained on these and on `tests_support.visit_samples`.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from tests_support import visit_codes as codes
from tests_support import visit_results as results
from tests_support.visit_json import (
    SPACINGS,
    TERMINOLOGY,
    Json,
    concept,
    dumped,
    some_day,
    status,
)

US_CORE: Final = "http://hl7.org/fhir/us/core/StructureDefinition/"


@dataclass
class Life:
    """One person's visits in the style of a population generator."""

    rng: random.Random
    spacing: int | None
    references: str = "urn:uuid:"
    """Before an id: ``urn:uuid:`` in a Bundle, ``Patient/`` and so on between files."""
    patient: str = field(init=False)
    practitioner: str = field(init=False)
    organization: str = field(init=False)
    zone: str = field(init=False)
    problem: str | None = None
    """The Condition of the visit that is being made."""

    def __post_init__(self) -> None:
        """Draw the life's fixed references."""
        self.patient, self.practitioner, self.organization = (self.new_id() for _ in range(3))
        self.zone = self.rng.choice(("+00:00", "-05:00", "-04:00", "+07:00"))
        self.tagged = self.chance(0.6)

    def chance(self, share: float) -> bool:
        """Return True in a ``share`` of all cases."""
        return self.rng.random() < share

    def new_id(self) -> str:
        """Return a random id."""
        return str(UUID(int=self.rng.getrandbits(128), version=4))

    def to(self, kind: str, identifier: str) -> Json:
        """Return a reference."""
        if self.references == "urn:uuid:":
            return {"reference": f"urn:uuid:{identifier}"}
        return {"reference": f"{kind}/{identifier}"}

    def moment(self, at: datetime, *, fraction: bool = False) -> str:
        """Return a time as this system writes it."""
        text = at.strftime("%Y-%m-%dT%H:%M:%S")
        return text + (f".{self.rng.randrange(1000):03}" if fraction else "") + self.zone

    def resource(self, kind: str, **fields: Any) -> Json:
        """Return a resource; ``class_`` stands for ``class``."""
        made: Json = {"resourceType": kind, "id": self.new_id()}
        if self.references != "urn:uuid:":
            made["meta"] = {"profile": [f"{US_CORE}us-core-{kind.lower()}"]}
        made |= {name.rstrip("_"): value for name, value in fields.items()}
        if self.tagged and "meta" not in made:
            tag = {"system": "https://smarthealthit.org/tags", "code": "synthea-5-2019"}
            made["meta"] = {"tag": [tag]}
        return made

    def visit(self, at: datetime) -> list[Json]:
        """Return the resources of one visit, the Encounter first."""
        rng = self.rng
        kind, code, display = rng.choice(codes.ENCOUNTERS)
        end = at + timedelta(minutes=rng.choice((15, 15, 30, 60, 1440)))
        encounter = self.resource(
            "Encounter",
            status="finished",
            class_={"system": f"{TERMINOLOGY}v3-ActCode", "code": kind},
            type=[concept(codes.SNOMED, code, display)],
            subject=self.to("Patient", self.patient),
            participant=[{"individual": self.to("Practitioner", self.practitioner)}],
            period={"start": self.moment(at), "end": self.moment(end)},
        )
        if self.chance(0.5):
            reason, words = rng.choice(codes.CONDITIONS)
            coding = {"system": codes.SNOMED, "code": reason, "display": words}
            encounter["reasonCode"] = [{"coding": [coding]}]
        encounter["serviceProvider"] = self.to("Organization", self.organization)
        about = {
            "subject": self.to("Patient", self.patient),
            "encounter": self.to("Encounter", encounter["id"]),
        }
        self.problem = None
        found = [encounter]
        for chance, make in (
            (0.45, self.condition), (0.25, self.medicine), (0.3, self.procedure),
            (0.2, self.care_plan), (0.3, self.vaccine), (0.06, self.allergy),
        ):  # fmt: skip
            if self.chance(chance):
                found += make(about, at)
        if self.chance(0.45):
            found += self.vitals(about, at)
        if self.chance(0.2):
            found += self.panel(about, at)
        return found

    def condition(self, about: Json, at: datetime) -> list[Json]:
        """Return a problem, resolved or not."""
        state = self.rng.choice(("active", "resolved"))
        made = self.resource(
            "Condition",
            clinicalStatus=status("condition-clinical", state),
            verificationStatus=status("condition-ver-status", "confirmed"),
            **({"category": [status(
                "condition-category", "encounter-diagnosis", "Encounter Diagnosis"
            )]} if not self.tagged else {}),
            code=concept(codes.SNOMED, *self.rng.choice(codes.CONDITIONS)),
            **about,
            onsetDateTime=self.moment(at),
        )  # fmt: skip
        if state == "resolved":
            made["abatementDateTime"] = self.moment(at + timedelta(days=self.rng.randrange(5, 90)))
        made["recordedDate"] = self.moment(at)
        self.problem = made["id"]
        return [made]

    def medicine(self, about: Json, at: datetime) -> list[Json]:
        """Return a prescription."""
        made = self.resource(
            "MedicationRequest",
            status=self.rng.choice(("active", "stopped", "completed")),
            intent="order",
            medicationCodeableConcept=concept(codes.RXNORM, *self.rng.choice(codes.MEDICINES)),
            **about,
            authoredOn=self.moment(at),
            requester=self.to("Practitioner", self.practitioner),
        )
        if self.problem is not None and self.chance(0.5):
            made["reasonReference"] = [self.to("Condition", self.problem)]
        if self.chance(0.4):
            timing = {"repeat": {"frequency": 1, "period": 1.0, "periodUnit": "d"}}
            dose = {
                "type": status("dose-rate-type", "ordered", "Ordered"),
                "doseQuantity": {"value": 1.0},
            }
            made["dosageInstruction"] = [
                {"sequence": 1, "timing": timing, "asNeededBoolean": False, "doseAndRate": [dose]}
            ]
        return [made]

    def procedure(self, about: Json, at: datetime) -> list[Json]:
        """Return a procedure."""
        end = at + timedelta(minutes=self.rng.randrange(10, 60))
        return [
            self.resource(
                "Procedure",
                status="completed",
                code=concept(codes.SNOMED, *self.rng.choice(codes.PROCEDURES)),
                **about,
                performedPeriod={"start": self.moment(at), "end": self.moment(end)},
            )
        ]

    def care_plan(self, about: Json, at: datetime) -> list[Json]:
        """Return a care plan with its activities and, sometimes, a goal."""
        code, display, *activities = self.rng.choice(codes.CARE_PLANS)
        items = "".join(f"<li>{display}</li>" for _ in activities)
        div = (
            f'<div xmlns="http://www.w3.org/1999/xhtml">Care Plan for {display}.<br/>Activities: '
            f"<ul>{items}</ul><br/>Care plan is meant to treat "
            f"{self.rng.choice(codes.CONDITIONS)[1]}.</div>"
        )
        made = self.resource(
            "CarePlan",
            text={"status": "generated", "div": div},
            status=self.rng.choice(("active", "completed")),
            intent="order",
            category=[concept(codes.SNOMED, str(code), str(display))],
            **about,
            period={"start": self.moment(at)},
            **({"addresses": [self.to("Condition", self.problem)]} if self.problem else {}),
            activity=[
                {"detail": {
                    "code": concept(codes.SNOMED, one[0], one[1]), "status": "in-progress",
                }}
                for one in activities
            ],
        )  # fmt: skip
        if self.chance(0.7):
            return [made]
        goal = self.resource(
            "Goal",
            lifecycleStatus="accepted",
            achievementStatus=status("goal-achievement", "in-progress"),
            description={"text": self.rng.choice(codes.GOALS)},
            subject=about["subject"],
        )
        made["goal"] = [self.to("Goal", goal["id"])]
        return [goal, made]

    def vaccine(self, about: Json, at: datetime) -> list[Json]:
        """Return one to three immunisations."""
        return [
            self.resource(
                "Immunization",
                status="completed",
                vaccineCode=concept(codes.CVX, code, display),
                patient=about["subject"],
                encounter=about["encounter"],
                occurrenceDateTime=self.moment(at),
                primarySource=True,
            )
            for code, display in self.rng.sample(codes.VACCINES, self.rng.randrange(1, 4))
        ]

    def allergy(self, about: Json, at: datetime) -> list[Json]:
        """Return an allergy."""
        code, display, category = self.rng.choice(codes.ALLERGENS)
        return [
            self.resource(
                "AllergyIntolerance",
                clinicalStatus=status("allergyintolerance-clinical", "active"),
                verificationStatus=status("allergyintolerance-verification", "confirmed"),
                type="allergy",
                category=[category],
                criticality="low",
                code=concept(codes.SNOMED, code, display),
                patient=about["subject"],
                recordedDate=self.moment(at),
            )
        ]

    def quantity(self, unit: str, low: float, high: float) -> Json:
        """Return a measured value with many decimals, few or none."""
        number = self.rng.uniform(low, high)
        value = number if self.chance(0.8) else round(number, 1)
        return {"value": value, "unit": unit, "system": codes.UCUM, "code": unit}

    def observation(self, category: str, about: Json, at: datetime, **value: Any) -> Json:
        """Return an observation of ``category``."""
        shown = {"laboratory": "laboratory", "survey": "survey"}.get(category, category)
        return self.resource(
            "Observation",
            status="final",
            category=[status("observation-category", category, shown)],
            code=value.pop("code"),
            **about,
            effectiveDateTime=self.moment(at),
            issued=self.moment(at, fraction=True),
            **value,
        )

    def vitals(self, about: Json, at: datetime) -> list[Json]:
        """Return vital signs with a blood pressure."""
        rng = self.rng
        made = [
            self.observation(
                "vital-signs", about, at, code=concept(codes.LOINC, code, display),
                valueQuantity=self.quantity(unit, low, high),
            )
            for code, display, unit, low, high in results.VITALS[: rng.randrange(2, 6)]
        ]  # fmt: skip
        panel, diastolic, systolic = results.PRESSURE
        parts = [
            {
                "code": concept(codes.LOINC, *part),
                "valueQuantity": self.quantity("mm[Hg]", low, low + 50),
            }
            for part, low in ((diastolic, 60), (systolic, 100))
        ]
        code = panel if self.chance(0.5) else ("85354-9", panel[1])
        pressure = concept(codes.LOINC, *code)
        made.append(self.observation("vital-signs", about, at, code=pressure, component=parts))
        smoking, words, answers = rng.choice(results.CODED_RESULTS)
        made.append(
            self.observation(
                "survey", about, at, code=concept(codes.LOINC, smoking, words),
                valueCodeableConcept=concept(codes.SNOMED, *rng.choice(answers)),
            )
        )  # fmt: skip
        return made

    def panel(self, about: Json, at: datetime) -> list[Json]:
        """Return the results of a panel and its report, or a few single results."""
        code, display, parts = self.rng.choice(results.PANELS)
        made = [
            self.observation(
                "laboratory", about, at, code=concept(codes.LOINC, part, words),
                valueQuantity=self.quantity(unit, low, high),
            )
            for part, words, unit, low, high in (
                *parts, *self.rng.sample(results.SINGLE_RESULTS, 2),
            )
        ]  # fmt: skip
        report = self.resource(
            "DiagnosticReport",
            status="final",
            category=[status("v2-0074", "LAB", "Laboratory")],
            code=concept(codes.LOINC, code, display),
            **about,
            effectiveDateTime=self.moment(at),
            issued=self.moment(at, fraction=True),
            result=[
                {**self.to("Observation", one["id"]), "display": one["code"]["text"]}
                for one in made
            ],
        )
        return [*made, report]


def entry(resource: Json) -> Json:
    """Return a transaction Bundle's entry."""
    return {
        "fullUrl": f"urn:uuid:{resource['id']}",
        "resource": resource,
        "request": {"method": "POST", "url": resource["resourceType"]},
    }


def life_patient(life: Life) -> Json:
    """Return the Patient of a life in the population generator's style."""
    rng = life.rng
    return {
        "resourceType": "Patient",
        "id": life.patient,
        "identifier": [
            {"system": "https://github.com/synthetichealth/synthea", "value": life.patient},
            {
                "type": concept(f"{TERMINOLOGY}v2-0203", "MR", "Medical Record Number"),
                "system": "http://hospital.smarthealthit.org",
                "value": life.patient,
            },
        ],
        "name": [{"use": "official", "family": f"Sample{rng.randrange(999)}", "given": ["Mau"]}],
        "gender": rng.choice(("male", "female")),
        "birthDate": f"{rng.randrange(1930, 2020)}-{rng.randrange(1, 13):02}-11",
    }


def life_context(life: Life) -> list[Json]:
    """Return whom and what all visits of a life refer to: patient, doctor, hospital."""
    return [
        life_patient(life),
        {
            "resourceType": "Practitioner",
            "id": life.practitioner,
            "active": True,
            "name": [{"family": "Sample", "given": ["Bac Si"], "prefix": ["Dr."]}],
        },
        {
            "resourceType": "Organization",
            "id": life.organization,
            "active": True,
            "name": "SPECIMEN GENERAL HOSPITAL",
        },
    ]


def lives(seed: int, count: int, *, visits: int = 6) -> Iterator[bytes]:
    """Yield whole-life transaction Bundles of ``visits`` visits each, as they would be sent."""
    rng = random.Random(seed)
    for _ in range(count):
        life = Life(rng, rng.choice(SPACINGS))
        entries = [entry(resource) for resource in life_context(life)]
        for _ in range(visits):
            entries += [entry(resource) for resource in life.visit(some_day(rng))]
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
        yield dumped(bundle, life.spacing)
