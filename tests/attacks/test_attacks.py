"""Every attack at every level: found, named as narrowly as can be proved, and nothing else lost."""

from collections.abc import Sequence

import pytest

from ledger.audit.findings import Finding
from tests.attacks.attacks import CASES, Case, Place, take_cosignatures
from tests_support.attacked_copy import AttackedCopy

RUNS = [
    pytest.param(case, level, id=f"{case.number}-L{level}")
    for case in CASES
    for level in (1, 2, 3)
    if case.expected(level) is not None
]


def raised(copy: AttackedCopy, level: int) -> None:
    """Do what an attacker of this level does after the edit."""
    if level > 1:
        copy.rebuild()
    if level > 2:
        copy.sign_heads()


def classes(findings: Sequence[Finding]) -> set[str]:
    return {one.code.partition(".")[0] for one in findings}


def names(finding: Finding, place: Place) -> bool:
    """Whether a finding's place is this one, alone or in a run of the same."""
    said = dict(finding.place)
    if isinstance(position := place.get("position"), int):
        first = said.get("position")
        until = said.get("until", first)
        if not (isinstance(first, int) and isinstance(until, int) and first <= position <= until):
            return False
    return all(said.get(name) == value for name, value in place.items() if name != "position")


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_clean_copy_gives_nothing_but_what_a_thief_signs(copy: AttackedCopy, level: int) -> None:
    raised(copy, level)
    assert {one.code for one in copy.findings()} == ({"C3.quorum_missed"} if level == 3 else set())


@pytest.mark.parametrize(("case", "level"), RUNS)
def test_an_attack_is_found(copy: AttackedCopy, case: Case, level: int) -> None:
    places = case.attack(copy)
    raised(copy, level)
    findings = copy.findings()
    expected = case.expected(level)
    assert expected is not None
    if not expected:
        assert findings == [], "rebuilt from rows that were not edited: repaired"
        return
    assert classes(findings) >= expected, shown(findings)
    if level == 1:
        for place in places:
            of_it = [one for one in findings if names(one, place)]
            assert classes(of_it) & expected, shown(findings)
    elif case.past:
        narrowed(copy, places[0]["position"], findings, level)


def narrowed(copy: AttackedCopy, position: int, findings: Sequence[Finding], level: int) -> None:
    """The auditor's memory names the 256 entries; the heads, where unsigned, the time between."""
    remembered = [one for one in findings if one.code in {"C4.tile", "C4.entry"}]
    first_named = min(int(one.place["position"]) for one in remembered)
    assert (first_named - 1) // 256 == (position - 1) // 256, shown(findings)
    if level > 2:
        return
    roots = [one for one in findings if one.code == "C2.root"]
    sizes = [head.size for head in copy.house.heads]
    first = next(size for size in sizes if size >= position)
    interval = roots[0].interval
    assert interval is not None
    assert interval.until is not None
    assert interval.until.size == first
    before = max((size for size in sizes if size < position), default=None)
    assert (interval.after.size if interval.after else None) == before


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
@pytest.mark.parametrize("case", CASES, ids=[case.number for case in CASES])
def test_an_audit_goes_on_to_everything_else(copy: AttackedCopy, case: Case) -> None:
    """Whatever the attack is, a second one elsewhere is found as if it were the only one."""
    (head,) = take_cosignatures(copy)
    case.attack(copy)
    found = [one for one in copy.audit().findings if one.code.startswith("C3.")]
    assert any(one.place["size"] == head["size"] for one in found), shown(found)


def shown(findings: Sequence[Finding]) -> str:
    return "\n".join(f"{one.code} {dict(one.place)}" for one in findings)
