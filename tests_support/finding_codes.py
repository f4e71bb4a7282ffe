"""Every finding code that the source can give: literals, and families whose end is an error's rule.

A code such as ``f"C3.{rule}"`` ends with the rule of whatever the parsers and the policy raise: the
functions that those families call are followed through `ledger.transparency`, by name.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from projections.drift import What

ROOT: Final = Path(__file__).parents[1]
_FLOORS: Final = ("keys", "ledger", "projections", "verify_api", "shell")
_LITERAL: Final = re.compile(r'"(C\d+\.[a-z_]+)"')
_FAMILY: Final = re.compile(r'f"(C\d+)\.\{([^}]+)\}"')
_WORDS: Final = "ledger/audit/document"
"""What only explains codes is no source of them."""

FAMILIES: Final = {
    ("C3", "rule"): (".judge",),
    ("C4", "error.rule"): ("parse_note", "parse_checkpoint", "verify_signatures"),
    ("C8", "error.rule"): ("parse_proof", ".verify"),
    ("C7", "found.what.value"): (),
}
"""By class and what ends the code: the functions whose rules it can be."""


def all_codes() -> set[str]:
    """Return every code."""
    codes = set(_literals())
    for (check, _), functions in FAMILIES.items():
        codes |= {f"{check}.{rule}" for rule in rules_of(functions)}
    return codes | {f"C7.{what.value}" for what in What if what is not What.ERASED}


def families_in_source() -> set[tuple[str, str]]:
    """Return the families that the source has, to be held against `FAMILIES`."""
    return {found for text in _sources() for found in _FAMILY.findall(text)}


def rules_of(functions: Iterable[str]) -> set[str]:
    """Return the rules that these functions, and those that they call, raise."""
    raised, calls = _transparency()
    rules: set[str] = set()
    seen: set[str] = set()
    todo = [*functions]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            rules |= raised.get(name, set())
            todo += calls.get(name, ())
    return rules


def _literals() -> Iterator[str]:
    for text in _sources():
        yield from _LITERAL.findall(text)


def _sources() -> Iterator[str]:
    for floor in _FLOORS:
        for file in sorted((ROOT / floor).rglob("*.py")):
            if not file.is_relative_to(ROOT / _WORDS):
                yield file.read_text("utf-8")


def _transparency() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return by function which rules it raises, and what it may call; methods as ``.name``."""
    raised: dict[str, set[str]] = {}
    calls: dict[str, set[str]] = {}
    for module in ("note", "checkpoint", "cosignature", "policy", "proof", "merkle"):
        tree = ast.parse((ROOT / f"ledger/transparency/{module}.py").read_text("utf-8"))
        for name, function in _functions(tree):
            nodes = [*ast.walk(function)]
            found = [one for one in nodes if isinstance(one, ast.Call)]
            named = {one.id for one in nodes if isinstance(one, ast.Name)}
            calls.setdefault(name, set()).update(named, map(_method, found))
            raised.setdefault(name, set()).update(filter(None, map(_rule, found)))
    return raised, calls


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for one in tree.body:
        if isinstance(one, ast.FunctionDef):
            yield one.name, one
        elif isinstance(one, ast.ClassDef):
            yield from ((f".{f.name}", f) for f in one.body if isinstance(f, ast.FunctionDef))


def _method(call: ast.Call) -> str:
    match call.func:
        case ast.Attribute(value=ast.Attribute(attr="public")):
            return ""  # a key's own check of bytes, on the floor below
        case ast.Attribute(attr=name):
            return f".{name}"
        case _:
            return ""


_RULE_AT: Final = {"ProofError": 0, "InvalidInputError": 1}


def _rule(call: ast.Call) -> str:
    at = _RULE_AT.get(call.func.id) if isinstance(call.func, ast.Name) else None
    rule = None if at is None else call.args[at]
    return rule.value if isinstance(rule, ast.Constant) and isinstance(rule.value, str) else ""


def reasons() -> set[str]:
    """Return why a check can be left out, as the end of an audit says it; numbers are 12."""
    tree = ast.parse((ROOT / "ledger/audit/conclusion.py").read_text("utf-8"))
    found: set[str] = set()
    for one in ast.walk(tree):
        if isinstance(one, ast.Assign | ast.AugAssign) and "unchecked" in _target(one):
            found |= set(map(_text, ast.walk(one.value)))
    # A piece of a longer phrase begins or ends with a space.
    return {text for text in found if " " in text and text.strip() == text}


def _target(one: ast.Assign | ast.AugAssign) -> str:
    return ast.unparse(one.targets[0] if isinstance(one, ast.Assign) else one.target)


def _text(node: ast.AST) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_text(part) or "12" for part in parts)
        case _:
            return ""
