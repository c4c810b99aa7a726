"""The names on the map at every step: none over another, none cut by the map's edge or by a panel.

Asked of the boxes that the browser has drawn, for what a label was reckoned to need may differ from what it takes.
"""

from __future__ import annotations

import math

import pytest
from playwright.sync_api import Page

from tests.browser.test_explore import ExplorePage

ZOOM = 9
SIZES = {"desktop": (1440, 900), "tablet": (820, 1180), "phone": (390, 844)}

# The story's steps one after the other, without flights; the letters' boxes, and those of what covers the map.
BOXES = """async (step) => {
    if (step) storyMap.setState({ step }, { animate: false });
    for (let i = 0; i < 3; i += 1) await new Promise((done) => requestAnimationFrame(done));
    const box = (node) => { const r = node.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; };
    const seen = (node) => getComputedStyle(node).visibility === 'visible' && node.getBoundingClientRect().width > 0;
    const named = [...document.querySelectorAll('.sm-label-text')].filter(seen);
    return {
        map: box(document.querySelector('[data-map]')),
        labels: named.map((node) => [node.textContent, box(node)]),
        over: [...document.querySelectorAll('[data-covers-map], .leaflet-control-zoom')].filter(seen)
            .map((node) => [node.className, box(node)]),
    };
}"""

#: Line boxes are higher than their letters: so many px of two boxes may lie over each other.
SLACK = 2


def overlap(a: list[float], b: list[float]) -> bool:
    return all(a[i] + SLACK < b[i + 2] and b[i] + SLACK < a[i + 2] for i in (0, 1))


@pytest.mark.parametrize("size", SIZES)
def test_no_label_lies_over_another_or_is_cut(page: Page, app_url: str, shipped, size: str) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height if size == "desktop" else round(height * 0.55)})
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{app_url}embed")
    page.locator("path[data-unit]").first.wait_for(state="attached")
    wrong, shown = [], 0
    for step in shipped.steps:
        found = page.evaluate(BOXES, step.id)
        labels = found["labels"]
        shown += len(labels)
        left, top, right, bottom = found["map"]
        for i, (name, box) in enumerate(labels):
            for other, taken in [*labels[i + 1 :], *found["over"]]:
                if overlap(box, taken):
                    wrong.append(f"{step.id}: {name} lies over {other}")
            if box[0] < left or box[1] < top or box[2] > right or box[3] > bottom:
                wrong.append(f"{step.id}: {name} is cut by the edge")
    assert wrong == []
    assert shown > 5 * len(shipped.steps)


@pytest.mark.parametrize("size", SIZES)
def test_no_label_lies_under_a_button_that_a_page_lays_on_the_map(page: Page, app_url: str, shipped, size: str) -> None:
    """The map of the Explore page is moved until one town after the other is where the button is."""
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
    page.emulate_media(reduced_motion="reduce")
    explore = ExplorePage(page, app_url, "?date=2020-12-01")
    button, at = page.locator("[data-present]").bounding_box(), explore.frame.frame_element().bounding_box()
    assert button is not None
    assert at is not None
    left, top = button["x"] - at["x"], button["y"] - at["y"]
    taken = [left, top, left + button["width"], top + button["height"]]
    wrong, shown = [], 0
    degrees = 360 / 256 / 2**ZOOM  # of longitude in a pixel
    towns = [place.lonlat for place in shipped.places.values() if place.lonlat and place.rank == 1]
    for lon, lat in towns:
        east = (at["width"] / 2 - taken[0]) * degrees
        south = (at["height"] / 2 - taken[3]) * degrees * math.cos(math.radians(lat))
        view = {"center": [lon + east, lat - south], "zoom": ZOOM}
        assert explore.frame.evaluate("(view) => storyMap.setState({ view }, { animate: false })", view) == []
        labels = explore.frame.evaluate(BOXES, None)["labels"]
        shown += len(labels)
        wrong += [f"{view}: {name}" for name, box in labels if overlap(box, taken)]
    assert wrong == []
    assert shown > 3 * len(towns)
