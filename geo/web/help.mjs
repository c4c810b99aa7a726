/**
 * The sheet of keys, on "?" or by its button. Single-letter keys can be turned off, for readers
 * whose speech or switch input would press them by chance; the choice is kept in the browser.
 */
import { h } from "./dom.mjs";
import { say } from "./strings.mjs";

const STORED = "storymap:single-keys";

function stored() {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true; // a page opened from a file may keep nothing
  }
}

function store(on) {
  try {
    localStorage.setItem(STORED, on ? "on" : "off");
  } catch { /* see above */ }
}

/** @param actions {toMap, toText}: where the single-letter keys lead. */
export function mountHelp(story, { toMap, toText }) {
  let on = stored();
  const box = h("input", { type: "checkbox", onchange: () => { on = box.checked; store(on); } });
  // A story may have no timeline and no pieces of land: its sheet is shorter.
  const has = (story.dataset.has ?? "").split(" ");
  const keys = ["next", "previous", "ends", has.includes("timeline") ? "map" : "mapAlone", "text", "timeline", "units", "footnote", "help"];
  const rows = keys.filter((key) => !["timeline", "units"].includes(key) || has.includes(key)).map((key) =>
    h("div", {}, h("dt", {}, say(`keys_${key}`)), h("dd", {}, say(`does_${key}`))));
  const dialog = h("dialog.sm-help", { "aria-label": say("help") },
    h("h2", {}, say("help")), h("dl", {}, ...rows), h("label", {}, box, say("singleKeys")),
    h("button", { type: "button", onclick: () => dialog.close() }, say("close")));
  story.append(dialog);

  function open() {
    box.checked = on;
    if (!dialog.open) dialog.showModal();
  }
  for (const button of story.querySelectorAll("[data-help]")) button.addEventListener("click", open);

  /** @returns {boolean} whether the key was one of these */
  function handle(event) {
    if (!on) return false;
    const does = { "?": open, m: toMap, t: toText }[event.key];
    if (!does) return false;
    event.preventDefault();
    does();
    return true;
  }

  return { handle, isOpen: () => dialog.open, destroy: () => dialog.remove() };
}
