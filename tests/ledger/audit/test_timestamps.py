"""Stamped heads in an audit: good ones bind, wrong ones are named, missing ones are late."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ledger.audit.findings import Severity
from ledger.audit.report import Report
from ledger.audit.timestamps import Timestamps, judge, late_findings
from ledger.audit.verify import verify
from ledger.errors import ProofError
from ledger.store.timestamp_files import TimestampFiles
from ledger.transparency.log import PublishedHead
from ledger.transparency.stamped_head import StampedHead
from ledger.transparency.timestamp import TimestampAuthority, request
from tests.ledger.audit.conftest import Begin
from tests_support.audited_ledger import AuditedLedger
from tests_support.time_authority import authority

DAY = timedelta(days=1)
AT = datetime(2026, 11, 2, tzinfo=UTC)


def stamped(head: PublishedHead) -> StampedHead:
    token = authority("ec").reply(request(head.note, bytes(range(8))))
    return StampedHead(head.size, head.note, (token,))


def audit(ledger: AuditedLedger, *held: StampedHead, at: datetime | None = None) -> Report:
    check = TimestampAuthority(authority("ec").certificate).check
    evidence = replace(ledger.evidence, timestamps=Timestamps(held, check))
    return verify(evidence, at=at or ledger.at, part_rows=256)


def grown(begin: Begin) -> AuditedLedger:
    ledger = begin()
    ledger.grow(600, publish_every=150)
    ledger.publish()
    return ledger


def test_stamped_heads_of_this_log_are_clean(begin: Begin) -> None:
    ledger = grown(begin)
    report = audit(ledger, *map(stamped, ledger.heads))
    assert report.findings == ()
    assert report.exit_code == 0


def test_a_stamped_head_of_another_tree_is_two_histories(begin: Begin) -> None:
    ledger = grown(begin)
    size = ledger.heads[1].size
    other = stamped(ledger.signed(size, bytes(32)))
    newest = stamped(ledger.heads[-1])
    (found,) = audit(ledger, other, newest).findings
    assert (found.code, found.severity) == ("C4.root", Severity.CRITICAL)
    assert found.place == {"file": f"timestamps/{size}.tsr", "size": size}


def test_a_stamped_head_of_more_entries_is_a_rollback(begin: Begin) -> None:
    ledger = grown(begin)
    size = ledger.heads[-1].size + 50
    (found,) = audit(ledger, stamped(ledger.signed(size, bytes(32)))).findings
    assert (found.code, found.severity) == ("C4.rollback", Severity.CRITICAL)


def test_another_head_put_beside_a_token_is_two_histories(begin: Begin) -> None:
    ledger = grown(begin)
    first = stamped(ledger.heads[0])
    exchanged = first._replace(note=ledger.signed(first.size, bytes(32)).note)
    (found,) = audit(ledger, exchanged, stamped(ledger.heads[-1])).findings
    assert (found.code, found.severity) == ("C4.timestamp", Severity.CRITICAL)
    assert found.place["size"] == first.size


def test_a_token_of_nobody_is_named_and_the_others_are_looked_at(begin: Begin) -> None:
    ledger = grown(begin)
    wrong = StampedHead(ledger.heads[0].size, ledger.heads[0].note, (b"no token",))
    other = stamped(ledger.signed(ledger.heads[1].size, bytes(32)))
    report = audit(ledger, wrong, other, stamped(ledger.heads[-1]))
    assert [one.code for one in report.findings] == ["C3.timestamp", "C4.root"]
    assert report.findings[0].found == "timestamp_form"


def test_a_log_that_was_never_stamped_is_late(begin: Begin) -> None:
    ledger = grown(begin)
    (found,) = audit(ledger).findings
    assert (found.code, found.severity) == ("C9.timestamp", Severity.WARNING)
    assert found.place == {"size": ledger.heads[-1].size}


@pytest.mark.parametrize(
    ("times", "newest", "since"),
    [
        ([(10, AT), (20, AT + DAY), (30, AT + 2 * DAY)], 40, []),
        ([(10, AT), (20, AT + 4 * DAY)], 20, [10]),
        ([(10, AT)], 20, [10]),
        ([(10, AT)], 10, []),  # a log that stands still has nothing to be stamped
        ([(10, AT), (20, AT + 3 * DAY), (30, AT + 9 * DAY)], 31, [10, 20]),
        ([], 0, []),
    ],
)
def test_heads_may_not_be_stamped_too_far_apart(
    times: list[tuple[int, datetime]], newest: int, since: list[int]
) -> None:
    at = max([AT + 4 * DAY, *(at for _, at in times)])
    if len(times) == 3:
        at = times[-1][1] + DAY
    found = late_findings(times, newest=newest, at=at, most=2 * DAY)
    assert [one.place["since"] for one in found] == since


def test_a_chain_is_judged_as_one() -> None:
    def check(_message: bytes, token: bytes) -> datetime:
        if token == b"wrong":
            raise ProofError("timestamp_signature", "wrong")
        return AT

    good = StampedHead(1, b"note", (b"one", b"two"))
    held = (good, good._replace(size=2, tokens=(b"one", b"wrong")))
    judged = judge(Timestamps(held, check))
    assert judged.times == ((1, AT),)
    assert [one.place["size"] for one in judged.findings] == [2]


# The files


def test_files_are_written_once(tmp_path: Path) -> None:
    files = TimestampFiles(tmp_path / "timestamps")
    assert files.sizes() == []
    assert files.stamped(7) is None
    assert files.keep_note(7, b"first") == b"first"
    assert files.keep_note(7, b"second") == b"first"
    assert files.stamped(7) is None  # a kill between note and token
    files.keep_token(7, 0, b"token")
    files.keep_token(7, 0, b"other")
    files.keep_token(7, 1, b"renewed")
    files.keep_token(12, 0, b"without its note")
    assert files.sizes() == [7, 12]
    assert files.stamped(7) == StampedHead(7, b"first", (b"token", b"renewed"))
    assert files.stamped(12) == StampedHead(12, b"", (b"without its note",))
    names = sorted(file.name for file in files.folder.iterdir())
    assert names == ["12.tsr", "7.2.tsr", "7.note", "7.tsr"]
    assert all(file.stat().st_mode & 0o222 == 0 for file in files.folder.iterdir())
