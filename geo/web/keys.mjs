/**
 * Keys that turn slides go on to the page that frames the map: after a click into the map the
 * keyboard is the map's, and a lecturer's next press must still bring the next slide.
 */
const TURNING = new Set(["PageUp", "PageDown", "Home", "End", " "]);

/**
 * Tell the host of keys: in our own words, and in those of reveal.js, which then needs no code.
 * Where every control is shown the arrows are the map's, to be moved by; on a slide they are the host's.
 */
export function forwardKeys(ui) {
  // Our own pages hear the keys themselves.
  if (window.parent === window || window.frameElement?.matches("[data-storymap], [data-slide-frame]")) return;
  window.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.closest?.("input, select, textarea, [role=slider], [role=listbox]")) return;
    if (key === " " && target.closest?.("button, a, summary")) return;
    if (!TURNING.has(key) && !(key.startsWith("Arrow") && ui !== "full")) return;
    event.preventDefault();
    event.stopPropagation();
    window.parent.postMessage({ type: "storymap:key", key }, "*");
    window.parent.postMessage(JSON.stringify({ method: "triggerKey", args: [event.keyCode] }), "*");
  }, { capture: true });
}
