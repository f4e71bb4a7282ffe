"""The files by which a service believes our own credentials in foreign formats."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests_support.foreign_vectors import (
    CARD_ISSUER,
    CARD_KID,
    IDENTITY_ISSUER,
    IDENTITY_KEY,
    KEY,
    KID,
)

FILE: Final = "foreign/trust.toml"
INDEX: Final = f"""
[[hcert]]
name = "Bộ Mẫu"
keys = ["health.json"]

[[smart_health_cards]]
name = "Phòng khám Mẫu"
url = "{CARD_ISSUER}"
keys = ["cards.json"]
revoked = ["revoked.json"]

[[claim_169]]
name = "Sổ Mẫu"
url = "{IDENTITY_ISSUER}"
keys = ["identity.pem"]
"""


def write_trust(home: Path) -> str:
    """Write the files below ``home``; return the setting that names them."""
    folder = (home / FILE).parent
    folder.mkdir()
    jwk, kid = KEY.public.jwk(), b64encode(KID).decode()
    revoked = {"kid": CARD_KID, "method": "rid", "ctr": 1, "rids": ["gone"]}
    pem = IDENTITY_KEY.public.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "health.json").write_text(json.dumps({"keys": [{**jwk, "kid": kid}]}), "utf-8")
    (folder / "cards.json").write_text(json.dumps({"keys": [jwk]}), "utf-8")
    (folder / "revoked.json").write_text(json.dumps(revoked), "utf-8")
    (folder / "identity.pem").write_bytes(pem)
    (home / FILE).write_text(INDEX, "utf-8")
    return FILE
