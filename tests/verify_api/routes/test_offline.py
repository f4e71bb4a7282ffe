"""What a device keeps of the page: an explicit list, of one version, with nothing of the caller."""

import re
from http import HTTPStatus

import orjson

from tests_support.service_world import World
from verify_api.routes.offline import shell_files
from verify_api.static_files import static_files, static_version
from verify_api.verdict import Reason, State


def test_everything_that_is_kept_is_there_for_nobody_in_particular(world: World) -> None:
    client = world.client()
    with world.app.test_request_context("/"):
        files = shell_files()
    assert len(files) == len(set(files))
    for address in files:
        answer = client.get(address)
        assert answer.status_code == HTTPStatus.OK, address
        assert "Set-Cookie" not in answer.headers, address


def test_every_script_that_a_kept_file_imports_is_kept_as_well(world: World) -> None:
    with world.app.test_request_context("/"):
        kept = {address.split("/", 3)[3] for address in shell_files() if "static" in address}
    files = static_files()
    for name in kept:
        if not name.endswith((".js", ".mjs")) or name.startswith("vendor/"):
            continue
        text = files[name][0].decode()
        for imported in re.findall(r"""(?:from|import\() ?"\./([^"]+)""", text):
            folder = name.rpartition("/")[0]
            assert (f"{folder}/{imported}" if folder else imported) in kept, (name, imported)


def test_the_kept_page_shows_no_caller_even_to_one(world: World) -> None:
    client, _ = world.signed_in("congdan")
    signed_in = client.get("/offline/vi", headers={"Accept": "text/html"})
    nobody = world.client().get("/offline/vi", headers={"Accept": "text/html"})
    assert signed_in.data == nobody.data
    assert b"csrf" not in nobody.data
    assert "lang=" not in signed_in.headers.get("Set-Cookie", "")
    assert 'lang="en"' in world.client().get("/offline/en").text
    assert world.client().get("/offline/fr").status_code == HTTPStatus.NOT_FOUND


def test_the_worker_names_its_files_and_changes_with_them(world: World) -> None:
    answer = world.client().get("/service-worker.js")
    shell = orjson.loads(re.search(r"const SHELL = (\[.*?\]);", answer.text)[1])  # type: ignore[index]
    assert f"/static/{static_version()}/verify.js" in shell
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.content_type.startswith("text/javascript")
    assert not [one for one in shell if one.startswith(("/v1/", "/my", "/work"))]


def test_the_tables_are_those_of_the_service(world: World) -> None:
    tables = orjson.loads(world.client().get("/offline/tables.json").data)
    assert set(tables["answers"]["states"]) == {state.value for state in State}
    assert set(tables["answers"]["reasons"]) == {reason.value for reason in Reason}
    assert tables["version"] == static_version()
    assert tables["host"] == world.ports.settings.host
    assert tables["calendar"]["from"] == "2025-01-01"
    assert "2026-09-02" in tables["calendar"]["restDays"]  # National Day


def test_the_manifest_can_be_installed(world: World) -> None:
    client = world.client()
    answer = client.get("/manifest.webmanifest")
    assert answer.content_type == "application/manifest+json"
    manifest = orjson.loads(answer.data)
    assert (manifest["start_url"], manifest["display"]) == ("/", "standalone")
    for icon in manifest["icons"]:
        drawn = client.get(icon["src"])
        assert drawn.status_code == HTTPStatus.OK
        assert drawn.content_type == icon["type"]
