"""The auditor's house on a loopback port, with reports of audits to look at."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from ledger.audit.coverage import coverage_of
from ledger.audit.evidence import Evidence
from ledger.audit.findings import Finding, Severity
from ledger.audit.memory import AuditorMemory
from ledger.audit.scope import Mode, Scope
from ledger.audit.verify import verify
from tests_support.audit_house import AuditHouse, open_audit_house
from tests_support.browser_site import Site, served
from tests_support.cheap_accounts import cheap_accounts
from tests_support.service_world import PASSWORD, World, open_world
from verify_api.accounts import Account
from verify_api.callers import Role

AUDITOR: Final = "kiemtoan"


@dataclass
class AuditSite:
    """The service as an auditor's browser reaches it."""

    site: Site
    house: AuditHouse


@contextmanager
def open_audit_site(folder: Path) -> Iterator[AuditSite]:
    """Serve a house with seals, several heads, and a report of each kind."""
    with open_audit_house(folder / "home") as house:
        _live(house)
        _report(house)
        account = Account(
            "account-auditor", AUDITOR, "Kiểm toán viên mẫu", Role.AUDITOR, None, None
        )
        system = house.books.house.system
        at = house.books.house.clock.at
        cheap_accounts(system).add(account, PASSWORD, salt=system.clockwork.random(16), at=at)

        def open_at(url: str) -> World:
            del url
            return replace(open_world(folder), app=house.books.house.app)

        with served(open_at) as site:
            yield AuditSite(site, house)


def _live(house: AuditHouse) -> None:
    """Let days go by, with requests, seals and heads."""
    for _ in range(3):
        for _ in range(70):
            house.books.house.file()
        house.seal()
        house.publish()
    house.books.house.file()  # waits for a head


def _report(house: AuditHouse) -> None:
    """Let an auditor's programs write, and add what is told of a spoiled copy."""
    folder, system, at = house.reports, house.books.house.system, house.books.house.clock.at
    settings = system.settings
    evidence = Evidence(settings.ledger, settings.log, system.policy)
    scope = Scope(Mode.RANGE, first=1, last=256)
    memory = AuditorMemory(folder / "memory")
    assert verify(evidence, scope, at=at, memory=memory, part_rows=256).findings == ()
    for name in ("stats", "replay"):
        told = house.books.house.records("audit", name, "--json")
        (folder / f"{name}.json").write_text(told.stdout, "utf-8")
    _spoiled(folder, system.reading.head(), at - timedelta(days=2))


def _spoiled(folder: Path, size: int, at: datetime) -> None:
    """Write what an audit of another copy is made to have found, and a file that is no report."""
    places: list[dict[str, str | int]] = [
        {"position": 257 + n, "index": 256 + n, "stream": str(UUID(int=n))} for n in range(3)
    ]
    findings = [
        Finding("C1.row", Severity.CRITICAL, place, "the row of its log entry", "another row")
        for place in places
    ]
    findings.append(Finding("C9.stale", Severity.WARNING, {"size": size}, "a head", "an old head"))
    lines = "".join(f"{json.dumps(one.as_json())}\n" for one in findings)
    (folder / "found.jsonl").write_text(lines, "utf-8")
    known = coverage_of([(256, 300)], findings, at)
    (folder / "found-coverage.json").write_text(json.dumps(known.as_json()), "utf-8")
    (folder / "notes.json").write_text("{", "utf-8")
