"""Thirty-eight ways to spoil a sound visit, each as a sender's program or an attacker would.

A mutation takes a visit Bundle (which it may change) and returns the spoiled JSON text, or None
where the visit has nothing that it could spoil. The same seed gives the same texts.
"""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any, TypeAlias

import orjson

Bundle: TypeAlias = dict[str, Any]
Spoil: TypeAlias = Callable[[Random, Bundle], Bundle | None]
Spot: TypeAlias = tuple[Any, Any]
"""An object or list, and the key or index of the value inside it."""

_REQUIRED = {
    "Encounter": ("status", "class"),
    "Observation": ("status", "code"),
    "Condition": ("subject",),
    "Procedure": ("status", "subject"),
    "MedicationRequest": ("status", "intent", "subject"),
    "DiagnosticReport": ("status", "code"),
    "Immunization": ("status", "vaccineCode", "patient"),
    "DocumentReference": ("status", "content"),
    "CarePlan": ("status", "intent", "subject"),
}
_DATES = ("birthDate", "authoredOn", "effectiveDateTime", "issued", "recordedDate", "date", "start")
_PAST = ("effectiveDateTime", "issued", "birthDate", "authoredOn", "recordedDate", "date")
_FUTURE = "2999-01-01T00:00:00Z"


def spots(value: Any, fits: Callable[[Any, Any], bool]) -> Iterator[Spot]:
    """Yield every place in ``value`` whose key and content fit, outer ones first."""
    pairs: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = list(enumerate(value))
    for key, part in pairs:
        if fits(key, part):
            yield value, key
        yield from spots(part, fits)


def _resources(bundle: Bundle) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in bundle["entry"]]


def _pick(random: Random, bundle: Bundle, fits: Callable[[Any, Any], bool]) -> Spot | None:
    found = [spot for resource in _resources(bundle) for spot in spots(resource, fits)]
    return random.choice(found) if found else None


def _set(fits: Callable[[Any, Any], bool], change: Callable[[Any], Any]) -> Spoil:
    """Return the mutation that changes one value that fits."""

    def spoil(random: Random, bundle: Bundle) -> Bundle | None:
        spot = _pick(random, bundle, fits)
        if spot is None:
            return None
        holder, key = spot
        holder[key] = change(holder[key])
        return bundle

    return spoil


def _key(*names: str) -> Callable[[Any, Any], bool]:
    return lambda key, _: key in names


def _kind_of(*kinds: type) -> Callable[[Any, Any], bool]:
    """Return whether a value has exactly one of these JSON types and does not name a resource."""
    return lambda key, part: type(part) in kinds and key not in {"resourceType", "id"}


def _without_required(*, primitive: bool) -> Spoil:
    def spoil(random: Random, bundle: Bundle) -> Bundle | None:
        found = [
            (resource, name)
            for resource in _resources(bundle)
            for name in _REQUIRED.get(resource["resourceType"], ())
            if name in resource and isinstance(resource[name], str) is primitive
        ]
        if not found:
            return None
        resource, name = random.choice(found)
        del resource[name]
        return bundle

    return spoil


def _with(name: str, value: Any) -> Spoil:
    """Return the mutation that gives one resource another element."""

    def spoil(random: Random, bundle: Bundle) -> Bundle:
        random.choice(_resources(bundle))[name] = value
        return bundle

    return spoil


def _second_value(random: Random, bundle: Bundle) -> Bundle | None:
    for resource in random.sample(_resources(bundle), len(bundle["entry"])):
        if resource["resourceType"] == "Observation" and "valueQuantity" in resource:
            resource["valueString"] = "98"
            return bundle
    return None


def _extension(value: dict[str, Any]) -> Spoil:
    return _with("extension", [value])


def _texts(key: Any, part: Any) -> bool:
    return isinstance(part, str) and key in {"text", "display", "family", "city", "title"}


def _narrative(inner: str) -> Spoil:
    return _with(
        "text",
        {
            "status": "generated",
            "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><p>x</p>{inner}</div>',
        },
    )


def _swapped_period(_: Any) -> Any:
    return {"start": "2024-05-10T10:00:00+07:00", "end": "2024-05-10T08:00:00+07:00"}


def _another_subject(random: Random, bundle: Bundle) -> Bundle | None:
    found = list(
        spots(_resources(bundle), lambda key, part: key in {"subject", "patient"} and bool(part))
    )
    if len(found) < len(("one", "two")):
        return None
    holder, key = random.choice(found)
    holder[key] = {"reference": "Patient/somebody-else"}
    return bundle


def _contained_patient(random: Random, bundle: Bundle) -> Bundle:
    stranger = {"resourceType": "Patient", "id": "stranger"}
    inner = {
        "resourceType": "Observation",
        "id": "inner",
        "status": "final",
        "code": {"text": "x"},
        "subject": {"reference": "Patient/somebody-else"},
    }
    resource = random.choice([r for r in _resources(bundle) if r["resourceType"] != "Patient"])
    resource["contained"] = [random.choice((stranger, inner))]
    resource["extension"] = [
        {"url": "http://example.org/x", "valueReference": {"reference": "#stranger"}},
        {"url": "http://example.org/x", "valueReference": {"reference": "#inner"}},
    ][: len(resource["contained"])]
    resource["extension"][0]["valueReference"]["reference"] = f"#{resource['contained'][0]['id']}"
    return bundle


def _contained_twice(random: Random, bundle: Bundle) -> Bundle:
    inner = {"resourceType": "Organization", "id": "inner", "name": "x"}
    outer = {"resourceType": "Organization", "id": "outer", "name": "y", "contained": [inner]}
    random.choice(_resources(bundle))["contained"] = [outer]
    return bundle


