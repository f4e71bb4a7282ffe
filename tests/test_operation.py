"""The files for operating the service name only what there is: commands, settings, figures."""

import json
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import pytest
import yaml  # type: ignore[import-untyped]

from cli import main
from settings import Settings
from tests_support.absence import absent

ROOT = Path(__file__).parents[1]
OPERATE = ROOT / "docs" / "operate"
UNITS = sorted((OPERATE / "systemd").glob("*.service"))
HARDENED = (
    "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes",
    "PrivateDevices=yes", "CapabilityBoundingSet=", "SystemCallFilter=@system-service",
    "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX", "UMask=0077", "LimitCORE=0",
)  # fmt: skip


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((OPERATE / "compose.yml").read_text("utf-8"))
    return read


def containerfile() -> str:
    return (OPERATE / "Containerfile").read_text("utf-8")


def unit(path: Path) -> dict[str, list[str]]:
    """Return the lines of a unit by their names."""
    found: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


def commands() -> Iterator[tuple[str, list[str]]]:
    """Yield every command line in the files, without the program's own name."""
    for name, service in compose()["services"].items():
        if service["image"] == "records-ledger":
            yield f"compose {name}", ["--home", "/x", *service["command"]]
    for path in UNITS:
        yield path.name, shlex.split(unit(path)["ExecStart"][0])[1:]
    entry = json.loads(re.findall(r"^ENTRYPOINT (.*)$", containerfile(), re.MULTILINE)[0])
    command = json.loads(re.findall(r"^CMD (.*)$", containerfile(), re.MULTILINE)[0])
    yield "Containerfile", [*entry[1:], *command]


@pytest.mark.parametrize("given", list(commands()), ids=lambda one: str(one[0]))
def test_every_command_is_one_that_the_program_has(given: tuple[str, list[str]]) -> None:
    _, words = given
    context = click.Context(main, info_name="records")
    command: click.Command = main
    rest = main.make_parser(context).parse_args(list(words))[1]
    while isinstance(command, click.Group):
        found = command.get_command(context, rest[0])
        assert found is not None, rest[0]
        command = found
        rest = rest[1:]
    parsed, left, _ = command.make_parser(click.Context(command)).parse_args(rest)
    assert left == []
    for option in command.params:
        if option.name in parsed:
            option.type_cast_value(context, parsed[option.name])


def test_every_variable_is_one_that_the_program_reads() -> None:
    code = "".join(
        path.read_text("utf-8")
        for folder in (ROOT, ROOT / "shell", ROOT / "shell" / "commands")
        for path in folder.glob("*.py")
    )
    known = {f"RECORDS_{one.name.upper()}" for one in fields(Settings)}
    named = set(re.findall(r"\bRECORDS_[A-Z_]+|\bCREDENTIALS_DIRECTORY\b", _all_files()))
    assert named
    assert {name for name in named if name not in known and f'"{name}"' not in code} == set()


def _all_files() -> str:
    files = [one for one in OPERATE.rglob("*") if one.is_file()]
    return "".join(one.read_text("utf-8") for one in files)


def test_the_settings_are_settings_and_keys_lie_apart(tmp_path: Path) -> None:
    said = tomllib.loads((OPERATE / "settings.toml").read_text("utf-8"))
    settings = Settings(tmp_path, **said)
    assert settings.subject_keys.rpartition("/")[2] == "records_keys"
    assert settings.ledger.rpartition("/")[2] == "records"
    made = re.findall(r"CREATE DATABASE (\w+)", (OPERATE / "databases.sql").read_text("utf-8"))
    named = {said[name].rpartition("/")[2] for name in ("subject_keys", "callers")}
    assert named == set(made)


def test_images_are_named_without_a_host_and_nothing_secret_is_in_them() -> None:
    images = re.findall(r"^FROM (\S+)", containerfile(), re.MULTILINE)
    images += [service["image"] for service in compose()["services"].values()]
    assert all("." not in image.partition(":")[0] and "/" not in image for image in images)
    assert "--require-hashes" in containerfile()
    for name in ("passphrase", "PASSWORD", "secret"):
        assert not re.search(rf"^(ENV|ARG|COPY|RUN).*{name}", containerfile(), re.MULTILINE)


def test_what_the_image_copies_is_there() -> None:
    for line in re.findall(r"^COPY (?!--from)(.*)$", containerfile(), re.MULTILINE):
        *sources, _ = line.split()
        assert all((ROOT / source).exists() for source in sources), line


def test_the_image_has_every_module_that_the_project_installs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    copied = set(" ".join(re.findall(r"^COPY (.*)$", containerfile(), re.MULTILINE)).split())
    built = project["tool"]["setuptools"]
    packages = {one.removesuffix("*") for one in built["packages"]["find"]["include"]}
    assert {f"{name}.py" for name in built["py-modules"]} | packages <= copied


def test_every_long_process_is_watched_ends_gently_and_may_do_little() -> None:
    services = compose()["services"]
    assert {"web", "worker", "log", "witness", "database", "begin"} <= set(services)
    for name in ("web", "worker", "log", "witness"):
        service = services[name]
        assert service["healthcheck"]["test"][0] == "CMD"
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert service["stop_grace_period"] == "45s"
    for volume in ("home", "database", "witness"):
        assert volume in compose()["volumes"]
    assert set(compose()["secrets"]) == {"records-passphrase", "witness-passphrase", "database"}


def test_there_is_a_unit_for_each_process_with_its_walls_and_its_credential() -> None:
    names = {path.stem for path in UNITS}
    assert names == {"records-web", "records-worker", "records-log", "records-witness"}
    for path in UNITS:
        lines, said = path.read_text("utf-8").splitlines(), unit(path)
        assert [one for one in HARDENED if one not in lines] == [], path.name
        credential = said["LoadCredentialEncrypted"][0].partition(":")[0]
        assert credential in {"records-passphrase", "witness-passphrase"}
        assert said["KillMode"] == ["mixed"]
        assert said["User"] != ["root"]


def test_the_service_manager_can_read_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        absent("no systemd-analyze on this machine")
    for path in UNITS:
        # The program stands elsewhere here: only that line is another one.
        text = re.sub("ExecStart=[^ ]+", "ExecStart=/bin/true", path.read_text("utf-8"))
        text = text.replace("WorkingDirectory=/opt/records", "WorkingDirectory=/")
        (tmp_path / path.name).write_text(text, "utf-8")
        told = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", str(tmp_path / path.name)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        about = [line for line in told.stderr.splitlines() if path.name in line]
        assert about == [], about
