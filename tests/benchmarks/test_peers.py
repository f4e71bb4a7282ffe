import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from benchmarks.peers import comparison
from benchmarks.peers.case import (
    ES256,
    ESP256,
    MUST_REFUSE,
    TEXTS,
    Code,
    Form,
    Jwt,
    case,
    probes,
    status_at,
    trust_at,
)
from benchmarks.peers.install import HERE, ROOT, is_installed
from benchmarks.peers.process import Peer, PeerError, started
from benchmarks.peers.protocol import Case, parse_case
from tests_support.signed_certificates import POLICY
from verify_api.verdict import Overall
from verify_api.verification import verify

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
HELLO = '{"peer": "fake 1.0", "runtime": "test"}'
JUDGE = """
import benchmarks.peers.protocol as protocol
protocol.WARM_SECONDS = 0
protocol.serve("real 1", protocol.read_case(), lambda text: text in {good}, protocol.as_scanned)
"""


@contextmanager
def saying(*lines: str) -> Iterator[Peer]:
    with started([sys.executable, "-m", "tests_support.fake_peer", *lines], ROOT) as peer:
        yield peer


def test_a_peer_says_who_it_is_and_is_asked_line_by_line() -> None:
    with saying(HELLO, "yes", "no", "0.25") as peer:
        assert (peer.name, peer.runtime) == ("fake 1.0", "test")
        assert peer.accepts("good")
        assert not peer.accepts("bad")
        assert peer.seconds(100) == 0.25


@pytest.mark.parametrize("line", ["nonsense", "[]", '{"peer": 1, "runtime": "test"}', ""])
def test_who_does_not_say_who_it_is_is_no_peer(line: str) -> None:
    with pytest.raises(PeerError, match="expected who it is"), saying(line):
        pass


@pytest.mark.parametrize("answer", ["", "maybe", "YES", "1"])
def test_a_judgement_is_yes_or_no(answer: str) -> None:
    with saying(HELLO, answer) as peer, pytest.raises(PeerError, match="expected yes or no"):
        peer.accepts("good")


@pytest.mark.parametrize("answer", ["", "soon", "-1", "0.0", "nan", "inf"])
def test_a_time_is_a_number_of_seconds(answer: str) -> None:
    with saying(HELLO, answer) as peer, pytest.raises(PeerError, match="expected seconds"):
        peer.seconds(100)


def test_who_refuses_while_it_is_timed_has_no_figure() -> None:
    with saying(HELLO, "no") as peer, pytest.raises(PeerError, match="refused a good text"):
        peer.seconds(100)


def test_a_peer_that_ends_is_no_answer() -> None:
    with saying(HELLO) as peer:
        peer.process.wait()
        with pytest.raises(PeerError, match="ended"):
            peer.accepts("good")


@contextmanager
def serving(good: set[str], folder: Path) -> Iterator[Peer]:
    given = folder / "case.json"
    given.write_text(Case(0, [], ["a", "b"], "", []).as_json(), "utf-8")
    command = [sys.executable, "-c", JUDGE.format(good=good), str(given)]
    with started(command, ROOT) as peer:
        yield peer


def test_what_serves_the_protocol_is_understood(tmp_path: Path) -> None:
    with serving({"a", "b"}, tmp_path) as peer:
        assert peer.name == "real 1"
        assert peer.accepts("a")
        assert not peer.accepts("c")
        assert peer.seconds(3) > 0


def test_what_refuses_one_text_of_the_case_serves_no_time(tmp_path: Path) -> None:
    with serving({"a"}, tmp_path) as peer, pytest.raises(PeerError, match="refused a good text"):
        peer.seconds(3)


@pytest.mark.parametrize("form", [Code(ESP256), Code(ES256), Jwt()])
def test_a_case_is_read_back_as_it_was_written(form: Form) -> None:
    written = case(form, AT)
    assert parse_case(written.as_json()) == written
    assert len(set(written.texts)) == TEXTS


def ours(text: str) -> bool:
    trust, status = trust_at(AT), status_at(AT)
    answer = verify(text, at=AT, trust=trust, status=status, policy=POLICY)
    return answer.overall is Overall.VALID


def test_our_check_accepts_every_text_of_the_case() -> None:
    assert all(map(ours, case(Code(ESP256), AT).texts))


@pytest.mark.parametrize("wrong", sorted(probes(Code(ESP256), AT)))
def test_our_check_lets_nothing_through(wrong: str) -> None:
    assert not ours(probes(Code(ESP256), AT)[wrong])


def signed_jwt(text: str) -> bool:
    keys = {key.jwk["kid"]: ECKey.import_key({**key.jwk}) for key in case(Jwt(), AT).keys}
    try:
        jwt.decode(text, lambda token: keys[token.headers()["kid"]], algorithms=["ES256"])
    except (JoseError, KeyError):
        return False
    return True


def test_the_jwt_has_a_good_signature_and_the_spoiled_ones_none() -> None:
    assert all(map(signed_jwt, case(Jwt(), AT).texts))
    spoiled = probes(Jwt(), AT)
    assert not any(signed_jwt(spoiled[wrong]) for wrong in MUST_REFUSE)
    assert signed_jwt(spoiled["expired"])
    assert signed_jwt(spoiled["revoked"])
    assert signed_jwt(spoiled["a claim twice"])


def test_the_three_forms_are_asked_the_same() -> None:
    asked = [list(probes(form, AT)) for form in (Code(ESP256), Code(ES256), Jwt())]
    assert asked[0] == asked[1] == asked[2]
    assert asked[0][:2] == list(MUST_REFUSE[:2])


def test_without_the_peers_one_line_says_how_and_nothing_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not is_installed(tmp_path)
    assert list(comparison.rows(tmp_path)) == []
    assert capsys.readouterr().err.count("\n") == 1


def test_the_locks_name_no_address() -> None:
    for lock in (HERE / "requirements.lock", HERE / "node" / "package-lock.json"):
        assert "://" not in lock.read_text("utf-8")
    packages = json.loads((HERE / "node" / "package-lock.json").read_text("utf-8"))["packages"]
    assert all("integrity" in package for name, package in packages.items() if name)