def _two_patients(_: Random, bundle: Bundle) -> Bundle:
    for number in ("8", "9"):
        full_url = f"urn:uuid:00000000-0000-4000-8000-99999999999{number}"
        entry = dict(bundle["entry"][0], fullUrl=full_url)
        bundle["entry"].append(
            entry | {"resource": {"resourceType": "Patient", "id": f"p{number}"}}
        )
    return bundle


def _two_encounters(_: Random, bundle: Bundle) -> Bundle | None:
    for entry in bundle["entry"]:
        if entry["resource"]["resourceType"] == "Encounter":
            copy = dict(entry, fullUrl="urn:uuid:00000000-0000-4000-8000-999999999999")
            bundle["entry"].append(copy | {"resource": entry["resource"] | {"id": "another"}})
            return bundle
    return None


def _same_address(_: Random, bundle: Bundle) -> Bundle:
    bundle["entry"].append(dict(bundle["entry"][0]))
    return bundle


def _a_date(key: Any, part: Any) -> bool:
    return isinstance(part, str) and key in _DATES


MUTATIONS: dict[str, Spoil] = {
    "a required primitive is missing": _without_required(primitive=True),
    "a required element is missing": _without_required(primitive=False),
    "an element that R4 does not know": _with("diagnosisText", "x"),
    "one value where a list belongs": _set(_kind_of(list), lambda part: part[0]),
    "a list where one value belongs": _set(_kind_of(dict), lambda part: [part]),
    "a status that is not in its list": _set(_key("status"), lambda _: "done"),
    "a gender or class of another code": _set(
        lambda key, part: (
            key in {"gender", "intent", "use", "periodUnit"} and isinstance(part, str)
        ),
        lambda _: "M",
    ),
    "a number written as text": _set(_kind_of(int, float), str),
    "a boolean written as text": _set(_kind_of(bool), lambda part: str(part).lower()),
    "a null": _set(_kind_of(str, dict), lambda _: None),
    "an empty list": _set(_kind_of(list), lambda _: []),
    "an empty object": _set(_kind_of(dict), lambda _: {}),
    "an empty text": _set(_kind_of(str), lambda _: ""),
    "an id of 65 characters": _set(_key("id"), lambda _: "a" * 65),
    "an id with other characters": _set(_key("id"), lambda _: "bad id_1"),
    "the thirtieth of February": _set(_a_date, lambda _: "2023-02-30"),
    "a date as written in Vietnam": _set(_a_date, lambda _: "10/05/2024"),
    "a time without zone": _set(_a_date, lambda _: "2024-05-10T08:00:00"),
    "two values": _second_value,
    "an extension without address": _extension({"valueString": "x"}),
    "an extension with value and extensions": _extension(
        {
            "url": "http://example.org/x",
            "valueString": "x",
            "extension": [{"url": "y", "valueString": "z"}],
        }
    ),
    "a modifier extension": _with(
        "modifierExtension", [{"url": "http://example.org/not", "valueBoolean": True}]
    ),
    "implicit rules": _with("implicitRules", "http://example.org/rules"),
    "a foreign type of resource": _set(_key("resourceType"), lambda _: "Claim"),
    "a control character": _set(_texts, lambda part: f"{part}\x07"),
    "a character that turns the direction": _set(_texts, lambda part: f"{part}\u202e"),
    "a text of a hundred thousand characters": _set(_texts, lambda part: part + "a" * 100_000),
    "a system with spaces": _set(_key("system"), lambda _: "http://loinc org"),
    "a code with two spaces": _set(_key("code"), lambda part: "a  b" if part else part),
    "a reference to a wrong type": _set(
        lambda key, part: key in {"subject", "patient", "encounter", "result"} and bool(part),
        lambda part: (
            [{"reference": "Organization/1"}]
            if isinstance(part, list)
            else {"reference": "Organization/1"}
        ),
    ),
    "a reference to nowhere": _set(
        _key("reference"), lambda _: "urn:uuid:99999999-9999-4999-8999-999999999999"
    ),
    "an end before its start": _set(_key("period", "effectivePeriod"), _swapped_period),
    "a script in the narrative": _narrative("<script>alert(1)</script>"),
    "markup in a text": _set(_texts, lambda part: f"{part}<img src=x onerror=alert(1)>"),
    "a time to come": _set(_key(*_PAST), lambda part: _FUTURE[: max(len(part), 10)][:20]),
    "contained in a contained one": _contained_twice,
    "somebody else's data": _another_subject,
    "bytes that are no Base64": _with("photo", [{"contentType": "image/png", "data": "%%%2@()()"}]),
}
"""Thirty-eight kinds, by what a reader would call them."""

FURTHER: dict[str, Spoil] = {
    "somebody else in a contained resource": _contained_patient,
    "two patients": _two_patients,
    "two encounters": _two_encounters,
    "the same entry twice": _same_address,
    "a link that runs a script": _narrative('<a href="javascript:alert(1)">x</a>'),
    "an event handler in the narrative": _narrative('<p onclick="x()">y</p>'),
    "a tag that is not closed": _narrative("<p><b>x</p>"),
    "a frame in the narrative": _narrative('<iframe src="https://example.org"></iframe>'),
    "an entity that XML does not know": _narrative("&reg;"),
}
"""Kinds beyond those that the published comparison of validators counts."""


def spoiled(spoil: Spoil, seed: int, visits: list[bytes], tries: int) -> Iterator[bytes]:
    """Yield up to ``tries`` spoiled texts, of visits drawn at random."""
    random = Random(seed)
    for _ in range(tries * 20):
        if not tries:
            return
        value = spoil(random, orjson.loads(random.choice(visits)))
        if value is not None:
            tries -= 1
            yield orjson.dumps(value)
