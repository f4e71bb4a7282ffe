"""Whom a verifier believes for foreign formats, by its files, and each way to say it wrong."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ledger.errors import InvalidInputError
from tests_support.foreign_vectors import CARD_ISSUER, CARD_KID, KEY
from verify_api.profiles.foreign import NO_FOREIGN_TRUST
from verify_api.profiles.trust_files import read_trust_files

INDEX = f"""
[[hcert]]
name = "Bộ Mẫu"
keys = ["issuer.pem", "issuer.json"]

[[smart_health_cards]]
name = "Clinic"
url = "{CARD_ISSUER}"
keys = ["issuer.json"]
revoked = ["revoked.json", "more.json"]

[[claim_169]]
name = "Registry"
keys = ["issuer.pem"]
"""
REVOKED = {"kid": CARD_KID, "method": "rid", "ctr": 1, "rids": ["a", "b.5"]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the files that `INDEX` names."""
    pem = KEY.public.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "issuer.pem").write_bytes(pem)
    (tmp_path / "issuer.json").write_text(json.dumps({"keys": [KEY.public.jwk()]}), "utf-8")
    (tmp_path / "revoked.json").write_text(json.dumps(REVOKED), "utf-8")
    (tmp_path / "more.json").write_text(json.dumps({**REVOKED, "rids": ["c"]}), "utf-8")
    return tmp_path


def read(folder: Path, text: str) -> object:
    index = folder / "trust.toml"
    index.write_text(text, "utf-8")
    return read_trust_files(index)


def test_issuers_are_read_with_their_keys_addresses_and_revocations(folder: Path) -> None:
    (folder / "trust.toml").write_text(INDEX, "utf-8")
    trust = read_trust_files(folder / "trust.toml")
    (health,), (cards,), (identities,) = trust.hcert, trust.smart_health_cards, trust.claim_169
    assert (health.name, len(health.keys)) == ("Bộ Mẫu", 2)
    assert (cards.name, cards.url) == ("Clinic", CARD_ISSUER)
    assert [key.kid for key in cards.keys] == [CARD_KID]  # by thumbprint, whatever the file says
    assert (identities.name, identities.url) == ("Registry", None)
    assert trust.revoked_cards == {CARD_KID: {"a": None, "b": 5, "c": None}}
    assert trust.until is None


def test_a_file_that_names_nobody_believes_nobody(folder: Path) -> None:
    assert read(folder, "") == NO_FOREIGN_TRUST


CARDS = f'[[smart_health_cards]]\nname = "A"\nurl = "{CARD_ISSUER}"\n'
WRONG = {
    "no TOML": ("[[", "foreign_trust: trust.toml", "not_toml"),
    "an unknown format": ("[[sdjwt]]\n", "foreign_trust: trust.toml: sdjwt", "unknown_format"),
    "one table": ("[hcert]\n", "foreign_trust: trust.toml: hcert", "form"),
    "a value": ("hcert = 5\n", "foreign_trust: trust.toml: hcert", "form"),
    "no keys": ('[[hcert]]\nname = "A"\n', "foreign_trust: trust.toml: hcert[1]", "members"),
    "an unknown member": (
        '[[hcert]]\nname = "A"\nkeys = ["issuer.pem"]\nurl = "a"\n',
        "foreign_trust: trust.toml: hcert[1]", "members"),
    "cards without an address": (
        '[[smart_health_cards]]\nname = "A"\nkeys = ["issuer.json"]\n',
        "foreign_trust: trust.toml: smart_health_cards[1]", "members"),
    "a name that is none": (
        '[[hcert]]\nname = " "\nkeys = ["issuer.pem"]\n',
        "foreign_trust: trust.toml: hcert[1].name", "form"),
    "keys that are no list": (
        '[[hcert]]\nname = "A"\nkeys = "issuer.pem"\n',
        "foreign_trust: trust.toml: hcert[1].keys", "form"),
    "an empty list of keys": (
        '[[hcert]]\nname = "A"\nkeys = []\n', "foreign_trust: trust.toml: hcert[1].keys", "form"),
    "a file that is not there": (
        '[[hcert]]\nname = "A"\nkeys = ["gone.pem"]\n', "foreign_trust: gone.pem",
        "unreadable_file"),
    "a file of no keys": (
        '[[hcert]]\nname = "A"\nkeys = ["trust.toml"]\n', "foreign_trust: trust.toml",
        "key_format"),
    "cards' keys that are no key set": (
        CARDS + 'keys = ["issuer.pem"]\n', "foreign_trust: issuer.pem", "key_format"),
    "cards' keys for something else": (
        CARDS + 'keys = ["other.json"]\n', "foreign_trust: other.json", "no_keys"),
    "revocations that are none": (
        CARDS + 'keys = ["issuer.json"]\nrevoked = ["issuer.json"]\n',
        "foreign_trust: issuer.json", "revocation_list"),
    "too large a file": (
        '[[hcert]]\nname = "A"\nkeys = ["large.pem"]\n', "foreign_trust: large.pem", "too_long"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named_with_its_file(folder: Path, name: str) -> None:
    other = {"keys": [{**KEY.public.jwk(), "use": "enc"}]}
    (folder / "other.json").write_text(json.dumps(other), "utf-8")
    (folder / "large.pem").write_bytes(bytes((1 << 20) + 1))
    text, place, rule = WRONG[name]
    with pytest.raises(InvalidInputError) as refused:
        read(folder, text)
    assert (refused.value.place, refused.value.rule) == (place, rule)


def test_a_folder_is_no_file(folder: Path) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_trust_files(folder)
    assert refused.value.rule == "unreadable_file"
