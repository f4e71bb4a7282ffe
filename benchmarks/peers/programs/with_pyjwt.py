"""The library `PyJWT`: an ES256 JWT, its key found by kid, its times and its key's issuer.

The header is the same for all tokens of a key, so which key it names is kept by its text: the
library's own ways to ask read a token twice.
"""

from functools import lru_cache

import jwt

from benchmarks.peers.protocol import as_scanned, read_case, serve

_REQUIRED: jwt.types.Options = {"require": ["exp", "iat", "iss"]}


def main() -> None:
    """Answer until the input ends."""
    case = read_case()
    keys = {key.jwk["kid"]: (jwt.PyJWK(key.jwk), key.issuer) for key in case.keys}

    @lru_cache(maxsize=1024)
    def key_of(header: str) -> tuple[jwt.PyJWK, str]:
        return keys[jwt.get_unverified_header(f"{header}.e30.AA")["kid"]]

    def judge(text: str) -> bool:
        try:
            key, issuer = key_of(text.partition(".")[0])
            jwt.decode(
                text, key.key, algorithms=["ES256"], issuer=issuer, leeway=60, options=_REQUIRED
            )
        except (jwt.PyJWTError, KeyError):
            return False
        return True

    serve(f"PyJWT {jwt.__version__}", case, judge, as_scanned)


if __name__ == "__main__":
    main()
