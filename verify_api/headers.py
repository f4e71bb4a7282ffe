"""Security headers of every answer: nothing from elsewhere, nothing kept, no address passed on."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from werkzeug.wrappers import Response

_POLICY: Final = (
    "default-src 'none'; script-src 'self'{wasm}; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
PAGE_POLICY: Final = _POLICY.format(wasm="")
SCAN_POLICY: Final = _POLICY.format(wasm=" 'wasm-unsafe-eval'")
"""Of the one page that runs the scanner's WebAssembly and may use the camera."""

_NO_DEVICES: Final = "camera=(), microphone=(), geolocation=()"
_CAMERA: Final = "camera=(self), microphone=(), geolocation=()"

COMMON: Final[Mapping[str, str]] = MappingProxyType({
    "Content-Security-Policy": PAGE_POLICY,
    "Permissions-Policy": _NO_DEVICES,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
})  # fmt: skip

SCAN: Final[Mapping[str, str]] = MappingProxyType({
    "Content-Security-Policy": SCAN_POLICY,
    "Permissions-Policy": _CAMERA,
})  # fmt: skip

HSTS: Final = "max-age=63072000; includeSubDomains"
"""Two years; only where the service is reached by https."""

PUBLISHED: Final[Mapping[str, str]] = MappingProxyType({
    # Lists are signed, public, and read by pages and programs of other sites.
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
})  # fmt: skip


def secure(response: Response, *, https: bool) -> None:
    """Add what ``response`` does not say itself."""
    headers = response.headers
    said = {name.lower() for name, _ in headers}  # one pass: each look-up would be a search
    for name, lower, value in _EVERY_ANSWER:
        if lower not in said:
            headers.add(name, value)
    if https:
        headers["Strict-Transport-Security"] = HSTS


_EVERY_ANSWER: Final = tuple((name, name.lower(), value) for name, value in COMMON.items())
