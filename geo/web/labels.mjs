/**
 * Which labels can be shown without touching one another. Pure: boxes in, choices out.
 */

const SIDES = [
  { id: "e", dx: 1, dy: 0 }, { id: "w", dx: -1, dy: 0 }, { id: "n", dx: 0, dy: -1 }, { id: "s", dx: 0, dy: 1 },
];

const overlap = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/**
 * Place labels greedily, the most important first.
 *
 * @param candidates {id, x, y, w, h, gap, priority, centred}: the point in px, the text's size, the
 *   distance kept from the point; `centred` labels (names of areas) sit on their point.
 * @param size {width, height} of the map in px; labels that would be cut off are left out.
 * @param obstacles boxes {x, y, w, h} already taken (legend, timeline).
 * @returns {Map<string, string>} id → side ("e", "w", "n", "s", "c"); absent means hidden.
 */
export function placeLabels(candidates, size, obstacles = []) {
  const taken = [...obstacles];
  const chosen = new Map();
  const inside = (b) => b.x >= 2 && b.y >= 2 && b.x + b.w <= size.width - 2 && b.y + b.h <= size.height - 2;
  const order = [...candidates].sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1));
  for (const c of order) {
    const options = c.centred ? [{ id: "c", dx: 0, dy: 0 }] : SIDES;
    const dot = c.centred ? null : { x: c.x - c.gap, y: c.y - c.gap, w: 2 * c.gap, h: 2 * c.gap };
    if (dot && taken.some((t) => overlap(t, dot))) continue;
    for (const side of options) {
      const box = {
        x: side.dx > 0 ? c.x + c.gap : side.dx < 0 ? c.x - c.gap - c.w : c.x - c.w / 2,
        y: side.dy > 0 ? c.y + c.gap : side.dy < 0 ? c.y - c.gap - c.h : c.y - c.h / 2,
        w: c.w, h: c.h,
      };
      if (!inside(box) || taken.some((t) => overlap(t, box))) continue;
      taken.push(box);
      if (dot) taken.push(dot);
      chosen.set(c.id, side.id);
      break;
    }
  }
  return chosen;
}
