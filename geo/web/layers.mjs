/**
 * The layers of the catalogue as Leaflet draws them: areas, lines, points, pictures, and what was held on a named day.
 * Each is built when it is first asked for.
 */
import { h } from "./dom.mjs";
import { LOOK } from "./look.mjs";
import { nameOf } from "./names.mjs";
import { NO_NAMES } from "./state.mjs";
import { say } from "./strings.mjs";

/** How much of a controller's colour its land outside the log has. */
const OUTSIDE_SHARE = LOOK.outsideShare;

/** Mix two #rrggbb colours: `share` of the first, the rest of the second. */
function mix(one, two, share) {
  const channel = (color, i) => parseInt(color.slice(1 + 2 * i, 3 + 2 * i), 16);
  return `#${[0, 1, 2].map((i) => Math.round(channel(one, i) * share + channel(two, i) * (1 - share)).toString(16).padStart(2, "0")).join("")}`;
}

/**
 * @param land the sheet and plane to draw on; `inNames` a text of ours as nodes with its places in the chosen names
 * @param shown the drawing's own record of what it shows
 */
export function mountLayers({ L, topojson, map, payload, hatches, land, controllers, shown, inNames }) {
  const { topology, units } = payload;
  const { plane } = land;
  const controlObject = topology.objects.control;
  const byId = new Map(payload.layers.map((l) => [l.id, l]));
  const features = new Map();
  /** The features of a layer, in degrees. */
  const featuresOf = (id) => {
    if (!features.has(id)) {
      const object = topology.objects[byId.get(id)?.object];
      features.set(id, object ? topojson.feature(topology, object).features : []);
    }
    return features.get(id);
  };

  const built = new Map();
  function leafletLayer(id) {
    if (!built.has(id)) built.set(id, buildLayer(byId.get(id)));
    return built.get(id);
  }

  function buildLayer(layer) {
    const s = layer.style;
    if (layer.kind === "raster") {
      // Shadows lie over the colours: land shows through who holds it.
      const overlay = plane.picture(layer.image, layer.bounds, "relief");
      // Past its `fade_zoom` an elevation grid has nothing more to say: two steps on it is gone.
      const fade = () => overlay.setOpacity((s.opacity ?? 1) * Math.min(1, Math.max(0, 1 - (map.getZoom() - (s.fade_zoom ?? 99)) / 2)));
      map.on("zoomend", fade);
      fade();
      return overlay;
    }
    if (layer.day) return heldOn(layer);
    const group = layer.kind === "area" ? (layer.group === "context" ? "ground" : "areas") : layer.kind === "line" ? "lines" : "marks";
    const paint = (color) => (color === "none" ? undefined : color);
    const style = (geometry) => {
      const byStatus = s[geometry.properties?.status] ?? {};
      const t = { ...s, ...byStatus };
      // A state whose land outside the log is one controller's has that controller's colour, paler.
      const holder = controllers.get(geometry.properties?.controller);
      if (holder && paint(s.fill)) t.fill = mix(holder.color, s.fill, OUTSIDE_SHARE);
      return {
        color: paint(t.stroke) ?? t.color ?? "#555", weight: t.stroke_width ?? 1, opacity: t.stroke_opacity ?? 1, dashArray: t.dash ?? null,
        stroke: (t.stroke_width ?? 1) > 0, fill: layer.kind === "area" && Boolean(paint(t.fill)), fillColor: paint(t.fill), fillOpacity: t.fill_opacity ?? 0.2,
        lineJoin: "bevel", lineCap: "round",
      };
    };
    const shapes = (topology.objects[layer.object]?.geometries ?? []).filter((geometry) => geometry.type !== "Point").map((geometry) =>
      plane.shape((sheet) => topojson.feature(sheet, geometry).geometry, group, { interactive: false, ...style(geometry) }));
    // Towns are dots of the labels themselves; other points are marks of their own.
    const points = featuresOf(layer.id).filter((f) => f.geometry.type === "Point" && !(f.properties.place && s.label)).map((f) => {
      const [lon, lat] = f.geometry.coordinates;
      const named = layer.kind === "point" && Boolean(f.properties.name);
      const mark = L.circleMarker([lat, lon], {
        ...plane.within(group), interactive: named, radius: s.radius ?? 4, color: "#fffdf7", weight: 1.4, fillColor: s.color ?? "#222", fillOpacity: 1,
      });
      return named ? mark.bindTooltip(() => pointTooltip(f.properties), { className: "sm-tooltip", direction: "top" }) : mark;
    });
    return L.layerGroup([...shapes, ...points]);
  }

  function pointTooltip({ place, name, note }) {
    const { names, date } = shown.state;
    if (names === NO_NAMES) return h("strong", {}, say("noName"));
    const title = payload.places[place] ? nameOf(payload.places, place, names, date) : { name, lang: null };
    return h("div", {}, h("strong", { lang: title.lang }, title.name), ...(note ? [h("br"), ...inNames(note)] : []));
  }

  /** A named day's layer: what each controller held, from the log; filled while the day's own control is off. */
  function heldOn(layer) {
    const control = land.controlOn(layer.day);
    const held = [...controllers.values()].map((c) => {
      const geometries = controlObject.geometries.filter((g) => !units[g.id].frame && control.get(g.id).controller === c.id);
      if (!geometries.length) return null;
      return plane.shape((sheet) => topojson.merge(sheet, geometries), "areas", {
        interactive: false, color: mix(c.color, "#000000", 0.62), weight: 2.6, lineJoin: "round",
        fill: true, fillColor: hatches.fill(c.id), fillOpacity: layer.style.fill_opacity ?? 0.6,
      });
    });
    return L.layerGroup(held.filter(Boolean));
  }

  /** Show these layers and no others. Control itself is the map's; with it on, a named day's layer is but its line. */
  function show(ids, withControl) {
    const on = new Set(ids);
    for (const layer of payload.layers) {
      if (layer.id === "control") continue;
      const wanted = on.has(layer.id);
      const present = built.has(layer.id) && map.hasLayer(built.get(layer.id));
      if (wanted === present) continue;
      if (wanted) leafletLayer(layer.id).addTo(map);
      else built.get(layer.id).remove();
    }
    for (const layer of payload.layers) {
      if (layer.day && on.has(layer.id)) built.get(layer.id).eachLayer((l) => l.setStyle({ fill: !withControl }));
    }
  }

  return { show, byId, featuresOf };
}
