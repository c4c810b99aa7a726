"""What the app's answers say of themselves, and that the pages do all they do under it without a single refusal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import StoryPage, until
from tests.browser.test_routes import get

PAGES = ("", "explore", "slides", "nowhere", "_stcore/health", "_stcore/host-config")


def directives(policy: str) -> dict[str, set[str]]:
    return {part.split()[0]: set(part.split()[1:]) for part in policy.split("; ")}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_lets_in_what_it_needs_and_no_more(app_url: str, path: str) -> None:
    _, headers, _ = get(app_url + path)
    policy = directives(headers["content-security-policy"])
    assert policy["default-src"] == {"'none'"}
    assert {"'self'", "blob:"} <= policy["script-src"]
    assert all(re.fullmatch(r"'self'|blob:|'sha256-[\w+/=]+'", source) for source in policy["script-src"])
    assert policy["connect-src"] == policy["frame-src"] == policy["frame-ancestors"] == {"'self'"}
    assert policy["base-uri"] == policy["form-action"] == {"'none'"}
    elsewhere = {"*", "http:", "https:", "ws:", "wss:", "'unsafe-eval'"}
    assert not elsewhere & set.union(*policy.values())
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"


def test_no_document_of_ours_runs_a_script_that_is_not_ours(app_url: str) -> None:
    _, headers, _ = get(f"{app_url}embed")
    digest = headers["etag"].strip('"')
    for path in ("embed", f"storymap/{digest}/map.html"):
        status, headers, _ = get(app_url + path)
        policy = directives(headers["content-security-policy"])
        assert status == 200
        assert policy["default-src"] == {"'none'"}
        assert all(source.startswith("'sha256-") for source in policy["script-src"])
        assert policy["img-src"] == {"data:"}
        assert "connect-src" not in policy
        # Its absence is what lets all frame it: an asterisk would leave out decks that are opened from a file.
        assert "frame-ancestors" not in policy
        assert headers["x-content-type-options"] == "nosniff"


def test_a_deck_from_a_file_may_frame_the_map_and_not_the_page(page: Page, app_url: str, tmp_path) -> None:
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    frames = f'<iframe id="map" src="{app_url}embed"></iframe><iframe src="{app_url}"></iframe>'
    (tmp_path / "deck.html").write_text(f"<!doctype html><title>A deck</title>{frames}")
    page.goto((tmp_path / "deck.html").as_uri())
    page.frame_locator("#map").locator("path[data-unit]").first.wait_for(state="attached")
    until(lambda: refused)
    assert all("frame-ancestors" in text for text in refused), refused


def test_the_pages_do_all_they_do_without_a_refusal(page: Page, app_url: str) -> None:
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=app_url.rstrip("/"))
    story = StoryPage(page, app_url)
    watch = story.watch
    page.keyboard.press("End")
    story.settle()
    assert sockets

    page.goto(f"{app_url}explore?date=1994-05-12")
    page.locator(".sm-explore[data-ready]").wait_for()
    page.locator("[data-words]").wait_for()
    assert page.evaluate("[...document.querySelectorAll('[data-testid=stHtml] img')].every((i) => i.naturalWidth > 0)")
    with page.expect_download() as caught:
        page.get_by_role("button", name="This day’s areas (CSV)").click()
    assert "controller" in Path(caught.value.path()).read_text(encoding="utf-8")

    page.goto(f"{app_url}slides?step=where")
    page.locator("[data-slide-frame]").wait_for()
    code = page.get_by_test_id("stCode").first
    code.hover()
    code.get_by_role("button").first.click()
    assert page.evaluate("navigator.clipboard.readText()").startswith(f'<iframe src="{app_url}embed')
    page.get_by_text("Show the picture as well").click()
    picture = page.get_by_test_id("stImage").locator("img")
    picture.wait_for(timeout=60_000)
    until(lambda: picture.evaluate("(i) => i.naturalWidth") > 0)
    picture.hover()
    page.get_by_role("button", name="Fullscreen").last.click()
    page.keyboard.press("Escape")
    with page.expect_download(timeout=60_000) as caught:
        page.get_by_role("button", name="HTML, one file", exact=True).click()
    assert caught.value.failure() is None
    # Streamlit asks for its own settings below a page's address first, and finds them above it.
    assert all("/_stcore/" in failed for failed in watch.failed if failed.endswith(" 404")), watch.failed
    assert [text for text in watch.messages if "404 (Not Found)" not in text] == []
    assert watch.remote == []
