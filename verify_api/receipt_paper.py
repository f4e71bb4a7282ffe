"""A receipt for a check as a sheet of paper: the same claims in the words of the answer. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from ledger.certificates.kind import Wording
from ledger.paper.statement import Attachment, Statement
from ledger.records.check import PersonCompared
from verify_api import receipt_words as words
from verify_api.check_receipt import CheckReceipt
from verify_api.moments import moment_words
from verify_api.receipt_form import FILE_NAME
from verify_api.verdict import Verdict
from verify_api.verdict_json import HANOI
from verify_api.wording import OVERALLS, REASONS, STATES

_JSON: Final = "application/json"


def statement_of(
    receipt: CheckReceipt, verdict: Verdict, document: bytes, *, by: Wording, specimen: bool
) -> Statement:
    """Return the sheet of ``receipt``, made from ``verdict``.

    Args:
        receipt: What is signed in ``document``, which is attached.
        verdict: Its answer, for the words.
        document: As `verify_api.check_receipt.write_receipt` made it.
        by: Who states it.
        specimen: Whether the sheet says that it is none.
    """
    state = STATES[verdict.state]
    answer, explained = _both(OVERALLS[verdict.overall], state.heading), state.sentence
    if receipt.person is PersonCompared.DIFFERS:
        # A hurried reader must not take "valid" away from a check that ended here.
        answer, explained = words.NOT_THE_PERSON, _both(answer, state.sentence)
    return Statement(
        by=_both(words.BY, by),
        title=words.TITLE,
        answer=answer,
        explained=explained,
        rows=tuple(_rows(receipt, verdict)),
        paragraphs=(words.MEANS[0], _with(words.MEANS[1], f"{receipt.service}/receipts")),
        reference=str(receipt.receipt),
        at=receipt.at,
        attachment=Attachment(FILE_NAME, words.ATTACHED, _JSON, document),
        specimen=specimen,
    )


def _rows(receipt: CheckReceipt, verdict: Verdict) -> Iterator[tuple[Wording, Wording]]:
    if receipt.certificate is not None and verdict.kind is not None:
        yield words.PAPER, verdict.kind.title
        yield words.NUMBER, _same(str(receipt.certificate["number"]))
        yield words.ISSUED, _moment(str(receipt.certificate["issued_at"]))
    if verdict.issuer is not None:
        yield words.ISSUER, Wording(verdict.issuer.name_vi, verdict.issuer.name_en)
    yield words.CHECKED, _moment(receipt.at)
    yield words.FOR, words.NOBODY if receipt.organisation is None else _same(receipt.organisation)
    yield words.PERSON, words.COMPARED[receipt.person]
    if verdict.reasons:
        reasons = [REASONS[reason] for reason in verdict.reasons]
        yield (
            words.REASONS,
            Wording("\n".join(one.vi for one in reasons), "\n".join(one.en for one in reasons)),
        )
    yield from _evidence(receipt.evidence)
    yield words.CODE, _same(receipt.code_digest.hex())
    yield words.REFERENCE, _same(str(receipt.receipt))


def _evidence(evidence: Mapping[str, Any]) -> Iterator[tuple[Wording, Wording]]:
    status, log, trust = evidence["status"], evidence["log"], evidence["trust_list"]
    if status["as_of"]:
        yield words.STATUS, _moment(status["as_of"])
    if log["index"] is not None:
        head = f" / {log['size']}" if log["size"] else ""
        yield words.LOG, _same(f"{log['index']}{head}")
    if trust is not None:
        yield words.TRUST, _with(_moment(trust["issued_at"]), f"(v{trust['version']})")


def _moment(at: datetime | str) -> Wording:
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    local = moment.astimezone(HANOI)
    return Wording(moment_words(local, "vi"), moment_words(local, "en"))


def _both(first: Wording, second: Wording) -> Wording:
    return Wording(f"{first.vi} · {second.vi}", f"{first.en} · {second.en}")


def _with(first: Wording, text: str) -> Wording:
    return Wording(f"{first.vi} {text}", f"{first.en} {text}")


def _same(text: str) -> Wording:
    return Wording(text, text)
