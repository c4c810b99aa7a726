/**
 * The Slides page's stage: a map at 16:9 exactly as it will be framed, shown full screen with the
 * arrow keys or a clicker, and a presenter's view with what to say, what comes next and the time,
 * while another window shows the map alone to the audience.
 */
import { withOthers } from "./address.mjs";
import { h } from "./dom.mjs";
import { say, setWords } from "./strings.mjs";

const CLOCK_MS = 1_000;
/** The size that a frame has on a slide; what is seen here is that, made smaller or larger as a whole. */
const WIDTH = 1280;
const HEIGHT = 720;

/** Which slide a key leads to; null for keys that are not ours. */
export function slideForKey(key, index, count) {
  const moves = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 };
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  return key in moves ? Math.min(Math.max(index + moves[key], 0), count - 1) : null;
}

/** "12:05" of so many milliseconds. */
export function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export async function mount(root, data, report) {
  setWords(data.words);
  document.documentElement.lang = data.words.lang;
  let { slides, current, ui } = data;
  let audience = null;
  const path = location.pathname;
  const abort = new AbortController();
  const address = (slide) => `${data.document}${slide.query ? `${slide.query}&` : "?"}ui=${ui}`;
  const index = () => Math.max(0, slides.findIndex((slide) => slide.name === current));

  const frame = h("iframe", { "data-slide-frame": true, title: say("slideFrame"), allow: "fullscreen" });
  const button = (label, name, onclick) => h("button", { type: "button", "data-slides": name, onclick }, label);
  const place = h("output.sl-place", { "aria-live": "polite" });
  const time = h("span.sl-clock", { role: "timer", "aria-label": say("clock") });
  const next = h("p.sl-next");
  const notes = h("div.sl-notes", { tabindex: 0 });
  const presenter = h("aside.sl-presenter", { hidden: true, "data-presenter": true, "aria-label": say("presenter") },
    h("p.sl-head", {}, time, button(say("openAudience"), "audience", openAudience)), next, notes);
  const stage = h("div.sl-stage", { "data-slide-stage": true }, frame);
  const page = h("div.sl-page", {}, stage, presenter,
    h("div.sl-bar", {}, button(say("slidePrevious"), "previous", () => go(index() - 1)), place, button(say("slideNext"), "next", () => go(index() + 1)),
      button(say("fullScreen"), "full", () => stage.requestFullscreen?.()), button(say("presenter"), "presenter", togglePresenter)));
  root.replaceChildren(page);

  function fit() {
    const scale = Math.min(stage.clientWidth / WIDTH, stage.clientHeight / HEIGHT);
    const left = (stage.clientWidth - WIDTH * scale) / 2;
    const top = (stage.clientHeight - HEIGHT * scale) / 2;
    frame.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
  }
  const observer = new ResizeObserver(fit);
  observer.observe(stage);

  // --- where we are ------------------------------------------------------------------------
  function show() {
    const slide = slides[index()];
    place.textContent = `${index() + 1} / ${slides.length}: ${slide.title}`;
    if (frame.contentWindow?.storyMap && frame.dataset.ui === ui) frame.contentWindow.storyMap.openQuery(slide.query || "?");
    else { frame.dataset.ui = ui; frame.src = address(slide); }
    if (audience && !audience.closed) audience.storyMap?.openQuery(slide.query || "?");
    frame.dataset.slide = slide.name;
    prompt();
    write(slide);
  }

  /** The address opens the slide that is shown. It is replaced, so that Back leaves the slides instead of turning them back. */
  function write(slide) {
    const query = withOthers(slide.address, location.search);
    if (location.pathname === path && query !== location.search) history.replaceState(history.state, "", `${path}${query}${location.hash}`);
  }

  function go(to) {
    const wanted = slides[Math.min(Math.max(to, 0), slides.length - 1)];
    if (wanted.name === current) return;
    current = wanted.name;
    show();
    report(current);
  }

  function onKey(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input, select, textarea, button, a, [role=slider], [role=listbox]")) return;
    const to = slideForKey(event.key, index(), slides.length);
    if (to === null) return;
    event.preventDefault();
    go(to);
  }
  page.addEventListener("keydown", onKey, { signal: abort.signal });
  frame.addEventListener("load", () => frame.contentWindow.addEventListener("keydown", onKey), { signal: abort.signal });

  // --- the presenter -----------------------------------------------------------------------
  let begun = 0;
  const timer = setInterval(() => { if (begun) time.textContent = clock(Date.now() - begun); }, CLOCK_MS);
  let cards = null;

  async function togglePresenter() {
    presenter.hidden = !presenter.hidden;
    page.classList.toggle("is-presenting", !presenter.hidden);
    if (presenter.hidden) return;
    begun = Date.now();
    time.textContent = clock(0);
    cards ??= new DOMParser().parseFromString(await (await fetch(data.cards)).text(), "text/html");
    prompt();
  }

  /** What to say: the step's own card. */
  function prompt() {
    if (presenter.hidden || !cards) return;
    const card = cards.querySelector(`[data-step="${CSS.escape(current)}"]`);
    const following = slides[index() + 1];
    next.textContent = following ? say("nextSlide", { title: following.title }) : say("lastSlide");
    const copy = card ? [...card.cloneNode(true).childNodes] : [h("p", {}, slides[index()].note)];
    notes.replaceChildren(...copy);
    for (const named of notes.querySelectorAll("[id]")) named.removeAttribute("id");
    notes.scrollTop = 0;
  }

  function openAudience() {
    audience = window.open(address(slides[index()]), "storymap-audience", "popup,width=1280,height=720");
    audience?.addEventListener("load", () => audience.addEventListener("keydown", onKey));
  }

  show();
  return {
    update(changed) {
      const same = changed.current === current && changed.ui === ui && JSON.stringify(changed.slides) === JSON.stringify(slides);
      if (same) return;
      ({ slides, current, ui } = changed);
      show();
    },
    destroy() {
      abort.abort();
      clearInterval(timer);
      observer.disconnect();
      root.replaceChildren();
    },
  };
}
