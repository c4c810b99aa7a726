/**
 * The one way text reaches the page: `h` makes elements, and a string is always text, never HTML.
 */
export function h(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const node = document.createElement(name || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** Links a person may follow: http and https only. */
export function safeUrl(url) {
  return /^https?:\/\//i.test(url ?? "") ? url : null;
}

/** A source as a reader sees it: title and publisher, linked where it has an address, and whose voice it is. */
export function sourceLine({ title, publisher, url, voice, kind }) {
  const label = [title, publisher].filter(Boolean).join(", ");
  const link = safeUrl(url) ? h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label) : label;
  return [link, ` (${voice ?? kind})`];
}

// Asked once and then told of: to ask anew makes the browser lay out the page.
let calm = false;
if (typeof matchMedia === "function") {
  const wish = matchMedia("(prefers-reduced-motion: reduce)");
  calm = wish.matches;
  wish.addEventListener("change", () => { calm = wish.matches; });
}

/** Whether the reader wants things to move less. */
export const reducedMotion = () => calm;
