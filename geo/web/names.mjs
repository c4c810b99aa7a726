/**
 * One place, several names, each with the years in which it holds. Pure.
 */

/**
 * The name of a place in a form on a day; where the form has none, the article's.
 * @returns {{name: string, lang: string, fallback: boolean}}
 */
export function nameOf(places, id, form, day) {
  const names = places[id]?.names ?? {};
  const valid = (entries) => (entries ?? []).find((n) => (!n.from || n.from <= day) && (!n.to || day < n.to));
  const chosen = valid(names[form]);
  if (chosen) return { name: chosen.name, lang: chosen.lang, fallback: false };
  const article = valid(names.article) ?? names.article?.[0];
  return { name: article?.name ?? id, lang: article?.lang ?? "en", fallback: form !== "article" };
}

/** Letters as they are searched for: without case or diacritics. */
export function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ə", "e").replaceAll("ı", "i");
}

/** Places one of whose names begins with (first) or contains the text, at most `limit`. */
export function searchPlaces(places, text, limit = 8) {
  const wanted = fold(text.trim());
  if (!wanted) return [];
  const found = [];
  for (const [id, place] of Object.entries(places)) {
    if (!place.lonlat) continue;
    let best = null;
    for (const entries of Object.values(place.names)) {
      for (const { name } of entries) {
        const at = fold(name).indexOf(wanted);
        if (at >= 0 && (best === null || at < best.at)) best = { id, name, at, rank: place.rank ?? 9 };
      }
    }
    if (best) found.push(best);
  }
  found.sort((a, b) => (a.at > 0) - (b.at > 0) || a.rank - b.rank || (a.name < b.name ? -1 : 1));
  return found.slice(0, limit);
}
