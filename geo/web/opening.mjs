/**
 * How the document opens: the timeline and the units of land as they are held, in the first frame; Leaflet and all that
 * lies about the land after it. A reader sees who held what before the map can be moved.
 */
import { mount } from "./document.mjs";
import { mountHatches } from "./hatches.mjs";
import { drawLand } from "./held.mjs";
import { stateFromQuery } from "./state.mjs";
import { setWords } from "./strings.mjs";
import { mountTimeline } from "./timeline.mjs";
import { fitView } from "./view.mjs";

/** Where no frame is drawn (a tab in the background, a slide that is not shown) the rest waits no longer than this. */
const UNSEEN_MS = 250;

/**
 * @param zooms {min, max, snap} of the map
 * @param startMap makes the Leaflet map and returns {L, map}; called when the first frame has been drawn
 */
export function open({ topojson, payload, zooms, startMap }) {
  setWords(payload.words);
  const root = document.getElementById("storymap");
  // A file has the state it opens with within it; an address of its own says more than that.
  const { state, ignored } = stateFromQuery(payload, location.search || root.dataset.query || "");
  root.dataset.ui = state.ui;
  const hatches = mountHatches(payload.controllers);
  const land = drawLand({ topojson, payload, hatches });

  const ask = (partial, cause) => window.storyMap.setState(partial, { cause });
  const dated = payload.story.timeline.length > 0; // a story may tell of no day at all
  const timeline = dated && (state.ui === "full" || state.ui === "timeline") ? mountTimeline({
    root, payload,
    onDay: (date, cause) => ask({ date }, cause),
    onEvent: (event) => ask({ event }, "event"),
    onPeriod: (period) => ask({ date: period.date, ...(period.layers ? { layers: period.layers } : {}) }, "period"),
  }) : null;
  timeline?.update(state); // its words take their part of the height before the map is fitted

  if (state.layers.includes("control")) {
    const node = root.querySelector(".folium-map");
    const { width, height } = node.getBoundingClientRect();
    if (width && height) land.showFirst(state, node, { width, height }, fitView(state.view, { width, height }, zooms));
  }

  root.querySelector("[data-poster]")?.remove(); // what it shows is drawn

  let storyMap = null;
  function finish() {
    if (storyMap) return storyMap;
    storyMap = mount({ ...startMap(), topojson, payload, root, state, ignored, hatches, land, timeline });
    root.dataset.ready = "";
    window.dispatchEvent(new Event("storymap:ready"));
    return storyMap;
  }
  // Who asks for the map before its time has it at once.
  Object.defineProperty(window, "storyMap", { configurable: true, get: finish });
  requestAnimationFrame(() => setTimeout(finish));
  setTimeout(finish, UNSEEN_MS);
}
