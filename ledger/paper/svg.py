"""A QR symbol as an SVG of one path: one ``M x y h n`` for each run of dark modules."""

from ledger.paper.symbol import QUIET_ZONE_MODULES, Symbol, dark_runs


def write_svg(symbol: Symbol, *, side_mm: float | None = None, label: str = "") -> str:
    """Return ``symbol`` with its quiet zone as an SVG document, one unit a module.

    Args:
        symbol: What to draw.
        side_mm: Width of the symbol itself when printed; None leaves the size to the page.
        label: What the picture is, for those who do not see it; plain text.
    """
    modules = symbol.size + 2 * QUIET_ZONE_MODULES
    size = ""
    if side_mm is not None:
        whole = f"{side_mm * modules / symbol.size:.3f}mm"
        size = f' width="{whole}" height="{whole}"'
    title = f"<title>{_escaped(label)}</title>" if label else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {modules} {modules}"'
        f'{size} shape-rendering="crispEdges">{title}'
        f'<path fill="#fff" d="M0 0h{modules}v{modules}H0z"/>'
        f'<path stroke="#000" d="{path_data(symbol)}"/></svg>'
    )


def path_data(symbol: Symbol) -> str:
    """Return the path data of all dark runs, stroked one unit wide along their middle."""
    half = QUIET_ZONE_MODULES + 0.5
    return "".join(
        f"M{left + QUIET_ZONE_MODULES} {top + half}h{length}"
        for left, top, length in dark_runs(symbol)
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
