"""A real server, a real browser: fixtures for the tests of what a reader meets."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
SETTLE_SECONDS = 30
HOSTS = {"127.0.0.1", "localhost"}


# Without the services that would look for the network; root may not use Chromium's sandbox.
CHROMIUM_ARGS = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
if hasattr(os, "geteuid") and os.geteuid() == 0:
    CHROMIUM_ARGS.append("--no-sandbox")


def chromium_path() -> str:
    """Chromium without windows of its own, which cost a second of processor for each page; otherwise any Chromium."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    assert path, "these tests need Chromium: `make browser` installs it"
    return path


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    return {**browser_type_launch_args, "executable_path": chromium_path(), "args": CHROMIUM_ARGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    return {**browser_context_args, "viewport": {"width": 1440, "height": 900}, "locale": "en-GB"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(script: str, log: Path, *arguments: str) -> tuple[subprocess.Popen, str]:
    """Start a Streamlit script as the README does, on a free port; returns the process and its address."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
    command += [
        "--server.address",
        "127.0.0.1",
        "--server.headless",
        "true",
        *(["--", *arguments] if arguments else []),
    ]
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}/"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{url}_stcore/health", timeout=1).read()
            return process, url
        except (urllib.error.URLError, OSError):
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
    process.kill()
    raise AssertionError(f"{script} did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def app_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    process, url = serve("app.py", tmp_path_factory.mktemp("app") / "log.txt")
    yield url
    process.terminate()
    process.wait(10)


def until(check, seconds: float = SETTLE_SECONDS) -> None:
    """Wait until something holds. Playwright's own waiting compiles text in the page, which the maps' policy forbids."""
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "it does not come to hold"
        time.sleep(0.02)


class Watch:
    """What a page asked for and complained of."""

    def __init__(self, page: Page) -> None:
        self.remote: list[str] = []
        self.failed: list[str] = []
        self.messages: list[str] = []
        page.on("request", self._request)
        page.on("requestfailed", lambda r: self.failed.append(f"{r.url} {r.failure}"))
        page.on("response", lambda r: self.failed.append(f"{r.url} {r.status}") if r.status >= 400 else None)
        page.on("console", self._console)
        page.on("pageerror", lambda e: self.messages.append(f"error: {e}"))

    def _request(self, request: Request) -> None:
        host = request.url.split("/")[2].split(":")[0] if "//" in request.url else ""
        if request.url.split(":")[0] in ("http", "https", "ws", "wss") and host not in HOSTS:
            self.remote.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.messages.append(f"{message.type}: {message.text}")


# Whatever a scroll or a key has set going is under way after three frames; then nothing may change for a while.
AT_REST = """async () => {
    const story = document.querySelector('[data-story]');
    const inside = story.querySelector('iframe').contentWindow;
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    if (!inside.storyMap) { await frame(); return false; }
    for (let i = 0; i < 3; i += 1) await frame();
    const seen = () => {
        const card = story.querySelector('[aria-current=step]');
        return [card.dataset.step, card.getBoundingClientRect().top, inside.storyMap.getState().date].join();
    };
    const before = seen();
    await new Promise((done) => setTimeout(done, 100));
    await frame();
    return before === seen() && !inside.storyMap.getState().playing && !inside.document.querySelector('[data-moving]');
}"""


class StoryPage:
    """The story as a reader has it: the page, its cards, and the map document inside."""

    def __init__(self, page: Page, url: str, query: str = "", wait_until: Literal["load", "commit"] = "load") -> None:
        self.page = page
        self.watch = Watch(page)
        page.goto(url + query, wait_until=wait_until)
        page.locator("[data-story][data-ready]").wait_for()
        self.settle()

    @property
    def frame(self):
        return self.page.locator("iframe[data-storymap]").element_handle().content_frame()

    def state(self) -> dict:
        return self.frame.evaluate("storyMap.getState()")

    def settle(self) -> None:
        """Wait until nothing moves: no scroll, no play, no flight."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while not self.page.evaluate(AT_REST):
            assert time.monotonic() < deadline, "the story does not come to rest"

    def drawn(self) -> dict[str, str]:
        """What is on the map: unit → controller, read from the paths themselves."""
        return self.frame.evaluate(
            "Object.fromEntries([...document.querySelectorAll('path[data-unit]')]"
            ".map((p) => [p.dataset.unit, p.dataset.controller]))"
        )

    def current_step(self) -> str:
        return self.page.locator("[data-step][aria-current=step]").get_attribute("data-step")


@pytest.fixture
def open_story(page: Page, app_url: str):
    """Open the story at a query such as ``"?step=shushi-2020"``."""
    return lambda query="": StoryPage(page, app_url, query)
