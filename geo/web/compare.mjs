/**
 * Two days on one map with a handle between them: left of it the earlier day, right of it the later.
 * The handle is a slider; what lies on the other side of it is clipped away, so that the pointer finds
 * on each side what is seen there.
 */
import { h } from "./dom.mjs";
import { say } from "./strings.mjs";
import { formatDay } from "./timescale.mjs";

const KEY_STEP = 2;
const PAGE_STEP = 10;

/** Percent of the map's width after a key, or null where the key is not the handle's. */
export function swipeForKey(key, percent) {
  const to = {
    ArrowLeft: percent - KEY_STEP, ArrowDown: percent - KEY_STEP, ArrowRight: percent + KEY_STEP, ArrowUp: percent + KEY_STEP,
    PageDown: percent - PAGE_STEP, PageUp: percent + PAGE_STEP, Home: 0, End: 100,
  }[key];
  return to === undefined ? null : Math.min(100, Math.max(0, to));
}

/**
 * @param map the Leaflet map
 * @param clipGroup shows of a group what lies between two x of the map
 * @param onMoved told where the handle came to rest, in whole per cent of the map's width
 */
export function mountSwipe({ root, map, clipGroup, onMoved }) {
  let percent = 50;
  let shown = null;
  const earlier = h("span.sm-swipe-day.is-left");
  const later = h("span.sm-swipe-day.is-right");
  const handle = h("div.sm-swipe", {
    role: "slider", tabindex: 0, "data-swipe": true, hidden: true, "aria-label": say("swipe"), "aria-valuemin": 0, "aria-valuemax": 100,
    "aria-orientation": "horizontal",
  }, earlier, later, h("span.sm-swipe-grip", { "aria-hidden": "true" }, "‹ ›"));
  root.append(handle);

  function clip() {
    if (!shown) return;
    const { x: width } = map.getSize();
    const at = (width * percent) / 100;
    for (const name of shown.left) clipGroup(name, [0, at]);
    for (const name of shown.right) clipGroup(name, [at, width]);
  }

  function place(to) {
    percent = Math.min(100, Math.max(0, to));
    handle.style.left = `${percent}%`;
    const rounded = Math.round(percent);
    handle.setAttribute("aria-valuenow", rounded);
    handle.setAttribute("aria-valuetext", say("swipeText", { left: earlier.textContent, right: later.textContent, percent: rounded }));
    clip();
  }

  const percentAt = (event) => {
    const box = map.getContainer().getBoundingClientRect();
    return ((event.clientX - box.left) / box.width) * 100;
  };
  handle.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    handle.focus({ preventScroll: true });
  });
  handle.addEventListener("lostpointercapture", () => onMoved(Math.round(percent)));
  handle.addEventListener("pointermove", (event) => { if (handle.hasPointerCapture(event.pointerId)) place(percentAt(event)); });
  handle.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = swipeForKey(event.key, percent);
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    place(to);
    onMoved(Math.round(to));
  });
  map.on("move zoom viewreset moveend flightend resize", clip);
  // A flight moves what is clipped, not the handle.
  let following = 0;
  function follow() {
    cancelAnimationFrame(following);
    if (!shown) return;
    clip();
    following = requestAnimationFrame(follow);
  }
  map.on("flightstart", follow);
  map.on("flightend", () => cancelAnimationFrame(following));

  /** @param between {left, right, earlier, later, handle} the groups of each side, its day, and where the handle stands, or null for one map */
  function update(between) {
    if (!between && shown) for (const name of [...shown.left, ...shown.right]) clipGroup(name);
    shown = between;
    handle.hidden = !between;
    if (!between) return;
    earlier.textContent = formatDay(between.earlier);
    later.textContent = formatDay(between.later);
    if (Math.round(percent) !== between.handle) percent = between.handle;
    place(percent);
  }

  return { update };
}
