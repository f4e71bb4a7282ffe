"""A simulated day: what arrives when, sent to the real service, and what is told of it."""

import json
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server

from app import System
from cli import main
from doors import join
from ledger.errors import InvalidInputError
from shell import local_witness, simulate
from shell.errors import NoAnswerError, NoHomeError, UnsafeAddressError
from shell.simulate_acts import Acts
from shell.simulate_client import Client
from shell.simulate_day import CURVE, Arrival, Kind, Plan, arrivals
from shell.simulate_tally import Tally, percentile
from shell.simulate_world import cast
from verify_api.picture import media_type_of, read_codes
from verify_api.ports import ServiceSettings

WHOLE_DAY = Plan(hours=24, begins=0, factor=1_000, rate=60)


@contextmanager
def serving(system: System) -> Iterator[str]:
    """Serve ``system`` on a loopback port."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    url = f"http://127.0.0.1:{server.server_port}"
    server.app = join(system, ServiceSettings(url, demo=True), read_codes, media_type_of)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def at_noon_of(count: int) -> list[Arrival]:
    return [Arrival(0.0, Kind.VISIT) for _ in range(count)]


def test_a_day_has_about_what_the_country_has() -> None:
    arrived = Counter(one.kind for one in arrivals(WHOLE_DAY, random.Random(1)))
    for kind in Kind:
        mean = WHOLE_DAY.expected(kind)
        assert abs(arrived[kind] - mean) <= 5 * mean**0.5 + 1, kind
    assert max(arrived, key=lambda kind: arrived[kind]) is Kind.VERIFICATION
    assert round(WHOLE_DAY.expected(Kind.VISIT)) == 630


def test_arrivals_come_in_order_within_the_time_that_it_takes() -> None:
    found = list(arrivals(WHOLE_DAY, random.Random(2)))
    assert found == sorted(found)
    assert found[-1].at <= WHOLE_DAY.seconds == 24 * 60


def test_the_hours_of_a_day_are_not_alike() -> None:
    by_hour = Counter(int(one.at // 60) for one in arrivals(WHOLE_DAY, random.Random(3)))
    assert by_hour[9] > 3 * by_hour[12] > 3 * by_hour[23] > 0
    assert len(CURVE) == 24


def test_a_part_of_a_day_has_its_part_over_midnight_too() -> None:
    late = Plan(hours=3, begins=22.5, factor=1, rate=1)
    weight = CURVE[22] / 2 + CURVE[23] + CURVE[0] + CURVE[1] / 2
    share = weight / sum(CURVE)
    assert late.expected(Kind.VISIT) == pytest.approx(230_000_000 / 365 * share)
    assert all(one.at >= 0 for one in arrivals(Plan(3, 22.5, 1_000, 60), random.Random(4)))


@pytest.mark.parametrize(
    ("hours", "begins", "factor", "rate"),
    [(0, 8, 1, 1), (25, 8, 1, 1), (1, 24, 1, 1), (1, -1, 1, 1), (1, 8, 0, 1), (1, 8, 1, 0)],
)
def test_what_is_no_plan_is_refused(hours: float, begins: float, factor: int, rate: float) -> None:
    with pytest.raises(InvalidInputError) as refused:
        Plan(hours, begins, factor, rate)
    assert refused.value.rule == "simulated_day"


def test_percentiles_are_values_that_were_measured() -> None:
    assert [percentile(list(range(1, 101)), share) for share in (50, 95, 99)] == [50, 95, 99]
    assert percentile([7.0], 99) == 7.0
    assert percentile([], 50) is None


def test_a_slow_service_slows_no_arrival_down() -> None:
    """Twenty arrive at once; all have begun before any is answered."""

    class Waiting:
        def __init__(self) -> None:
            self.begun = threading.Barrier(20)

        def play(self, kind: Kind, due: float) -> None:
            del kind, due
            self.begun.wait(20)

    simulate.play(Waiting(), at_noon_of(20), clock=monotonic, stop=Event(), tell=lambda _: None)


def test_too_few_threads_are_told_as_lateness() -> None:
    now = [0.0]
    tally = Tally()

    class Slow:
        def play(self, kind: Kind, due: float) -> None:
            tally.began(kind, now[0] - due)
            now[0] += 1.0

    simulate.play(
        Slow(), at_noon_of(4), clock=lambda: now[0], stop=Event(), tell=lambda _: None, threads=1
    )
    assert tally.report(4.0)["all"]["late_ms"]["p99"] == 3_000


def test_it_ends_when_it_is_asked_to() -> None:
    stop, played = Event(), list[Kind]()

    class Once:
        def play(self, kind: Kind, due: float) -> None:
            del due
            played.append(kind)
            stop.set()

    later = [Arrival(0.0, Kind.VISIT), Arrival(3_600.0, Kind.VISIT)]
    simulate.play(Once(), later, clock=monotonic, stop=stop, tell=lambda _: None)
    assert played == [Kind.VISIT]


def test_a_fault_of_ours_ends_the_day_and_shows() -> None:
    class Broken:
        def play(self, kind: Kind, due: float) -> None:
            raise KeyError(kind, due)

    with pytest.raises(KeyError):
        simulate.play(Broken(), at_noon_of(1), clock=monotonic, stop=Event(), tell=lambda _: None)


def test_everything_that_arrives_comes_to_its_end(system: System) -> None:
    system.projector.catch_up()
    tally = Tally()
    with serving(system) as url:
        client = Client(url, monotonic)
        acts = Acts(
            client, cast(system, client), tally, monotonic, system.clockwork.now,
            random.Random(5), run=5,
        )  # fmt: skip
        for kind in Kind:
            acts.play(kind, monotonic())
            acts.play(kind, monotonic())
    told = tally.report(1.0)
    assert told["all"]["errors"] == {}
    assert {kind: told["kinds"][kind]["done"] for kind in Kind} == dict.fromkeys(Kind, 2)
    assert told["kinds"]["application"]["requests"] == 2 * 12
    system.projector.catch_up()
    local_witness.publish(system)
    home = str(system.settings.home)
    audited = CliRunner().invoke(main, ["--home", home, "audit", "verify"])
    assert audited.exit_code == 0, audited.output


def test_a_short_run_tells_rates_latencies_and_errors(system: System) -> None:
    with serving(system) as url:
        home = str(system.settings.home)
        command = ["--home", home, "simulate", "--hours", "0.1", "--scale", "1:2000"]
        ran = CliRunner().invoke(main, [*command, "--rate", "300", "--url", url, "--json"])
        table = CliRunner().invoke(main, [*command, "--rate", "900", "--url", url])
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert told["scale"] == "1:2000"
    assert not told["ended_early"]
    assert told["all"]["arrived"] == sum(one["arrived"] for one in told["kinds"].values()) > 0
    assert told["all"]["latency_ms"]["p50"] <= told["all"]["latency_ms"]["p99"]
    assert table.exit_code == 0, table.output
    assert "late p99 ms" in table.stdout


def test_errors_are_told_by_problem_type(system: System) -> None:
    tally = Tally()
    with serving(system) as url:
        client = Client(url, monotonic)
        people = cast(system, client)
        acts = Acts(client, people, tally, monotonic, system.clockwork.now, random.Random(6), run=6)
        acts.play(Kind.REFERRAL, monotonic())
        again = Acts(client, people, tally, monotonic, system.clockwork.now, random.Random(6), 6)
        again.play(Kind.REFERRAL, monotonic())
    told = tally.report(1.0)["kinds"]["referral"]
    assert (told["arrived"], told["done"]) == (2, 1)
    assert told["errors"] == {"refused/own_number_taken": 1}


def test_a_service_that_is_away_is_said_at_once(system: System) -> None:
    with pytest.raises(NoAnswerError, match="no_answer"):
        cast(system, Client("http://127.0.0.1:9", monotonic))


@pytest.mark.parametrize("url", ["http://192.0.2.1:8000", "http://example.org"])
def test_load_is_sent_to_this_machine_only(url: str) -> None:
    with pytest.raises(UnsafeAddressError):
        Client(url, monotonic)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "https://127.0.0.1", "127.0.0.1:8000"])
def test_an_address_is_an_http_one(url: str) -> None:
    with pytest.raises(InvalidInputError):
        Client(url, monotonic)


def test_a_home_without_a_demonstration_has_nobody_to_act(system: System, tmp_path: Path) -> None:
    del tmp_path
    (system.settings.home / "demo.json").unlink()
    with pytest.raises(NoHomeError, match="records demo"):
        cast(system, Client("http://127.0.0.1:9", monotonic))
