"""One window of Chromium, as tests of pages use it: opening, keys, sizes, print, and what a page asks for.

How it is started is left to `conftest.py`.
"""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

PHONE, DESKTOP = 390, 1280
"""Widths of a small phone and of a desk, in CSS pixels."""


class Browser:
    """One window of Chromium: opens pages from disk, presses keys, tells what a page asked for and said."""

    def __init__(self, driver: "Chrome") -> None:
        self.driver = driver
        self.scripts = True

    def open(self, path: Path, *, width: int = DESKTOP, height: int = 900) -> None:
        """Open a file in a window of that size; what was noted of earlier pages is forgotten."""
        self.driver.get("about:blank")
        for kind in ("browser", "performance"):
            self.driver.get_log(kind)
        self.resize(width, height)
        self.media("")
        self.driver.get(path.as_uri())
        self.loaded()

    def loaded(self) -> None:
        """Wait until the page is there as a whole; without scripts nobody can ask it."""
        from selenium.webdriver.support.wait import WebDriverWait  # noqa: PLC0415 (only with a browser)

        if self.scripts:
            WebDriverWait(self.driver, 30).until(
                lambda _: self.run("return document.readyState") == "complete"
            )

    @contextmanager
    def without_scripts(self) -> Iterator[None]:
        """A browser whose owner has turned scripts off, while the block runs."""
        self.scripts = False
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        try:
            yield
        finally:
            self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
            self.scripts = True

    def resize(self, width: int, height: int = 900) -> None:
        """Give the window another size, that of a phone too, which no real window may have."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def media(self, name: str) -> None:
        """Show the page as it is for "screen" or "print"; "" for as it is."""
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": name})

    def run(self, script: str, *values: Any) -> Any:
        """What a script of ours returns; the page's own rules on scripts do not hold for it."""
        return self.driver.execute_script(script, *values)

    def press(self, *keys: str) -> None:
        """Press keys, wherever the focus is."""
        from selenium.webdriver.common.action_chains import ActionChains  # noqa: PLC0415 (only with a browser)

        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()

    def focused(self) -> dict[str, Any]:
        """Tag, text, place in the page, and whether a ring is seen, of what has the focus."""
        found: dict[str, Any] = self.run(FOCUSED)
        return found

    def requests(self) -> list[str]:
        """The addresses that the page asked for since it was opened, its own first, not what is in it."""
        told = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        asked = [one["params"]["request"] for one in told if one["method"] == "Network.requestWillBeSent"]
        return [one["url"] for one in asked if not one["url"].startswith("data:")]

    def messages(self) -> list[str]:
        """What the page's console says since it was opened: errors, warnings, breaches of policy."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def sideways(self) -> int:
        """By how many pixels the whole page is wider than its window."""
        wider: int = self.run(
            "const e = document.scrollingElement; return Math.max(0, e.scrollWidth - e.clientWidth)"
        )
        return wider

    def tree(self) -> list[dict[str, Any]]:
        """What a screen reader is told: role, name and level of each node, in order."""
        nodes = self.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
        return [
            {
                "role": node.get("role", {}).get("value", ""),
                "name": node.get("name", {}).get("value", ""),
                "level": next(
                    (p["value"]["value"] for p in node.get("properties", ()) if p["name"] == "level"), 0
                ),
            }
            for node in nodes
            if not node.get("ignored")
        ]

    def pdf(self) -> bytes:
        """The page as it is printed."""
        made = self.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
        return base64.b64decode(made["data"])

    def picture(self, path: Path, *, top: float = 0.0, height: float | None = None) -> Path:
        """A picture of the page from that height on, to be looked at."""
        width, whole = self.run("const e = document.scrollingElement; return [e.clientWidth, e.scrollHeight]")
        clip = {"x": 0, "y": top, "width": width, "height": min(height or whole, whole - top), "scale": 1}
        how = {"captureBeyondViewport": True, "clip": clip}
        path.write_bytes(base64.b64decode(self.driver.execute_cdp_cmd("Page.captureScreenshot", how)["data"]))
        return path


FOCUSED = """
const e = document.activeElement, style = getComputedStyle(e), all = [...document.querySelectorAll('*')];
return {tag: e.tagName.toLowerCase(), text: e.textContent.trim().slice(0, 80), place: all.indexOf(e),
        id: e.id, ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2};
"""

FAINT = """
const seen = (node) => node.checkVisibility({opacityProperty: true, visibilityProperty: true});
const channels = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
        const found = channels(getComputedStyle(at).backgroundColor);
        if (found.length === 3 || found[3] > 0) return found;
    }
    return [255, 255, 255];
};
const faint = [];
for (const node of document.body.querySelectorAll('*')) {
    const own = [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim());
    if (!own || node.closest('svg') || !seen(node)) continue;
    const [a, b] = [light(channels(getComputedStyle(node).color)), light(ground(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) faint.push(`${node.tagName} ${ratio.toFixed(2)} ${node.textContent.trim()}`);
}
return faint;
"""
"""A script that gives the texts of a page whose contrast is below 4.5 : 1 (WCAG 2.2, 1.4.3)."""
