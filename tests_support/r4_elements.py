"""Makes `ledger/clinical/r4_elements.json` anew from the published definitions of FHIR R4 4.0.1.

For maintainers, and seldom: R4 4.0.1 is closed. The definitions come in the npm package
``hl7.fhir.r4.examples`` 4.0.1. Unpack it into a temporary folder and run

    python -m tests_support.r4_elements FOLDER/package

Only facts are taken: names, cardinalities, types, targets and codes; no text, no file of HL7's.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ledger.clinical.r4_table import RESOURCES

TABLE = Path(__file__).parents[1] / "ledger" / "clinical" / "r4_elements.json"
_STRING_LIKE = "http://hl7.org/fhirpath/System.String"
_ABSTRACT = frozenset({"Resource", "Element", "BackboneElement"})
_MAXIMUM = re.compile(r"1|\*")


class Definitions:
    """The published definitions in one folder."""

    def __init__(self, folder: Path) -> None:
        """Read value sets and code systems of ``folder``; structures are read when asked for."""
        self._folder = folder
        self._value_sets = self._by_url("ValueSet-*.json")
        self._code_systems = self._by_url("CodeSystem-*.json")

    def _by_url(self, files: str) -> dict[str, Any]:
        found = (json.loads(path.read_bytes()) for path in sorted(self._folder.glob(files)))
        return {resource["url"]: resource for resource in found}

    def structure(self, name: str) -> dict[str, Any]:
        """Return the StructureDefinition of a type."""
        path = self._folder / f"StructureDefinition-{name}.json"
        structure: dict[str, Any] = json.loads(path.read_bytes())
        return structure

    def codes(self, value_set: str) -> dict[str, list[str]]:
        """Return the codes by system; empty where the set has no list (currencies, mime types)."""
        found: dict[str, list[str]] = {}
        for part in self._value_sets[value_set]["compose"]["include"]:
            assert not part.keys() & {"filter", "valueSet"}, value_set
            listed = part.get("concept") or self._code_systems.get(part["system"], {}).get(
                "concept"
            )
            if not listed:
                return {}
            found[part["system"]] = sorted(set(_flat(listed)))
        return found

    def resource_types(self) -> list[str]:
        """Return the names of all resource types of R4, ours or not."""
        return self.codes("http://hl7.org/fhir/ValueSet/resource-types")[
            "http://hl7.org/fhir/resource-types"
        ]


def _flat(concepts: list[dict[str, Any]]) -> Iterator[str]:
    for concept in concepts:
        yield concept["code"]
        yield from _flat(concept.get("concept", []))


def _element(element: dict[str, Any], root: str) -> dict[str, Any]:
    """Return the facts of one element; what is usual (optional, once) is left out."""
    facts: dict[str, Any] = {}
    if element["min"]:
        facts["min"] = element["min"]
    assert _MAXIMUM.fullmatch(element["max"]), element["id"]
    if element["max"] == "*":
        facts["many"] = True
    facts["types"] = _types(element, root)
    targets = {
        target.rsplit("/", 1)[1]
        for kind in element.get("type", [])
        if kind["code"] == "Reference"
        for target in kind.get("targetProfile", [])
    }
    if targets and "Resource" not in targets:
        facts["targets"] = sorted(targets)
    return facts


def _types(element: dict[str, Any], root: str) -> list[str]:
    if "contentReference" in element:
        return [element["contentReference"].removeprefix("#")]
    codes = [kind["code"] for kind in element["type"]]
    if codes == [_STRING_LIKE]:
        if element["id"] == "Extension.url":
            return ["extension-url"]
        of_resource = root in RESOURCES and element["id"] == f"{root}.id"
        return ["id" if of_resource else "element-id"]
    if set(codes) <= {"BackboneElement", "Element"}:
        return [element["id"]]
    return codes


def _required_codes(element: dict[str, Any], definitions: Definitions) -> str | None:
    binding = element.get("binding", {})
    if binding.get("strength") != "required" or "valueSet" not in binding:
        return None
    url: str = binding["valueSet"].split("|")[0]
    return url if definitions.codes(url) else None


def table(definitions: Definitions) -> dict[str, Any]:
    """Return the whole table: resource types, elements of every type reached, codes."""
    elements: dict[str, dict[str, Any]] = {}
    codes: dict[str, dict[str, list[str]]] = {}
    waiting = list(RESOURCES)
    while waiting:
        name = waiting.pop()
        structure = definitions.structure(name)
        if name in elements or structure["kind"] == "primitive-type":
            continue
        elements[name] = {}
        for element in structure["snapshot"]["element"][1:]:
            owner, field = element["id"].rsplit(".", 1)
            facts = _element(element, name)
            if url := _required_codes(element, definitions):
                facts["codes"] = url.rsplit("/", 1)[1]
                codes[facts["codes"]] = definitions.codes(url)
            elements.setdefault(owner, {})[field] = facts
            waiting += _further(facts["types"], name)
    return {
        "fhir": "4.0.1",
        "resource_types": definitions.resource_types(),
        "codes": codes,
        "elements": elements,
    }


def _further(types: list[str], root: str) -> list[str]:
    own = {*_ABSTRACT, "id", "element-id", "extension-url"}
    return [name for name in types if name not in own and name.split(".")[0] != root]


def written(value: dict[str, Any]) -> str:
    """Return the table as JSON text with one type a line, so that a difference can be read."""
    parts = [f'"fhir": "{value["fhir"]}"']
    parts.append(f'"resource_types": {json.dumps(value["resource_types"])}')
    for section in ("codes", "elements"):
        rows = (
            f'  "{name}": {json.dumps(facts)}' for name, facts in sorted(value[section].items())
        )
        parts.append(f'"{section}": {{\n' + ",\n".join(rows) + "\n}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    TABLE.write_text(written(table(Definitions(Path(sys.argv[1])))), encoding="utf-8")
