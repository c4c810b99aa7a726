/** The page's address: our own part of its query is ours to write, and what others keep in it stays. */

export const OWN = ["step", "event", "date", "layers", "names", "compare", "mode", "handle", "highlight", "view", "lang"];

const partsOf = (query) => query.replace(/^\?/, "").split("&").filter(Boolean);

/** The query that has the parts of `query`, and behind them those of `search` that are not ours. */
export function withOthers(query, search) {
  const parts = [...partsOf(query), ...partsOf(search).filter((part) => !OWN.includes(part.split("=")[0]))];
  return parts.length ? `?${parts.join("&")}` : "";
}
