"""A real browser for pages: headless Chromium without a network, every request and message of a page noted.

It wants Debian's packages `chromium` and `chromium-driver`; where they are missing the tests skip and say so,
unless `SIM_BROWSER=must` is set, as CI does. All tests of this folder are long ones (`--deep`).
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from chromium import Browser

MISSING = "no chromium and chromedriver on this machine; on Debian: apt-get install chromium chromium-driver"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests of this folder as long, before the long ones are left out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.deep)


def arguments() -> Sequence[str]:
    """How Chromium is started: without a window, a network, or anything of its own to ask for."""
    return (
        "--headless=new",
        "--no-sandbox",  # of processes: in containers it cannot be had
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
        "--hide-scrollbars",
        "--host-resolver-rules=MAP * ~NOTFOUND",
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser, started once for all tests."""
    driver_path, chromium = (
        shutil.which("chromedriver"),
        shutil.which("chromium") or shutil.which("google-chrome"),
    )
    if driver_path is None or chromium is None:
        if os.environ.get("SIM_BROWSER") == "must":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    from selenium import webdriver  # noqa: PLC0415 (only with a browser)

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in arguments():
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver_path))
    try:
        driver.execute_cdp_cmd("Network.enable", {})
        offline = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        driver.execute_cdp_cmd("Network.emulateNetworkConditions", offline)
        yield Browser(driver)
    finally:
        driver.quit()
