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

/**
 * A text of ours with its places in the chosen form: [text, name, text, …] where a name is
 * {name, lang}. Texts are written with the article's names; where a form lacks one, it stays. What
 * stands in quotation marks is somebody's own words and stays as well, and so do common nouns.
 */
export function renamed(places, text, form, day) {
  if (!text || form === "article" || form === "none") return [text ?? ""];
  const { pattern, ids } = articleNames(places);
  if (!pattern) return [text];
  const parts = [];
  let done = 0;
  for (const match of text.matchAll(pattern)) {
    const id = ids.get(match[0]);
    if (!id) continue;
    const now = nameOf(places, id, form, day);
    if (now.fallback) continue;
    parts.push(text.slice(done, match.index), { name: now.name, lang: now.lang });
    done = match.index + match[0].length;
  }
  return [...parts, text.slice(done)];
}

/**
 * What a place that a text names reads as in the chosen form, or null where the text keeps its own
 * word: for a form the place has not, and for a word that is not the place's name.
 */
export function wordFor(places, id, written, form, day) {
  const proper = (places[id]?.names.article ?? []).some((n) => n.name === written);
  const now = nameOf(places, id, form, day);
  return !proper || now.fallback || form === "article" ? null : now;
}

/** Whether what follows stands in quotation marks that have not been closed. */
export function isQuoted(before) {
  return before.lastIndexOf("“") > before.lastIndexOf("”");
}

/** `renamed` as plain text. */
export function renamedText(places, text, form, day) {
  return renamed(places, text, form, day).map((part) => part.name ?? part).join("");
}

const known = new WeakMap();
/** Every name of the article that is a proper one, the longest first, so that none hides in another. */
function articleNames(places) {
  if (!known.has(places)) {
    const ids = new Map();
    for (const [id, place] of Object.entries(places)) {
      for (const { name } of place.names.article ?? []) if (/^\p{Lu}/u.test(name) && !ids.has(name)) ids.set(name, id);
    }
    const names = [...ids.keys()].sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).map((n) => n.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const letter = "[\\p{L}\\p{M}]";
    const pattern = names.length ? new RegExp(`“[^”]*”|"[^"]*"|(?<!${letter})(?:${names.join("|")})(?!${letter})`, "gu") : null;
    known.set(places, { pattern, ids });
  }
  return known.get(places);
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
