/**
 * The interface's own words. They are data, from geo/words/ by way of the payload or the page, so that
 * Python and the browser say the same in every language; nothing here is English.
 */
let texts = {};

/** How days and numbers are written; until words are set, as ISO has it. */
export let formats = { day: "{y}-{mm}-{dd}", months: [], group: "", decimal: "." };

/** @param words {texts, formats} as Python's Words.for_browser gives them */
export function setWords(words) {
  ({ texts, formats } = words);
}

/** The words for a key; `{x}` is filled in. */
export function say(key, values = {}) {
  const text = texts[key];
  if (text === undefined) throw new Error(`no words for “${key}”`);
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
