"""The witness over HTTP, in this process."""

from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from ledger.transparency.note import parse_note
from ledger.transparency.witness_request import LARGEST_REQUEST, SIZE_TYPE
from ledger.transparency.witnessing import Reply
from tests_support.memory_log import ORIGIN, MemoryLog
from tests_support.witness_bench import Bench, asked, entries
from verify_api.witness import LocalWitness
from verify_api.witness_app import create_witness_app

HASH = sha256(ORIGIN.encode()).hexdigest()


@pytest.fixture
def client(witness: LocalWitness, bench: Bench) -> FlaskClient:
    return create_witness_app(
        witness, name=bench.name, monotonic=lambda: 0.0, prefix="/w1"
    ).test_client()


def test_cosignatures_come_as_text(client: FlaskClient, log: MemoryLog) -> None:
    answer = client.post("/add-checkpoint", data=asked(log, 0))
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    assert answer.text.startswith("— witness.example/one ")
    assert answer.text.count("\n") == 2
    again = client.post("/add-checkpoint", data=asked(log, 0))
    assert (again.status_code, again.text) == (409, "3\n")
    assert again.headers["Content-Type"] == SIZE_TYPE


def test_it_is_served_under_a_prefix_too(client: FlaskClient, log: MemoryLog) -> None:
    assert client.post("/w1/add-checkpoint", data=asked(log, 0)).status_code == 200
    assert client.get(f"/w1/{HASH}/checkpoint").data == client.get(f"/{HASH}/checkpoint").data


def test_whoever_asks_sees_the_newest_head_with_all_signatures(
    client: FlaskClient, log: MemoryLog
) -> None:
    assert client.get(f"/{HASH}/checkpoint").status_code == 404
    reply = client.post("/add-checkpoint", data=asked(log, 0))
    answer = client.get(f"/{HASH}/checkpoint")
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert len(parse_note(answer.data).signatures) == 4
    assert answer.data.endswith(reply.data)
    assert client.get(f"/{'0' * 64}/checkpoint").status_code == 404


def test_a_form_is_a_body_as_any_other(client: FlaskClient, log: MemoryLog) -> None:
    answer = client.post(
        "/add-checkpoint", data=asked(log, 0), content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 200


def test_a_body_that_is_too_long_is_refused(client: FlaskClient) -> None:
    answer = client.post("/add-checkpoint", data=b"x" * (LARGEST_REQUEST + 1))
    assert (answer.status_code, answer.mimetype) == (413, "text/plain")


def test_a_body_of_no_told_length_is_refused_when_it_is_too_long(client: FlaskClient) -> None:
    stream = BytesIO(b"x" * (4 * LARGEST_REQUEST))
    answer = client.post(
        "/add-checkpoint", input_stream=stream,
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )  # fmt: skip
    assert 0 < stream.tell() <= 2 * LARGEST_REQUEST  # it is not read to its end
    assert answer.status_code == 413


def test_other_methods_and_places_are_refused_in_one_line(client: FlaskClient) -> None:
    assert client.get("/add-checkpoint").status_code == 405
    assert client.get("/nothing").text == "not found\n"


def test_it_says_who_it_is(client: FlaskClient, witness: LocalWitness) -> None:
    told = client.get("/").json
    assert told is not None
    assert told["name"] == "witness.example/one"
    assert told["keys"] == [key.vkey for key in witness.keys]


def test_it_is_ready_while_its_memory_is_whole(
    client: FlaskClient, bench: Bench, log: MemoryLog
) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").json == {"ready": True}
    client.post("/add-checkpoint", data=asked(log, 0))
    (bench.folder / "marker").unlink()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"ready": False, "why": "marker_missing"})
    assert client.get("/healthz").status_code == 200


def test_a_database_that_does_not_answer_is_told_to_who_looks(
    client: FlaskClient, witness: LocalWitness
) -> None:
    witness.store.close()
    assert client.get("/readyz").json == {"ready": False, "why": "store_unavailable"}
    assert client.get(f"/{HASH}/checkpoint").status_code == 503


def test_figures_say_how_each_log_stands(client: FlaskClient, log: MemoryLog) -> None:
    assert f'records_witness_size{{origin="{ORIGIN}"}} 0.0' in client.get("/metrics").text
    client.post("/add-checkpoint", data=asked(log, 0))
    fork = MemoryLog(keys=log.keys)
    fork.add(*entries(0, 3, "other"))
    with capture_logs() as lines:
        client.post("/add-checkpoint", data=asked(fork, 3))
    assert [(one["event"], one["suspicion"]) for one in lines] == [("head_refused", "fork")]
    text = client.get("/metrics").text
    assert f'records_witness_size{{origin="{ORIGIN}"}} 3.0' in text
    assert f'records_witness_suspicious{{origin="{ORIGIN}",suspicion="fork"}} 1.0' in text
    endpoint = "protocol.add_checkpoint"
    assert f'records_witness_answers_total{{endpoint="{endpoint}",status="422"}} 1.0' in text


def test_a_fault_of_ours_quotes_nothing_that_was_sent(bench: Bench) -> None:
    class Faulty(LocalWitness):
        def add_checkpoint(self, body: bytes) -> Reply:  # type: ignore[explicit-override]
            raise RuntimeError(f"cannot do {body.decode()}")

    whole = bench.open()
    faulty = Faulty(
        logs=whole.logs, signers=whole.signers, store=whole.store, marker=whole.marker,
        now=bench.clock.now,
    )  # fmt: skip
    app = create_witness_app(faulty, name="w", monotonic=lambda: 0.0)
    with capture_logs() as lines:
        answer = app.test_client().post("/add-checkpoint", data=b"a secret")
    assert (answer.status_code, answer.text) == (500, "internal server error\n")
    assert "secret" not in repr(lines)
    assert lines[0]["error"] == "RuntimeError"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_sent_the_answer_is_one_of_the_protocols(
    data: st.DataObject, client: FlaskClient, log: MemoryLog
) -> None:
    good = asked(log, 0)
    body = data.draw(
        st.binary(max_size=200)
        | st.integers(0, len(good)).map(lambda cut: good[:cut])
        | st.tuples(st.integers(0, len(good) - 1), st.binary(min_size=1, max_size=2)).map(
            lambda change: good[: change[0]] + change[1] + good[change[0] + 1 :]
        )
    )
    answer = client.post("/add-checkpoint", data=body)
    assert answer.status_code in {200, 400, 403, 404, 409, 422}
    if answer.status_code == 409:
        assert answer.text == "3\n"


def test_no_file_of_it_is_open_to_others(bench: Bench, witness: LocalWitness) -> None:
    for file in ("witness.db", "marker"):
        assert (Path(bench.folder) / file).stat().st_mode & 0o077 == 0
