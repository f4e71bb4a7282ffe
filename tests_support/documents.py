"""Pages of the guide that are drawn from the code: the procedure's table, every rule, the API.

`make docs` writes them; a test compares, so that no page ever tells an old truth.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from ledger.certificates.kinds.judicial_record.procedure import PORTAL_TITLES, PROCEDURE
from ledger.certificates.procedure import Step
from ledger.certificates.request_rules import RULES
from tests_support.api_page import api_page
from tests_support.role_guides import role_pages

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "docs" / "guide"
_FLOORS = ("keys", "ledger", "projections", "verify_api", "shell")
_REFUSALS = {
    "RefusedError": 0,
    "InvalidInputError": 1,
    "KeyFileError": 0,
    "TrustListError": 0,
}
"""Exceptions whose argument at this place is a rule's stable name."""


def procedure_page() -> str:
    """Return the ten steps as a diagram and a table, from the table that the code runs."""
    lines = [
        "# The procedure of the judicial record certificate",
        "",
        "Drawn from `ledger/certificates/kinds/judicial_record/procedure.py` by `make docs`.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> drafted",
    ]
    for step in PROCEDURE.steps:
        lines += _arrows(step)
    lines += [f"    {_name(stage)} --> [*]" for stage in sorted(PROCEDURE.ended)]
    lines += ["```", "", "| step | action | Vietnamese | English | who may | refused with |"]
    lines += ["|---|---|---|---|---|---|"]
    lines += [_step_row(step) for step in PROCEDURE.steps]
    lines += ["", "## The portal's codes", "", "| code | Vietnamese | English | stages |"]
    lines += ["|---|---|---|---|"]
    for code, title in PORTAL_TITLES.items():
        stages = [stage.value for stage, number in PROCEDURE.portal_codes.items() if number == code]
        lines.append(f"| {code} | {title.vi} | {title.en} | {', '.join(stages)} |")
    lines += ["", "## Versions", "", "| version | in force | source | least age | limits |"]
    lines += ["|---|---|---|---|---|"]
    for version in PROCEDURE.versions:
        until = version.effective_until or "open"
        limits = "; ".join(
            f"{name}: {' and '.join(f'{term.count} {term.unit.value}' for term in terms)}"
            for name, terms in (
                ("nothing found", version.limit),
                ("entries", version.limit_with_entries),
                ("complex", version.limit_complex),
                ("urgent", version.limit_urgent),
            )
        )
        lines.append(
            f"| {version.title.en} | {version.effective_from} to {until} | {version.source} "
            f"| {version.minimum_age} | {limits} |"
        )
    return "\n".join(lines) + "\n"


def _arrows(step: Step) -> list[str]:
    return [
        f"    {_name(start)} --> {_name(to) if to else _name(start) + '_asked_in'} : {step.action}"
        for start, to in step.moves.items()
        if to is not start and to is not None
    ]


def _name(stage: str) -> str:
    return stage.replace("-", "_")


def _step_row(step: Step) -> str:
    number = str(step.number) if step.number else "beside"
    roles = ", ".join(sorted(role.value for role in step.roles))
    return (
        f"| {number} | `{step.action}` | {step.title.vi} | {step.title.en} | {roles} "
        f"| `{step.rule}` |"
    )


def rules_page() -> str:
    """Return every rule that anything can be refused by, and where it stands."""
    lines = [
        "# Every rule by its name",
        "",
        "A refusal names its rule; clients match on the name. Drawn from the code by `make docs`.",
        "",
        "## A request for a certificate",
        "",
        "| rule | Vietnamese | English |",
        "|---|---|---|",
    ]
    lines += [f"| `{rule.value}` | {words.vi} | {words.en} |" for rule, words in RULES.items()]
    lines += ["", "## Everything else", "", "| rule | stands in |", "|---|---|"]
    known = {rule.value for rule in RULES}
    found: dict[str, set[str]] = {}
    for rule, place in _raised():
        if rule not in known:
            found.setdefault(rule, set()).add(place)
    lines += [
        f"| `{rule}` | {', '.join(f'`{place}`' for place in sorted(places))} |"
        for rule, places in sorted(found.items())
    ]
    return "\n".join(lines) + "\n"


def _raised() -> Iterator[tuple[str, str]]:
    """Yield every rule's name that stands as a literal where it is raised, and the file."""
    for floor in _FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    rule = _rule(node, _REFUSALS.get(node.func.id))
                    if rule is not None:
                        yield rule, path.relative_to(ROOT).as_posix()


def _rule(call: ast.Call, place: int | None) -> str | None:
    if place is None or len(call.args) <= place:
        return None
    argument = call.args[place]
    literal = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    return str(argument.value) if literal and isinstance(argument, ast.Constant) else None


PAGES = {
    "procedure.md": procedure_page,
    "rules.md": rules_page,
    "api.md": api_page,
    **role_pages(),
}


def write_all() -> None:
    """Write every page."""
    GUIDE.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (GUIDE / name).parent.mkdir(exist_ok=True)
        (GUIDE / name).write_text(page(), "utf-8")


if __name__ == "__main__":
    write_all()
