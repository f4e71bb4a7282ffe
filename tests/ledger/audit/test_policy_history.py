"""A log whose policy was one witness of one, and then two of three."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from ledger.audit.evidence import HeldProof
from ledger.audit.memory import AuditorMemory
from ledger.audit.report import Report
from ledger.audit.scope import Mode, Scope
from ledger.errors import InvalidInputError
from ledger.transparency.cosignature import NoteSigner
from ledger.transparency.log import prove
from ledger.transparency.note import ED25519_COSIGNATURE
from ledger.transparency.policy import Policy, parse_policy, write_policy
from ledger.transparency.policy_history import FormerPolicy
from tests.ledger.audit.conftest import Begin
from tests.ledger.audit.test_verify import audit, codes
from tests_support.audited_ledger import AuditedLedger
from tests_support.memory_log import note_signer

WITNESSES = [note_signer(f"{name}.example", ED25519_COSIGNATURE) for name in ("a", "b", "c")]


@dataclass
class Changed:
    """The ledger, under one policy and then under another."""

    ledger: AuditedLedger
    weak: Policy
    strong: Policy
    until: int
    """Size of the last head that one witness was enough for."""

    def audit(self, *former: FormerPolicy, policy: Policy | None = None, **more: Any) -> Report:
        evidence = replace(self.ledger.evidence, policy=policy or self.strong, former=former)
        proofs = more.pop("proofs", ())
        return audit(self.ledger, evidence=replace(evidence, proofs=proofs), **more)

    @property
    def handed_in(self) -> FormerPolicy:
        """What an auditor brings along who knows how it was."""
        return FormerPolicy(self.until, self.weak)

    def go_on(self, witnesses: Sequence[NoteSigner], facts: int = 300) -> None:
        self.ledger.signers.witnesses = witnesses
        self.ledger.grow(facts, publish_every=100)
        self.ledger.publish()


@pytest.fixture
def before(begin: Begin) -> Changed:
    ledger = begin(8)
    ledger.signers.witnesses = WITNESSES[:1]
    weak = ledger.policy
    ledger.grow(300, publish_every=60)
    ledger.publish()
    lines = write_policy(weak).replace("group g 1 w0\nquorum g\n", "")
    added = "".join(f"witness w{n} {WITNESSES[n].key.vkey}\n" for n in (1, 2))
    strong = parse_policy(f"{lines}{added}group g 2 w0 w1 w2\nquorum g\n")
    return Changed(ledger, weak, strong, ledger.heads[-1].size)


@pytest.fixture
def changed(before: Changed) -> Changed:
    before.go_on(WITNESSES)
    return before


def test_old_heads_are_not_what_the_new_policy_asks_unless_somebody_says_it(
    changed: Changed,
) -> None:
    (found,) = changed.audit().findings
    assert found.code == "C3.quorum_missed"
    assert found.place["until"] == changed.until


@pytest.mark.parametrize("processes", [1, 2])
def test_old_heads_are_judged_by_the_policy_that_is_handed_in(
    changed: Changed, processes: int
) -> None:
    report = changed.audit(changed.handed_in, processes=processes)
    assert report.exit_code == 0
    assert report.heads_checked == len(changed.ledger.heads)


def test_a_policy_that_is_handed_in_for_too_few_leaves_the_others(changed: Changed) -> None:
    (found,) = changed.audit(changed.handed_in._replace(until=changed.until - 1)).findings
    assert (found.code, dict(found.place)) == ("C3.quorum_missed", {"size": changed.until})


def test_an_auditor_who_was_there_remembers(before: Changed, tmp_path: Path) -> None:
    memory = AuditorMemory(tmp_path / "m")
    assert before.audit(policy=before.weak, memory=memory).moved_on
    before.go_on(WITNESSES)
    again = AuditorMemory(tmp_path / "m")
    assert before.audit(memory=again).moved_on
    before.go_on(WITNESSES)
    for scope in (Scope(), Scope(Mode.SINCE)):
        report = before.audit(memory=AuditorMemory(tmp_path / "m"), scope=scope)
        assert (report.exit_code, report.moved_on) == (0, True)


def test_what_was_handed_in_once_is_remembered(changed: Changed, tmp_path: Path) -> None:
    memory = AuditorMemory(tmp_path / "m")
    assert changed.audit(changed.handed_in, memory=memory).moved_on
    assert changed.audit(memory=memory).exit_code == 0
    assert changed.audit().exit_code == 1


def test_an_auditor_who_was_not_there_in_between_does_not(before: Changed, tmp_path: Path) -> None:
    memory = AuditorMemory(tmp_path / "m")
    before.audit(policy=before.weak, memory=memory)
    seen = memory.size
    before.go_on(WITNESSES[:1], 100)
    unseen = [head.size for head in before.ledger.heads if head.size > seen]
    before.go_on(WITNESSES)
    (found,) = before.audit(memory=memory).findings
    assert found.code == "C3.quorum_missed"
    assert (found.place["size"], found.place.get("until", unseen[0])) == (unseen[0], unseen[-1])


def test_new_heads_by_the_weak_policy_are_a_finding(changed: Changed, tmp_path: Path) -> None:
    """Whoever has the keys of the log and of the one witness of then, and goes on alone."""
    memory = AuditorMemory(tmp_path / "m")
    assert changed.audit(changed.handed_in, memory=memory).moved_on
    known = changed.ledger.heads[-1].size
    changed.go_on(WITNESSES[:1], 100)
    for report in (changed.audit(memory=memory), changed.audit(changed.handed_in)):
        (found,) = report.findings
        assert found.code == "C3.quorum_missed"
        assert int(found.place["size"]) > known
        assert not report.moved_on


def test_no_head_under_the_newest_policy_is_not_clean(before: Changed, tmp_path: Path) -> None:
    memory = AuditorMemory(tmp_path / "m")
    before.audit(policy=before.weak, memory=memory)
    for report in (before.audit(memory=memory), before.audit(before.handed_in)):
        assert (report.exit_code, report.findings) == (2, ())
        assert "newest policy" in report.unchecked["C3"]


def test_a_proof_of_then_is_judged_by_the_policy_of_then(changed: Changed) -> None:
    head = next(one for one in changed.ledger.heads if one.size == changed.until)
    held = HeldProof("old", prove(changed.ledger.log, 20, head).write())
    assert changed.audit(changed.handed_in, proofs=(held,)).exit_code == 0
    assert "C8.quorum_missed" in codes(changed.audit(proofs=(held,)))


def test_damaged_policies_of_then_are_not_believed(changed: Changed, tmp_path: Path) -> None:
    memory = AuditorMemory(tmp_path / "m")
    changed.audit(changed.handed_in, memory=memory)
    (tmp_path / "m" / "policies.json").write_text(json.dumps([[300, "quorum"]]), "utf-8")
    with pytest.raises(InvalidInputError):
        changed.audit(memory=memory)
