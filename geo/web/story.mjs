/**
 * The story page: cards beside the map document, which they drive. Scrolling works in the browser
 * alone; with the server gone the story goes on. The host gives a node and the addresses of cards and
 * document (a Streamlit component), or a node with the cards in it and the document's text (a file,
 * where no page may call into another).
 */
import { OWN, withOthers } from "./address.mjs";
import { h, reducedMotion } from "./dom.mjs";
import { mountFootnotes } from "./footnotes.mjs";
import { mountHelp } from "./help.mjs";
import { isQuoted } from "./names.mjs";
import { showPoster } from "./poster.mjs";
import { stepAt, stepForKey } from "./reading.mjs";
import { say, setWords } from "./strings.mjs";
import { mountWheel } from "./wheel.mjs";

/** The reading line, as a part of the reading area's height from its top. */
const READING_LINE = 0.5;
const SCROLL_LOCK_MS = 1_500;
/** Faster than so many windows a second nobody reads: the cards are gone by. */
const FAST = 1.5;
/** A page that has not scrolled for so long rests; on one that scrolls slowly the rest of a step comes a few frames after it is entered. */
const REST_MS = 120;
const SLOW_MS = 40;
/** Between two steps of a wheel that is turned. */
const WHEEL_MS = 80;
/** So many cards are laid out in an idle moment. */
const LAID_OUT_AT_ONCE = 2;
/** When nothing has changed for so long, the address and the names in the text follow. */
const FOLLOW_MS = 100;
/** Causes of a change that a reader would want to come Back from. */
const PUSHED = new Set(["period", "search", "event", "jump-to-step"]);

