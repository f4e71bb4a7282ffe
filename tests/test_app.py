import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app import Clockwork, Settings, build, passphrase, read_settings
from ledger.errors import InvalidInputError, RefusedError

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_without_a_file_everything_lies_in_the_home(tmp_path: Path) -> None:
    settings = read_settings(tmp_path, {})
    assert settings.ledger == f"sqlite:///{tmp_path.resolve()}/ledger.db"
    assert settings.subject_keys != settings.ledger
    assert settings.authority("CA01").province == "01"


def test_a_file_changes_settings_and_the_environment_comes_above_it(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(
        'host = "a.example"\nledger = "postgresql:///x"\nspecimen = false\n'
        '[[authorities]]\ncode = "CA79"\nprovince = "79"\nname_vi = "Mẫu"\nname_en = "Specimen"\n',
        "utf-8",
    )
    settings = read_settings(tmp_path, {"RECORDS_HOST": "b.example", "RECORDS_VIEWS": ""})
    assert (settings.host, settings.ledger) == ("b.example", "postgresql:///x")
    assert not settings.specimen
    assert settings.authority("CA79").name.en == "Specimen"


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"host =", "not_toml"),
        (b"\xff\xfe", "not_toml"),
        (b"colour = 1", "unknown_setting"),
        (b"[[authorities]]\ncode = 'CA1'", "unknown_setting"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(
    tmp_path: Path, content: bytes, rule: str
) -> None:
    (tmp_path / "settings.toml").write_bytes(content)
    with pytest.raises(InvalidInputError) as caught:
        read_settings(tmp_path, {})
    assert caught.value.rule == rule


def test_an_authority_that_is_not_in_the_settings_is_unknown(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError):
        Settings(tmp_path).authority("XX")


def test_the_passphrase_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    first = passphrase(settings)
    assert len(first) >= 40
    assert passphrase(settings) == first
    assert stat.S_IMODE((tmp_path / "passphrase").stat().st_mode) == 0o600


def test_a_passphrase_that_the_service_manager_hands_over_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "records-passphrase").write_text("from the manager\n", "ascii")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert passphrase(Settings(tmp_path / "home")) == b"from the manager"
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "empty"))
    (tmp_path / "home").mkdir()
    assert passphrase(Settings(tmp_path / "home")) != b"from the manager"


def test_a_new_home_is_an_empty_ledger_and_opens_again(tmp_path: Path) -> None:
    for _ in range(2):
        system = build(Settings(tmp_path / "home", key_memory_mib=8))
        try:
            assert system.facts.head() == 0
            assert {g.view for g in system.views.generations()} == set(system.views.views)
            assert system.accounts.all() == []
            assert system.api_tokens.all() == []
            with pytest.raises(RefusedError):
                system.issuing_key("CA01", 1)
            with pytest.raises(RefusedError):
                system.document_signer("CA01")
            assert system.act("a", "system").at.tzinfo is not None
        finally:
            system.close()


def test_a_ledger_opens_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    url = postgres_url
    settings = Settings(tmp_path / "home", url, url, url, url, key_memory_mib=8)
    system = build(settings)
    try:
        assert system.facts.head() == 0
    finally:
        system.close()


def test_identifiers_of_events_sort_by_time_and_never_repeat() -> None:
    ids = [Clockwork.new_event_id() for _ in range(1_000)]
    assert len(set(ids)) == 1_000
    assert all(made.version == 7 for made in ids)
    assert Clockwork.new_id().version == 4
