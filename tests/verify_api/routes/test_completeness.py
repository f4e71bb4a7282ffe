"""A person takes away that nothing about them was left out; a stranger checks it byte by byte."""

import copy
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from ledger.audit.completeness import Bundle, bundle_from_json, verify
from ledger.calendar import local_day
from ledger.errors import InvalidInputError, LedgerError, ProofError
from ledger.identifiers import health_book_stream
from ledger.transparency.policy import Policy
from shell.day_seals import seal_day, seal_files
from shell.sequencer import Sequencer
from tests_support.book_doors import door
from tests_support.book_house import ANN, BookHouse, open_book_house
from tests_support.book_house import problem as illness
from verify_api.callers import Role

PATH = "/v1/my/completeness"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[BookHouse]:
    with open_book_house(tmp_path / "home") as opened:
        opened.visit(ANN, "1", illness("Hen", "c1"))
        yield opened


def sealed(house: BookHouse) -> None:
    """Seal the next day, and bring it into the log where there is one."""
    system = house.house.system
    house.house.clock.at += timedelta(days=1)
    system.projector.catch_up()
    act = system.act("worker", "system")
    seal_day(system, local_day(act.at), act=act)
    logged(house)


def logged(house: BookHouse) -> None:
    if house.house.system.log is not None:
        life = Sequencer(house.house.system)
        try:
            life.once()
        finally:
            life.close()


def policy(house: BookHouse) -> Policy | None:
    return house.house.system.policy


def asked(house: BookHouse, subject: UUID = ANN) -> dict[str, Any]:
    answer = door(house, Role.CITIZEN, subject=subject).get(PATH)
    assert answer.status_code == HTTPStatus.OK, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def test_all_streams_are_shown_and_proved(house: BookHouse) -> None:
    sealed(house)
    bundle = bundle_from_json(asked(house))
    proved = verify(bundle, policy(house))
    assert proved.in_log is (policy(house) is not None)
    assert health_book_stream(ANN) in {one.stream for one in bundle.streams}
    for one in bundle.streams:
        until = [
            fact for fact in house.house.system.reading.history(one.stream).recorded
            if fact.position <= proved.sealed.heads.position
        ]  # fmt: skip
        assert one.head.version == len(until)
        assert one.head.digest == sha256(until[-1].entry).digest()


def test_the_seal_is_proved_although_more_came_since(house: BookHouse) -> None:
    sealed(house)
    before = bundle_from_json(asked(house))
    house.visit(ANN, "2", illness("Ho", "c2"))
    house.visit(ANN, "1", illness("Hen", "c1"), illness("Sốt", "c3"))
    now = bundle_from_json(asked(house))
    assert now.streams == before.streams
    assert verify(now, policy(house)) == verify(before, policy(house))
    sealed(house)
    after = house.house.system.completeness.bundle(ANN)
    assert len(after.streams) > len(before.streams)
    verify(after, policy(house))


def test_without_what_was_kept_the_proof_is_the_same(house: BookHouse) -> None:
    sealed(house)
    before = asked(house)
    house.visit(ANN, "2", illness("Ho", "c2"))
    seal_files(house.house.system.settings.home).prune(())
    with house.house.another_process() as again:
        bundle = again.system.completeness.bundle(ANN)
    assert bundle.as_json() == before


def test_who_has_no_stream_is_shown_to_have_none(house: BookHouse) -> None:
    sealed(house)
    bundle = house.house.system.completeness.bundle(UUID(int=0xDEAD))
    assert bundle.streams == ()
    verify(bundle, policy(house))
    assert not verify(bundle, None).in_log


def test_a_stream_left_out_is_noticed(house: BookHouse) -> None:
    sealed(house)
    told = asked(house)
    assert len(told["streams"]) > 1
    for number in range(len(told["streams"])):
        short = copy.deepcopy(told)
        del short["streams"][number]
        with pytest.raises(ProofError) as refused:
            verify(bundle_from_json(short), policy(house))
        assert refused.value.rule == "other_streams"
    nothing = copy.deepcopy(told) | {"streams": []}
    with pytest.raises(ProofError):
        verify(bundle_from_json(nothing), policy(house))


def texts(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value that is no container."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for name, item in items:
        if isinstance(item, dict | list):
            yield from texts(item, (*path, name))
        else:
            yield (*path, name)


def spoilt(value: Any, name: str) -> Iterator[Any]:
    if isinstance(value, int):
        yield value + 1
    elif name in {"stream", "event", "person"}:
        yield str(UUID(int=UUID(value).int ^ 1))
    elif name == "topic":
        yield value + "0"
    elif value is not None and name != "format":
        data = b64decode(value)
        for at in {0, len(data) // 2, len(data) - 1}:
            yield b64encode(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]).decode()


def test_each_changed_value_is_refused(house: BookHouse) -> None:
    sealed(house)
    told = asked(house)
    tried = 0
    for path in texts(told):
        *way, last = path
        for value in spoilt(_at(told, path), str(last) if isinstance(last, str) else "bytes"):
            changed = copy.deepcopy(told)
            _at(changed, tuple(way))[last] = value
            tried += 1
            with pytest.raises(LedgerError):
                verify(bundle_from_json(changed), policy(house))
    assert tried > 100


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for name in path:
        value = value[name]
    return value


@pytest.mark.parametrize("wrong", [None, [], {}, {"format": "x"}, 7])
def test_what_is_no_bundle_is_said_to_be_none(wrong: Any) -> None:
    with pytest.raises(InvalidInputError):
        bundle_from_json(wrong)


def test_before_the_first_seal_there_is_nothing_to_prove(house: BookHouse) -> None:
    answer = door(house, Role.CITIZEN, subject=ANN).get(PATH)
    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_rows_that_are_not_what_was_sealed_prove_nothing(house: BookHouse) -> None:
    sealed(house)
    with house.house.system.views.database.transaction() as session:
        session.execute("UPDATE stream_heads_g1 SET version = version + 1")
    with pytest.raises(ProofError) as refused:
        house.house.system.completeness.bundle(ANN)
    assert refused.value.rule == "heads_changed"


def test_nobody_else_gets_a_person_s_list(house: BookHouse) -> None:
    sealed(house)
    for role in (Role.CLINICIAN, Role.AUDITOR, Role.OPERATOR):
        where = "79A02" if role is Role.CLINICIAN else None
        answer = door(house, role, organisation=where).get(PATH)
        assert answer.status_code == HTTPStatus.FORBIDDEN


def test_the_shell_writes_and_checks_it(house: BookHouse, tmp_path: Path) -> None:
    sealed(house)
    records, file = house.house.records, tmp_path / "bundle.json"
    shown = records("audit", "mine", str(ANN), "--to", str(file))
    assert shown.exit_code == 0, shown.output
    assert str(health_book_stream(ANN)) in shown.stdout
    assert records("audit", "complete", str(file)).exit_code == 2
    bundle = bundle_from_json(json.loads(file.read_bytes()))
    assert isinstance(bundle, Bundle)
    if policy(house) is not None:
        known = str(house.house.system.settings.home / "log" / "policy")
        assert records("audit", "complete", str(file), "--policy", known).exit_code == 0
    told = json.loads(file.read_bytes())
    del told["streams"][0]
    file.write_text(json.dumps(told))
    refused = records("audit", "complete", str(file))
    assert refused.exit_code == 1
    assert refused.stdout.startswith("not proved: other_streams")