export async function mount(root, { cards, document: documentUrl, documentText }) {
  if (cards) root.innerHTML = await (await fetch(cards)).text();
  const story = root.querySelector("[data-story]");
  setWords(JSON.parse(story.dataset.words));
  document.documentElement.lang = story.lang;
  const steps = [...story.querySelectorAll("[data-step]")];
  const ids = steps.map((card) => card.dataset.step);
  const links = new Map([...story.querySelectorAll("[data-contents] a")].map((a) => [a.hash.slice(1), a]));
  const progress = story.querySelector("[data-progress]");
  const text = story.querySelector(".sm-cards");
  const frame = story.querySelector("iframe[data-storymap]");
  const poster = story.querySelector("[data-poster]");
  const footnotes = mountFootnotes(text);
  const help = mountHelp(story, { toMap, toText: () => steps[current].focus() });
  for (const link of story.querySelectorAll("[data-to-map]")) link.addEventListener("click", (event) => { event.preventDefault(); toMap(); });
  const abort = new AbortController();
  const listen = (target, type, handler, options = {}) => target.addEventListener(type, handler, { ...options, signal: abort.signal });

  // --- where the reader is ---------------------------------------------------------------
  let current = -1;
  let lock = 0;
  let tops = [];
  const query = () => new URLSearchParams(location.search);
  const readingArea = () => {
    // On a phone the map covers the upper part: the line is in the middle of what is left.
    const stage = frame.getBoundingClientRect();
    const covered = stage.width >= innerWidth * 0.9 ? Math.max(0, stage.bottom) : 0;
    return { top: covered, height: innerHeight - covered };
  };
  const readingLine = () => { const { top, height } = readingArea(); return top + height * READING_LINE; };

  function measure() {
    tops = steps.map((card) => card.getBoundingClientRect().top);
  }

  /** The document's own interface, once it is there. */
  const map = () => frame.contentWindow?.storyMap;

  function enter(index, cause, goesBy = false) {
    if (index === current) return;
    poster?.remove(); // it shows the first step alone
    current = index;
    mark();
    map()?.setState({ step: ids[index] }, { cause, goesBy });
  }

  // What is inherited is set where it is used, and only what changes is touched: a story may have hundreds of cards.
  let marked = [];
  const bar = story.querySelector("[data-contents]");
  function mark() {
    for (const old of marked) old.removeAttribute("aria-current");
    marked = [steps[current], links.get(ids[current])].filter(Boolean);
    for (const now of marked) now.setAttribute("aria-current", "step");
    progress.textContent = `${current + 1} / ${steps.length}`;
    bar.style.setProperty("--sm-progress", String(steps.length > 1 ? current / (steps.length - 1) : 1));
  }

  // --- layout ----------------------------------------------------------------------------
  // Cards out of sight wait for the map, which is there a quarter sooner, and have a guessed height until then. What
  // is above a card that is gone to must have its own, or the card would move under the reader's eyes.
  let laidOut = 0;
  function layOutUpTo(index) {
    for (; laidOut <= index; laidOut += 1) steps[laidOut].classList.add("is-laid-out");
  }
  /** A few in each idle moment: all at once take a quarter of a second, and each time those below are moved as well. */
  function layOutTheRest() {
    if (laidOut === steps.length || abort.signal.aborted) return;
    layOutUpTo(Math.min(laidOut + LAID_OUT_AT_ONCE, steps.length) - 1);
    (window.requestIdleCallback ?? setTimeout)(layOutTheRest);
  }

  // --- scrolling -------------------------------------------------------------------------
  let waiting = 0;
  function onScroll() {
    if (waiting) return;
    waiting = requestAnimationFrame((now) => {
      waiting = 0;
      if (isHeld() || performance.now() < lock) return;
      measure();
      enter(stepAt(tops, readingLine()), "scroll", true);
      staySoon(pace(tops[0], now) > FAST * innerHeight);
    });
  }

  /** How fast the cards move, in pixels a second, whatever the wheel's steps. */
  const last = { at: 0, top: 0, speed: 0 };
  function pace(top, at) {
    const since = at - last.at;
    const now = (1000 * Math.abs(top - last.top)) / since;
    return Object.assign(last, { at, top, speed: last.speed + (now - last.speed) * Math.min(1, since / WHEEL_MS) }).speed;
  }

  /** Who goes by sees who held what; who stays with a card, all of it. */
  let staying = 0;
  function staySoon(isFast) {
    if (isFast) clearTimeout(staying);
    else if (staying) return;
    staying = setTimeout(() => requestAnimationFrame(() => {
      staying = 0;
      if (isFast && waiting) return; // frames may come later than a rest is long: the page scrolls on
      map()?.stay();
    }), isFast ? REST_MS : SLOW_MS);
  }

  // The scroller may be the window or a node of the host: a capturing listener hears both.
  listen(document, "scroll", onScroll, { capture: true, passive: true });
  listen(document, "scrollend", () => { lock = 0; onScroll(); }, { capture: true, passive: true });
  listen(window, "resize", () => onScroll());

  function goTo(index, { smooth = true, cause = "scroll", focus = true } = {}) {
    const card = steps[index];
    const near = Math.abs(index - current) <= 2;
    layOutUpTo(index);
    enter(index, cause);
    // Over a long way nobody wants to watch all the cards go by.
    const calm = !smooth || !near || reducedMotion();
    lock = performance.now() + (calm ? 120 : SCROLL_LOCK_MS);
    const { top } = readingArea();
    card.style.scrollMarginTop = `${Math.round(top + 24)}px`;
    if (calm) jump(card);
    else card.scrollIntoView({ block: "start", behavior: "smooth" });
    if (focus) card.focus({ preventScroll: true });
  }

  // A smooth scroll that was under way may run on over a jump, in browsers that leave it to their compositor:
  // until a hand scrolls, whatever moves the page after a jump is such a one.
  let held = null;
  function jump(card) {
    card.scrollIntoView({ block: "start", behavior: "instant" });
    held = { card, top: card.getBoundingClientRect().top, until: performance.now() + SCROLL_LOCK_MS };
  }
  const isHeld = () => {
    if (!held || performance.now() > held.until) return false;
    if (Math.abs(held.card.getBoundingClientRect().top - held.top) > 2) held.card.scrollIntoView({ block: "start", behavior: "instant" });
    return true;
  };

  const turnText = mountWheel(text);
  function onWheelBeside(event) {
    if (!text.contains(event.target) && turnText(event)) onHand();
  }
  listen(story, "wheel", onWheelBeside, { passive: true });

  // --- keys ------------------------------------------------------------------------------
  function toMap() {
    frame.focus();
    frame.contentDocument?.querySelector("[data-timeline]")?.focus();
  }

  function onKey(event) {
    if (help.isOpen()) return;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target;
    const doc = target.ownerDocument ?? document;
    const own = doc === document;
    // In fields, sliders, lists and open panels the keys belong to them; on the map, the arrows.
    if (target.closest?.("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
    if (help.handle(event)) return;
    if (target.closest?.("input, [role=slider], [role=listbox], summary, [data-contents], .sm-footnote")) return;
    if (event.key === " " && target.closest?.("button, a")) return;
    if (target.closest?.(".leaflet-container") && event.key.startsWith("Arrow")) return;
    if (own && target !== document.body && !story.contains(target)) return;
    const index = stepForKey(event.key, event.shiftKey, current, steps.length);
    if (index === null) return;
    event.preventDefault();
    goTo(index, { focus: own });
  }
  listen(document, "keydown", onKey);

  // --- a single claim ----------------------------------------------------------------------
  for (const claim of story.querySelectorAll("[data-step] p[id], [data-step] li[id]:not(.footnotes li), [data-step] blockquote[id]")) {
    claim.classList.add("sm-claim");
    claim.prepend(h("a.sm-claim-link", { href: `#${claim.id}`, "aria-label": say("claimLink"), title: say("claimLink") }, "¶"));
  }

  function showClaim(id) {
    const claim = id && story.querySelector(`.sm-claim[id="${CSS.escape(id)}"]`);
    for (const other of story.querySelectorAll(".is-linked")) other.classList.remove("is-linked");
    if (!claim) return false;
    const index = steps.indexOf(claim.closest("[data-step]"));
    layOutUpTo(index);
    enter(index, "jump-to-step");
    claim.classList.add("is-linked");
    lock = performance.now() + 120;
    claim.style.scrollMarginTop = `${Math.round(readingArea().top + readingArea().height * 0.2)}px`;
    claim.scrollIntoView({ block: "start", behavior: "instant" });
    return true;
  }

  // --- links -----------------------------------------------------------------------------
  listen(story, "click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const id = link.hash.slice(1);
    if (link.matches(".sm-claim-link")) {
      event.preventDefault();
      history.pushState(history.state, "", `${location.pathname}${location.search}#${id}`);
      showClaim(id);
    } else if (link.dataset.place) {
      event.preventDefault();
      map()?.setState({ highlight: [link.dataset.place] }, { cause: "place" });
    } else if (link.closest("[data-contents]") || ids.includes(id)) {
      event.preventDefault();
      link.closest("details")?.removeAttribute("open");
      goTo(ids.indexOf(id), { cause: "jump-to-step" });
    }
  });

  // --- names -----------------------------------------------------------------------------
  // A place in a card has the chosen name, but for what is quoted: that is the author's own word.
  const places = [...story.querySelectorAll("[data-step] a[data-place]")].filter((link) => {
    if (link.closest("blockquote, q")) return false;
    const before = document.createRange();
    before.selectNodeContents(link.closest("p, li") ?? link.parentElement);
    before.setEndBefore(link);
    return !isQuoted(before.toString());
  }).map((link) => ({ link, written: link.textContent }));

  function renamePlaces() {
    for (const { link, written } of places) {
      const now = map()?.wordFor?.(link.dataset.place, written);
      const word = now?.name ?? written;
      if (link.textContent !== word) link.textContent = word;
      if (now) link.lang = now.lang;
      else link.removeAttribute("lang");
    }
  }

  // --- URL -------------------------------------------------------------------------------
  let applying = false;
  let following = 0;
  function onChange({ detail }) {
    if (detail.cause === "play") return;
    clearTimeout(following);
    if (applying) renamePlaces();
    else if (PUSHED.has(detail.cause)) follow(detail);
    else following = setTimeout(follow, FOLLOW_MS, detail); // to a browser an address is work, and some take no more than a hundred in half a minute
  }

  function follow(detail) {
    renamePlaces();
    // A claim's address is left when its step is.
    const claim = story.querySelector(".is-linked");
    const hash = claim && ids[current] === claim.closest("[data-step]").dataset.step ? location.hash : "";
    const url = `${location.pathname}${withOthers(detail.query, location.search)}${hash}`;
    if (url === location.pathname + location.search + location.hash) return;
    history[PUSHED.has(detail.cause) ? "pushState" : "replaceState"](history.state, "", url);
  }

  /** What the address asks for: a card, and the query for the document. Without either, the first card. */
  function asked() {
    const claim = story.querySelector(`.sm-claim[id="${CSS.escape(location.hash.slice(1))}"]`);
    const inner = new URLSearchParams([...query()].filter(([key]) => OWN.includes(key)));
    const named = claim ? steps.indexOf(claim.closest("[data-step]")) : ids.indexOf(inner.get("step"));
    const index = Math.max(0, named);
    if (claim || ![...inner.keys()].length) inner.set("step", ids[index]);
    return { index, claim, inner, named: claim || named >= 0 || inner.get("step") === ids[index] };
  }

  function openUrl() {
    const { index, claim, inner, named } = asked();
    applying = true;
    map()?.openQuery(`?${inner}`);
    applying = false;
    if (claim) showClaim(claim.id);
    else if (named && index !== current) {
      current = index;
      mark();
      goTo(index, { smooth: false, focus: false });
    }
  }
  listen(window, "popstate", openUrl);

  // --- paper -----------------------------------------------------------------------------
  /** A map for each card, and all that is folded opened; @returns how to undo it. */
  function layOut() {
    const drawn = map()?.paper();
    const added = drawn ? [drawn.defs, ...steps.map((card) => drawn.steps.get(card.dataset.step))] : [];
    if (drawn) story.prepend(drawn.defs);
    for (const card of steps) if (drawn) card.querySelector("h2").after(drawn.steps.get(card.dataset.step));
    const folded = [...story.querySelectorAll("[data-closing] details:not([open])")];
    for (const details of folded) details.open = true;
    return () => {
      for (const node of added) node.remove();
      for (const details of folded) details.open = false;
    };
  }
  let putAway = null;
  listen(window, "beforeprint", () => { putAway ??= layOut(); });
  listen(window, "afterprint", () => { putAway?.(); putAway = null; });

  // --- the document ----------------------------------------------------------------------
  const { index: start, claim, inner } = asked();
  if (poster) showPoster(poster, String(inner) === `step=${ids[0]}`);
  frame.addEventListener("load", () => {
    const inside = frame.contentWindow;
    inside.addEventListener("storymap:change", onChange);
    inside.addEventListener("keydown", onKey);
    inside.addEventListener("wheel", onWheelBeside, { capture: true, passive: true });
    // To ask the map for anything now would make it before its first frame is drawn.
    if (inside.document.querySelector("#storymap[data-ready]")) onReady();
    else inside.addEventListener("storymap:ready", onReady, { once: true });
  });
  function onReady() {
    // A reader may have gone on before the map was there to hear of it.
    if (current !== start && map().getState().step !== ids[current]) map().setState({ step: ids[current] }, { cause: "scroll" });
    renamePlaces();
    requestAnimationFrame(() => requestAnimationFrame(() => poster?.remove())); // the map is drawn by then
    story.toggleAttribute("data-ready", true);
    layOutTheRest();
  }
  if (documentText) frame.srcdoc = documentText.replace('data-query=""', () => `data-query="?${String(inner).replaceAll("&", "&amp;")}"`);
  else frame.src = `${documentUrl}?${inner}`;
  current = start;
  mark();
  const open = () => (claim ? showClaim(claim.id) : start > 0 && goTo(start, { smooth: false, focus: false }));
  open();
  // Style and letters that arrive late move the cards: keep the place, until the reader moves.
  const late = new ResizeObserver(() => (current === start ? open() : late.disconnect()));
  for (const card of steps) late.observe(card);
  /** From here on the page is where the reader has it. */
  function onHand() {
    held = null;
    late.disconnect();
  }
  for (const type of ["wheel", "touchmove", "pointerdown", "keydown"]) listen(window, type, onHand, { capture: true, passive: true });

  return {
    goTo,
    destroy() {
      abort.abort();
      clearTimeout(following);
      clearTimeout(staying);
      late.disconnect();
      footnotes.destroy();
      help.destroy();
      root.replaceChildren();
    },
  };
}

/** The story that the page itself began before its host was there; see `begin`. */
let early = null;

/**
 * The host's two words: `show` puts the story into a node, `leave` takes it away. `show` comes again on
 * each of the host's runs, with the same node; only another story, saved meanwhile, is another page.
 * `leave` may also come for a call that was superseded while the node lives on.
 *
 * @param data {cards, document, style}: addresses relative to the page
 */
export function show({ parentElement, data }) {
  const node = early ?? parentElement;
  const shown = JSON.stringify(data);
  if (node.storyShown === shown) return;
  node.storyShown = shown;
  node.storyPage?.then((page) => page.destroy());
  const url = (path) => new URL(path, document.baseURI).href;
  const root = h("div");
  node.replaceChildren(h("link", { rel: "stylesheet", href: url(data.style) }), root);
  node.storyPage = mount(root, { cards: url(data.cards), document: url(data.document) });
}

export function leave({ parentElement }) {
  const node = early ?? parentElement;
  setTimeout(() => {
    if (parentElement.isConnected || !node.storyPage) return;
    node.storyPage.then((page) => page.destroy());
    delete node.storyPage;
    delete node.storyShown;
    early?.remove();
    early = null;
  }, 0);
}

/**
 * Begin at once where the page names its story: the host's own code is three megabytes, and nobody need
 * wait for it to read. The host finds the story in a node of its own and leaves it there.
 */
export function begin() {
  const given = document.getElementById("storymap-story");
  if (!given) return;
  if (!document.body) { // this code may be here before the page's body is; its "DOMContentLoaded" waits for the host's
    new MutationObserver((_, observer) => {
      if (!document.body) return;
      observer.disconnect();
      begin();
    }).observe(document.documentElement, { childList: true });
    return;
  }
  early = document.body.appendChild(h("main.sm-early"));
  show({ parentElement: early, data: JSON.parse(given.textContent) });
}
