import json
from pathlib import Path

from click.testing import CliRunner
from openapi_spec_validator import validate

from cli import main


def test_the_interface_is_printed_without_a_ledger(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        main, ["--home", str(tmp_path / "none"), "openapi", "--server", "https://records.example"]
    )
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    validate(told)
    assert told["servers"] == [{"url": "https://records.example"}]
    assert {"/v1/verify", "/v1/portal/dossiers"} <= set(told["paths"])
    assert not (tmp_path / "none").exists()
