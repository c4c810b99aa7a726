/**
 * A map on its way to another view. Nothing is drawn in a flight: what lies on the map is moved as one picture, by an
 * animation that the browser runs by itself, so that a page which scrolls beside it goes on scrolling.
 *
 * A view is {center: [lon, lat], zoom}. Where a picture of one view lies in another is {scale, x, y}: so large, about
 * the middle of the map, and moved by so many pixels.
 */
import { project, unproject } from "./view.mjs";

/** Where the picture of a view lies in that view. */
const HERE = { scale: 1, x: 0, y: 0 };

/** How long a map is on its way. */
const FLY_MS = 800;

/** So many straight parts a flight has; more are not seen. */
const PARTS = 16;

/** Fast from the start, slow to the end. */
const eased = (share) => 1 - (1 - share) ** 2;

/** Where the picture of a view lies while another is seen. */
export function placeIn(seen, drawn) {
  const [[x, y], [seenX, seenY]] = [project(drawn.center, seen.zoom), project(seen.center, seen.zoom)];
  return { scale: 2 ** (seen.zoom - drawn.zoom), x: x - seenX, y: y - seenY };
}

/** The view that is seen while the picture of another lies there: `placeIn` the other way. */
export function viewFrom({ scale, x, y }, drawn) {
  const zoom = drawn.zoom + Math.log2(scale);
  const [drawnX, drawnY] = project(drawn.center, zoom);
  return { center: unproject([drawnX - x, drawnY - y], zoom), zoom };
}

/** A part of the way from one place to another: each factor of the scale takes as long, and all points go straight. */
export function between(from, to, share) {
  const scale = from.scale * (to.scale / from.scale) ** share;
  const way = from.scale === to.scale ? share : (scale - from.scale) / (to.scale - from.scale);
  return { scale, x: from.x + (to.x - from.x) * way, y: from.y + (to.y - from.y) * way };
}

/** No eye would see the difference. */
const isSame = (a, b) => Math.abs(a.scale / b.scale - 1) < 0.001 && Math.abs(a.x - b.x) < 0.5 && Math.abs(a.y - b.y) < 0.5;

/**
 * Whether a picture covers a map of a size.
 * @param beyond how far the picture reaches beyond its view on each side, as a part of its size
 * @param upTo so much of the map counts, from its middle: 1 is all of it, 0 the middle alone
 */
export function covers({ scale, x, y }, { width, height }, beyond, upTo = 1) {
  const room = (0.5 + beyond) * scale - upTo / 2;
  return Math.abs(x) <= room * width && Math.abs(y) <= room * height;
}

/**
 * @param pane what is moved
 * @param beyond how far it is drawn beyond the map's edges, as a part of its size
 * Fires "flightstart" and "flightend" on the map.
 */
export function mountFlight({ map, pane, beyond }) {
  let flying = null;
  let ours = false;

  function drawn() {
    const { lng, lat } = map.getCenter();
    return { center: [lng, lat], zoom: map.getZoom() };
  }

  function seen() {
    if (!flying) return drawn();
    const { from, to, animation } = flying;
    return viewFrom(between(from, to, eased(animation.effect.getComputedTiming().progress)), drawn());
  }

  function draw({ center: [lon, lat], zoom }) {
    ours = true;
    map.setView([lat, lon], zoom, { animate: false });
    ours = false;
  }

  function end() {
    if (!flying) return;
    flying.animation.cancel();
    flying = null;
    map.fire("flightend");
  }

  /** Show a view at once. */
  function show(view) {
    end();
    draw(view);
  }

  /** Fly to a view. Where what is drawn does not reach so far it is drawn for the view at once, otherwise on arrival. */
  function flyTo(view) {
    const left = seen();
    const { x: width, y: height } = map.getSize();
    const size = { width, height };
    end();
    if (!covers(placeIn(view, drawn()), size, beyond)) draw(view);
    const [from, to] = [left, view].map((one) => placeIn(one, drawn()));
    if (isSame(from, to) || !covers(from, size, beyond, 0)) { arrive(view); return; } // nobody wants to watch a long way
    const { x, y } = map.containerPointToLayerPoint([width / 2, height / 2]);
    pane.style.transformOrigin = `${x}px ${y}px`;
    const frames = Array.from({ length: PARTS + 1 }, (_, i) => between(from, to, eased(i / PARTS)));
    const animation = pane.animate(
      frames.map((at) => ({ transform: `translate(${at.x}px, ${at.y}px) scale(${at.scale})` })),
      { duration: FLY_MS, fill: "both" },
    );
    animation.onfinish = () => { end(); arrive(view); };
    flying = { from, to, animation };
    map.fire("flightstart");
  }

  function arrive(view) {
    if (!isSame(placeIn(view, drawn()), HERE)) draw(view);
  }

  // Who moves the map by hand takes it where it is: before that, Leaflet stops what moves it.
  const stop = map._stop;
  map._stop = function stopFlight() {
    if (flying) show(seen());
    return stop.call(map);
  };

  return { show, flyTo, isFlying: () => Boolean(flying), isOurs: () => ours };
}
