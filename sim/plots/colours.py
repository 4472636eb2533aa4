"""One colour and one line style per level, the same in every figure.

The colours of a continuum are ordered: the most intensive level is the darkest, the least intensive the
lightest, so the order survives a greyscale print. Neighbours alternate between cold and warm, which every
common form of colour blindness keeps apart. What is not a level (sources, reasons, axes) is grey. Where a
colour goes is left to the figures.
"""

from collections.abc import Sequence
from typing import Any

INK = "#1f2328"
"""Text and lines that carry no level."""
MUTED = "#5c636b"
"""Captions, units, ticks; 5.9 : 1 against white."""
RULE = "#d5d9de"
"""Grid lines and borders: there when looked for."""
SHADE = "#eef0f2"
"""Ground of what does not count, such as the warm-up."""
OUTSIDE_GREY = "#8b929a"
"""Patients from outside, and discharges, in the picture of transitions."""

_PALETTES: dict[int, tuple[str, ...]] = {
    1: ("#1b4878",),
    2: ("#003b69", "#d18c4d"),
    3: ("#00345f", "#a75230", "#22abe7"),
    4: ("#00325c", "#933b25", "#2783ce", "#e0a24d"),
    5: ("#00305a", "#893025", "#236ebd", "#c87c37", "#44c1e5"),
    6: ("#002d54", "#7f2922", "#3a62aa", "#b76c2e", "#5ea8cb", "#e7b269"),
    7: ("#0e2a4f", "#7b1b1b", "#2452aa", "#916702", "#46929f", "#dd8d6d", "#b9b4fe"),
    8: ("#1c284d", "#711e26", "#294c99", "#8b5911", "#3c8198", "#a48b65", "#9c9afc", "#f2ae5b"),
    9: (
        *("#1c284d", "#61291c", "#214793", "#95460e", "#746890"),
        *("#a2785f", "#8b8aea", "#e0975a", "#7fc6d9"),
    ),
    10: (
        *("#1c284d", "#6b1922", "#323e93", "#7b4c00", "#2b6d88"),
        *("#c84d54", "#9178d5", "#d48641", "#91abd5", "#e4b09b"),
    ),
    11: (
        *("#1c284d", "#651f11", "#353c87", "#8e3510", "#346485", "#9e5d4d"),
        *("#6179cc", "#b08536", "#5ca7b4", "#da9e7c", "#8cc0f6"),
    ),
    12: (
        *("#0e2a4f", "#562636", "#443387", "#7d3b20", "#60557b", "#a54b57"),
        *("#5871c3", "#a17d3d", "#8090ba", "#f7777a", "#b89ff5", "#e4acc2"),
    ),
}
"""Evenly spaced lightness (CIELAB L* from about 18 to 75), hues by hand and by search for the largest
smallest distance under normal, deuteranopic, protanopic and tritanopic vision; `tests/plots` holds the
distances."""

_LINES: tuple[Any, ...] = (
    "-",
    (0, (6, 2)),
    (0, (6, 2, 1.2, 2)),
    (0, (1.4, 1.4)),
    (0, (6, 2, 1.2, 2, 1.2, 2)),
    (0, (3, 1.5)),
)


def level_colours(levels: Sequence[str]) -> dict[str, str]:
    """The colour of each level, most intensive (first) darkest; beyond twelve levels colours lie closer."""
    if not levels:
        return {}
    count = len(levels)
    palette = _PALETTES[count] if count in _PALETTES else _between(_PALETTES[max(_PALETTES)], count)
    return dict(zip(levels, palette, strict=True))


def level_lines(levels: Sequence[str]) -> dict[str, Any]:
    """The line style of each level, so that curves in one picture differ without colour too."""
    return {level: _LINES[position % len(_LINES)] for position, level in enumerate(levels)}


def text_on(colour: str) -> str:
    """White or black, whichever stands out more on the colour: at least 4.5 : 1 (WCAG 2.2) on any."""
    luminance = _luminance(colour)
    return "#ffffff" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else "#000000"


def lighter(colour: str, share: float) -> str:
    """The colour mixed with white; `share` of white in 0–1."""
    return _mix(colour, "#ffffff", share)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mix(one: str, other: str, share: float) -> str:
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour (IEC 61966-2-1)."""
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in _shares(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _shares(colour: str) -> list[float]:
    return [channel / 255 for channel in _channels(colour)]


def _between(palette: tuple[str, ...], count: int) -> tuple[str, ...]:
    """As many colours as asked, along the palette from its first to its last."""
    places = [position * (len(palette) - 1) / (count - 1) for position in range(count)]
    last = len(palette) - 2
    return tuple(
        _mix(palette[min(int(at), last)], palette[min(int(at), last) + 1], at - min(int(at), last))
        for at in places
    )
