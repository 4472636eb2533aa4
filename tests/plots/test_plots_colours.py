"""The colours of levels are ordered by lightness and told apart by every kind of sight.

Expected values come from CIE 15 (L*a*b*), ITU-R BT.601 (grey of most software) and Machado, Oliveira and
Fernandes 2009 (matrices of simulated colour blindness, severity 1.0).
"""

import itertools

import numpy as np
import numpy.typing as npt
import pytest
from matplotlib.colors import to_rgb

from sim.plots.colours import level_colours, level_lines, lighter, text_on

Floats = npt.NDArray[np.float64]

COUNTS = range(2, 13)
SIGHT = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def palette(count: int) -> list[str]:
    return list(level_colours([f"level-{number}" for number in range(count)]).values())


def linear(colour: str) -> Floats:
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(colour: str, sight: str = "normal") -> Floats:
    xyz = TO_XYZ @ np.clip(SIGHT[sight] @ linear(colour), 0, 1) / TO_XYZ.sum(axis=1)
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    low, high = sorted(float(TO_XYZ[1] @ linear(colour)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def test_the_measures_used_here_know_published_values() -> None:
    assert lab("#ff0000") == pytest.approx([53.24, 80.09, 67.20], abs=0.02)  # Lindbloom's calculator
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("count", COUNTS)
def test_a_more_intensive_level_is_darker(count: int) -> None:
    lightness = [lab(colour)[0] for colour in palette(count)]
    assert min(np.diff(lightness)) > 0.8 * (lightness[-1] - lightness[0]) / (count - 1)


@pytest.mark.parametrize("count", COUNTS)
def test_the_order_survives_a_greyscale_copy(count: int) -> None:
    grey = [float(np.dot([0.299, 0.587, 0.114], to_rgb(colour))) * 255 for colour in palette(count)]
    assert min(np.diff(grey)) >= 8


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("count", COUNTS)
def test_any_two_levels_are_told_apart_by_every_kind_of_sight(count: int, sight: str) -> None:
    seen = [lab(colour, sight) for colour in palette(count)]
    nearest = min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2))
    assert nearest > (30 if count <= 4 else 20 if count <= 7 else 12)  # one just sees a difference of 2.3


@pytest.mark.parametrize("count", range(1, 13))
def test_every_level_stands_out_from_white_and_carries_readable_numbers(count: int) -> None:
    for colour in palette(count):
        assert contrast(colour, "#ffffff") > 1.8
        assert contrast(colour, text_on(colour)) >= 4.5


def test_beyond_twelve_levels_each_still_has_its_own_colour_in_order() -> None:
    colours = palette(20)
    assert len(set(colours)) == 20
    assert all(np.diff([lab(colour)[0] for colour in colours]) > 0)


def test_no_levels_have_no_colours() -> None:
    assert level_colours([]) == {}


def test_neighbouring_levels_differ_by_line_style_too() -> None:
    lines = list(level_lines([f"level-{number}" for number in range(12)]).values())
    assert all(one != other for one, other in itertools.pairwise(lines))


def test_mixing_with_white_goes_from_the_colour_to_white() -> None:
    assert [lighter("#204060", share) for share in (0.0, 0.5, 1.0)] == ["#204060", "#90a0b0", "#ffffff"]
