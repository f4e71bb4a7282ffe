"""A head that was cosigned again: fresh for an auditor, and checked like any other."""

from datetime import timedelta

from ledger.audit.raw_log import open_raw_log
from ledger.transparency.log import PublishedHead
from tests.ledger.audit.conftest import Begin, by_sql
from tests.ledger.audit.test_verify import audit, codes, grown
from tests_support.audited_ledger import AuditedLedger


def rested(begin: Begin) -> AuditedLedger:
    """Return a ledger on which nothing has happened for more than a day."""
    ledger = grown(begin, 30)
    ledger.at += timedelta(days=1, seconds=1)
    assert codes(audit(ledger)) == {"C9.stale"}
    return ledger


def renewed(ledger: AuditedLedger) -> PublishedHead:
    head = ledger.signed(ledger.heads[-1].size, ledger.heads[-1].root)
    assert ledger.log.renew(head)
    return head


def test_a_ledger_at_rest_whose_head_was_renewed_is_no_frozen_log(begin: Begin) -> None:
    ledger = rested(begin)
    renewed(ledger)
    assert audit(ledger).findings == ()
    ledger.at += timedelta(days=1, seconds=1)
    assert codes(audit(ledger)) == {"C9.stale"}


def test_later_cosignatures_that_are_no_good_are_found_and_make_nothing_fresh(
    begin: Begin,
) -> None:
    ledger = rested(begin)
    head = renewed(ledger)
    for sql, spoiled, code in (
        ("UPDATE log_renewal SET note = ?", ledger.heads[-1].note[:-1], "C3.note_form"),
        ("UPDATE log_renewal SET note = ?", head.note.replace(b"\n30\n", b"\n31\n"),
         "C3.signature_wrong"),
        ("UPDATE log_renewal SET note = ?", "text", "C3.note_form"),
    ):  # fmt: skip
        by_sql(ledger.log_url, (sql, (spoiled,)))
        assert codes(audit(ledger)) == {code, "C9.stale"}


def test_another_root_under_the_same_size_is_found(begin: Begin) -> None:
    ledger = rested(begin)
    other = ledger.signed(30, b"x" * 32)
    renewed(ledger)
    by_sql(ledger.log_url, ("UPDATE log_renewal SET root = ?, note = ?", (other.root, other.note)))
    assert codes(audit(ledger)) == {"C3.head", "C9.stale"}


def test_a_copy_from_before_has_no_renewals(begin: Begin) -> None:
    ledger = grown(begin, 30)
    by_sql(ledger.log_url, ("DROP TABLE log_renewal", ()))
    raw = open_raw_log(ledger.log_url)
    assert raw.renewed() is None
    raw.close()
    assert audit(ledger).findings == ()
