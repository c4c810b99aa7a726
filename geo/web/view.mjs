/**
 * Where a view of the map lies: Web Mercator and the fitting of a box, by plain numbers. Pure.
 * Pairs are [lon, lat] in degrees, points [x, y] in pixels of the whole world at a zoom.
 */

/** Pixels of the world's width at zoom 0. */
const WORLD = 256;

/** Room that the fitted box leaves at the sides of the map, and for the legend at the right of one that is wide. */
const MARGIN = 12;
const LEGEND = 150;
const WIDE = 760;

/** The zoom of a map that has no size yet. */
const UNSIZED_ZOOM = 8;

export function project([lon, lat], zoom) {
  const size = WORLD * 2 ** zoom;
  const sin = Math.sin((lat * Math.PI) / 180);
  return [size * (lon / 360 + 0.5), size * (0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI))];
}

export function unproject([x, y], zoom) {
  const size = WORLD * 2 ** zoom;
  return [(x / size - 0.5) * 360, (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / size))) * 180) / Math.PI];
}

const clamp = (zoom, { min, max }) => Math.min(max, Math.max(min, zoom));

/**
 * The center and zoom of a view on a map of a size.
 *
 * @param view {center: [lon, lat], zoom} or {bounds: [west, south, east, north]}
 * @param size {width, height} in pixels
 * @param zooms {min, max, snap}: what a map can have; a fitted zoom is the next smaller multiple of `snap` (0: any)
 */
export function fitView(view, { width, height }, zooms) {
  const { snap } = zooms;
  if (!view.bounds) return { center: view.center, zoom: clamp(snap ? Math.round(view.zoom / snap) * snap : view.zoom, zooms) };
  const [west, south, east, north] = view.bounds;
  const right = MARGIN + (width > WIDE ? LEGEND : 0);
  const [left, bottom] = project([west, south], 0);
  const [end, top] = project([east, north], 0);
  const share = Math.min((width - MARGIN - right) / (end - left), (height - 2 * MARGIN) / (bottom - top));
  const fitted = Math.log2(share);
  // A hundredth of a step is no reason to go a whole one further out.
  const snapped = snap ? Math.floor(Math.round((fitted * 100) / snap) / 100) * snap : fitted;
  const zoom = width && share > 0 ? clamp(snapped, zooms) : clamp(UNSIZED_ZOOM, zooms);
  const pixels = 2 ** zoom;
  const middle = [((left + end) / 2) * pixels + (right - MARGIN) / 2, ((top + bottom) / 2) * pixels];
  return { center: unproject(middle, zoom), zoom };
}
