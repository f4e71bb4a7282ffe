"""Every body and answer in JSON has an example that its schema allows, and that is nobody's."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from shell.interface import interface
from verify_api.examples import DEEPEST, example_of
from verify_api.limits import OWN_COUNT, SORTS
from verify_api.tags import TAGS

NUMBERS = re.compile(r"\d{9,}")


@cache
def whole() -> dict[str, Any]:
    return interface("https://records.example")


def forms() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield where a body or an answer is written, its media type, and how."""
    for path, methods in whole()["paths"].items():
        for method, operation in methods.items():
            contents = {"body": operation.get("requestBody", {}), **operation["responses"]}
            for place, one in contents.items():
                for media, form in one.get("content", {}).items():
                    yield f"{method} {path} {place} {media}", media, form


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts_in(one)


def test_every_body_and_answer_in_json_has_an_example_of_its_own_form() -> None:
    checked = 0
    for place, media, form in forms():
        if media.endswith(("json", "urlencoded")) and "ndjson" not in media:
            described = {**form["schema"], "components": whole()["components"]}
            if media != "application/fhir+json" or "example" in form:
                assert "example" in form, place
                errors = list(Draft202012Validator(described).iter_errors(form["example"]))
                assert not errors, f"{place}: {errors[0]}"
                checked += 1
    assert checked > len(whole()["paths"])


def test_every_named_form_can_be_shown_by_an_example() -> None:
    components = whole()["components"]["schemas"]
    for name, schema in components.items():
        described = {**schema, "components": whole()["components"]}
        made = example_of(schema, components)
        errors = list(Draft202012Validator(described).iter_errors(made))
        assert not errors, f"{name}: {errors[0]}"


def test_no_example_holds_a_number_that_could_be_somebody_s() -> None:
    for place, _, form in forms():
        for text in texts_in(form.get("example")):
            for number in NUMBERS.findall(text):
                assert set(number) <= {"0", "1"}, f"{place}: {number}"


def test_a_form_that_holds_itself_has_an_end() -> None:
    tree = {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string"},
            "inside": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
        },
    }
    made = example_of(tree, {"Tree": tree})
    depth = 0
    while made.get("inside"):
        made, depth = made["inside"][0], depth + 1
    assert 0 < depth <= DEEPEST


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "maxLength": 3}, "spe"),
        ({"type": "string", "minLength": 10}, "specimen00"),
        ({"type": "integer", "minimum": 5}, 5),
        ({"type": "integer", "maximum": 0}, 0),
        ({"anyOf": [{"type": "null"}, {"type": "boolean"}]}, True),
        ({"enum": [None, "a"]}, "a"),
        ({"type": "array", "minItems": 2, "items": {"type": "integer"}}, [1, 1]),
        ({"default": 7, "type": "integer"}, 7),
        ({}, {}),
    ],
)
def test_bounds_and_choices_are_kept(schema: dict[str, Any], expected: object) -> None:
    assert example_of(schema, {}) == expected


def test_the_document_says_whose_where_and_how_to_come_in() -> None:
    document = whole()
    assert document["openapi"].startswith("3.1")
    assert document["info"]["license"]["identifier"] == "Apache-2.0"
    assert document["servers"] == [{"url": "https://records.example"}]
    assert set(document["components"]["securitySchemes"]) == {"token", "session"}
    assert all(tag["description"] for tag in document["tags"])
    for methods in document["paths"].values():
        for operation in methods.values():
            names = {name for way in operation["security"] for name in way}
            assert names <= set(document["components"]["securitySchemes"])


def test_every_open_address_says_how_often_it_may_be_asked() -> None:
    for path, methods in whole()["paths"].items():
        for method, operation in methods.items():
            is_open = "anonymous" in operation["x-roles"]
            assert ("x-rate-limit" in operation) == is_open, f"{method} {path}"
            if is_open:
                assert "Retry-After" in operation["responses"]["429"]["headers"]


def test_the_tables_name_only_what_there_is() -> None:
    names = {
        operation["operationId"].replace("_", ".", 1)
        for methods in whole()["paths"].values()
        for operation in methods.values()
    }
    tags = {tag["name"] for tag in whole()["tags"]}
    assert set(OWN_COUNT) <= names
    assert {one for one in SORTS if "." in one} <= names
    assert set(TAGS) <= tags
