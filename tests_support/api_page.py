"""The guide's page of the interface, drawn from the same document that the service serves."""

from collections.abc import Iterator, Mapping
from typing import Any

from shell.interface import interface
from verify_api.tags import TAGS


def api_page() -> str:
    """Return the page: addresses by group, and the forms of bodies and answers."""
    made = interface()
    lines = [
        "# The interface over HTTP",
        "",
        f"Drawn by `make docs` from what `GET /openapi.json` serves (OpenAPI {made['openapi']}).",
        "",
        "A system sends `Authorization: Bearer TOKEN`; people sign in and have a session. Words",
        "are Vietnamese, or English with `?lang=en`. Whatever goes wrong is a problem document",
        "(RFC 9457) with a stable `code`; a certificate that is not good is an answer with",
        "status 200.",
        "",
    ]
    for tag in made["tags"]:
        lines += _group(made, tag["name"])
    lines += ["## Forms", ""]
    for name, schema in made["components"]["schemas"].items():
        lines += _form(name, schema)
    return "\n".join(lines).rstrip() + "\n"


def _group(made: Mapping[str, Any], tag: str) -> Iterator[str]:
    yield f"## {TAGS.get(tag, tag.replace('_', ' ').capitalize())}"
    yield ""
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            if operation["tags"] == [tag]:
                yield from _operation(method, path, operation)


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield f"### `{method.upper()} {path}`"
    yield ""
    yield operation["summary"]
    yield ""
    yield operation["description"]
    yield ""
    for parameter in operation["parameters"]:
        if parameter["name"] != "lang":
            words = parameter.get("description", "part of the address")
            yield f"- `{parameter['name']}` ({parameter['in']}): {words}"
    body = operation.get("requestBody", {}).get("content", {})
    if body:
        yield f"- takes {_content(body)}"
    for status, answer in operation["responses"].items():
        content = _content(answer.get("content", {}))
        form = f" ({content})" if content and status < "400" else ""
        yield f"- **{status}** {answer['description']}{form}"
    yield ""


def _content(content: Mapping[str, Any]) -> str:
    return ", ".join(f"`{media}`{_named(one['schema'])}" for media, one in content.items())


def _named(schema: Mapping[str, Any]) -> str:
    forms = [_form_name(one) for one in (schema, *schema.get("anyOf", ())) if "$ref" in one]
    return f": {' or '.join(forms)}" if forms else ""


def _form_name(schema: Mapping[str, Any]) -> str:
    name = str(schema["$ref"]).rpartition("/")[2]
    return f"[{name}](#{name.lower()})"


def _form(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f"### {name}"
    yield ""
    yield str(schema.get("description", "")).replace("\n", " ").strip()
    yield ""
    if "enum" in schema:
        yield "One of " + ", ".join(f"`{one}`" for one in schema["enum"]) + "."
        yield ""
        return
    required = schema.get("required", ())
    for field, one in schema.get("properties", {}).items():
        yield f"- `{field}`{'' if field in required else ' (may be absent)'}: {_kind(one)}"
    yield ""


def _kind(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return _form_name(schema)
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return "one of " + ", ".join(f"`{one}`" for one in schema["enum"])
    if schema.get("type") == "array":
        items = schema.get("items")
        return f"list of {_kind(items)}" if isinstance(items, Mapping) else "list"
    pattern = schema.get("pattern")
    return str(schema.get("type", "anything")) + (f" like `{pattern}`" if pattern else "")
