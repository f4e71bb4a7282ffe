"""The library `joserfc`: an ES256 JWT, its key found by kid, its times and its key's issuer."""

from importlib.metadata import version
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from benchmarks.peers.protocol import as_scanned, read_case, serve


def main() -> None:
    """Answer until the input ends."""
    case = read_case()
    keys = {key.jwk["kid"]: ECKey.import_key({**key.jwk}) for key in case.keys}
    registries = {
        key.jwk["kid"]: jwt.JWTClaimsRegistry(
            leeway=60,
            iss={"essential": True, "value": key.issuer},
            exp={"essential": True},
            iat={"essential": True},
        )
        for key in case.keys
    }

    def key_of(signed: Any) -> ECKey:
        return keys[signed.headers()["kid"]]

    def judge(text: str) -> bool:
        try:
            token = jwt.decode(text, key_of, algorithms=["ES256"])
            registries[token.header["kid"]].validate(token.claims)
        except (JoseError, ValueError, KeyError):
            return False
        return True

    serve(f"joserfc {version('joserfc')}", case, judge, as_scanned)


if __name__ == "__main__":
    main()
