/**
 * The pieces of land for the keyboard and for screen readers: one tab stop, arrows go from piece to
 * neighbour as they lie on the map, Enter opens the history.
 */
import { controllerLabel } from "./control.mjs";
import { h } from "./dom.mjs";
import { say } from "./strings.mjs";

const DIRECTIONS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * The nearest point in a direction, those straight ahead first. Pure.
 * @param points Map of id → [x, y], y upwards.
 */
export function neighbourIn(points, from, [dx, dy]) {
  const [x, y] = points.get(from);
  let best = null;
  for (const [id, [px, py]] of points) {
    const ahead = (px - x) * dx + (py - y) * dy;
    const aside = Math.abs((px - x) * dy) + Math.abs((py - y) * dx);
    if (id === from || ahead <= 0 || aside > 2 * ahead) continue;
    const cost = ahead + 2 * aside;
    if (!best || cost < best.cost) best = { id, cost };
  }
  return best?.id ?? from;
}

/** @param points Map of unit id → [lon, lat] of its middle, in reading order. */
export function mountUnits({ root, payload, points, onFocus, onOpen }) {
  if (!points.size) return { update() {}, tell() {} };
  const controllers = new Map(payload.controllers.map((c) => [c.id, c]));
  const options = new Map([...points.keys()].map((id) => [id, h("li", { role: "option", id: `sm-unit-${id}`, "aria-selected": "false" }, payload.units[id].name)]));
  const list = h("ul.sm-hidden", { role: "listbox", tabindex: 0, "aria-label": say("units"), "data-units": true }, ...options.values());
  root.append(list);
  let current = points.keys().next().value;
  let latest = null;

  /** Who holds a piece, and whether the sources leave it open. */
  function name(id) {
    const { control, state } = latest;
    const c = control.get(id);
    const by = c ? controllerLabel(controllers.get(c.controller), state.date) : "";
    const text = `${payload.units[id].name}: ${by}${c?.uncertain ? `, ${say("uncertain")}` : ""}`;
    if (options.get(id).textContent !== text) options.get(id).textContent = text;
  }

  function select(id) {
    options.get(current).setAttribute("aria-selected", "false");
    current = id;
    name(id);
    options.get(id).setAttribute("aria-selected", "true");
    list.setAttribute("aria-activedescendant", `sm-unit-${id}`);
    onFocus(id);
  }

  list.addEventListener("focus", () => select(current));
  list.addEventListener("blur", () => onFocus(null));
  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (DIRECTIONS[event.key]) select(neighbourIn(points, current, DIRECTIONS[event.key]));
    else if (event.key === "Enter" || event.key === " ") onOpen(current);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  /** The piece in focus tells who holds it on the new day. */
  function update(state, control) {
    latest = { state, control };
    if (document.activeElement === list) select(current);
  }

  /** All pieces tell it, for who reads the list through; when the map has come to rest. */
  function tell() {
    for (const id of options.keys()) name(id);
  }

  return { update, tell };
}
