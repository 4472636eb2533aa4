"""Our figures inside a page: their SVG without what only a file of its own needs, all names made its own.

A figure that was written to the results folder is taken from there, as long as it is the very file that the
manifest names; else it is drawn again. What figures show is left to `sim/plots/`.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from sim.manifest import fingerprint
from sim.plots.style import Picture, picture_bytes
from sim.report.parts import Drawing

_HEAD = re.compile(r"\A.*?(?=<svg)", re.DOTALL)
_OPENING = re.compile(r"<svg[^>]*>")
_VIEW = re.compile(r'viewBox="([\d. -]+)"')
_NEEDLESS = re.compile(r"<!--.*?-->|<metadata>.*?</metadata>|<style[^>]*>.*?</style>", re.DOTALL)
_EMPTY = re.compile(r"<defs>\s*</defs>")
_SPACE = re.compile(r"\s*\n\s*")
_NAMED = re.compile(r'( id="|(?:xlink:)?href="#|url\(#)')


def drawing(
    name: str,
    draw: Callable[[], Picture],
    *,
    caption: str,
    folder: Path | None = None,
    manifest: Mapping[str, Any] | None = None,
) -> Drawing:
    """The figure of that name, from the folder's `figures/` where that is whole, else drawn now."""
    file = f"figures/{name}.svg"
    known = (manifest or {}).get("files", {}).get(file)
    if folder is not None and known is not None and fingerprint(folder / file) == known:
        svg = (folder / file).read_bytes()
    else:
        svg = drawn(draw)
    return Drawing(caption, inline(svg.decode(), prefix=f"{name}-", label=caption))


def drawn(draw: Callable[[], Picture]) -> bytes:
    """The figure as an SVG file."""
    return picture_bytes(draw(), kind="svg")


def inline(svg: str, *, prefix: str, label: str) -> Markup:
    """An SVG file of ours as part of a page: an image with a label, whose names all begin with `prefix`."""
    text = _HEAD.sub("", svg, count=1)
    opening = _OPENING.match(text)
    view = _VIEW.search(opening.group()) if opening else None
    assert opening and view, "not an SVG of ours"
    inside = _NEEDLESS.sub("", text[opening.end() :])
    inside = _SPACE.sub(" ", _EMPTY.sub("", inside))
    inside = _NAMED.sub(rf"\g<1>{prefix}", inside).replace("xlink:href", "href")
    width = float(view[1].split()[2])
    return Markup(
        f'<svg class="drawn" viewBox="{view[1]}" style="max-width:{width:g}pt" role="img" '
        f'aria-label="{escape(label)}" focusable="false">{inside}'
    )
