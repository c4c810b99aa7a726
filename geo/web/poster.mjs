/**
 * The poster: the land as it is held when a page opens, drawn within the page itself (geo/poster.py). It is seen
 * while the map document is still being read, where the map will have it.
 */
import { fitView, project } from "./view.mjs";

/**
 * Lay a poster so that the map lies over it without a jump, or take it away.
 * @param wanted whether the page opens with what the poster shows
 */
export function showPoster(poster, wanted) {
  const picture = poster.querySelector("svg");
  const { width, height } = picture.getBoundingClientRect();
  if (!wanted || !width || !(height > 0)) {
    poster.remove();
    return;
  }
  const { view, zooms, corner, zoom: drawn } = JSON.parse(poster.dataset.poster);
  const { center, zoom } = fitView(view, { width, height }, zooms);
  const [x, y] = project(center, zoom);
  const [left, top] = project(corner, zoom);
  const scale = 2 ** (zoom - drawn);
  picture.querySelector("g").setAttribute("transform",
    `translate(${left - Math.round(x - width / 2)} ${top - Math.round(y - height / 2)}) scale(${scale})`);
  for (const pattern of picture.querySelectorAll("pattern")) pattern.setAttribute("patternTransform", `scale(${1 / scale})`);
  poster.dataset.laid = "";
}
