// Looks at what is drawn, frame by frame, in the page and its frames of the same origin. Idle unless a measurement is on.
(() => {
  const now = () => performance.timeOrigin + performance.now();
  if (window.top !== window) {
    // A key pressed within a frame counts from its own arrival.
    addEventListener("keydown", (e) => { try { window.top.bench.input(performance.timeOrigin + e.timeStamp); } catch { /* another origin */ } }, true);
    return;
  }
  const { colors, letters, units, pixels } = __SETTINGS__;
  const order = new Map(units.map((id, i) => [id, i]));

  if (pixels) { // WebGL throws its picture away unless asked to keep it
    const get = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (type, options) {
      return get.call(this, type, /webgl/.test(type) ? { ...options, preserveDrawingBuffer: true } : options);
    };
  }
  const small = document.createElement("canvas");
  small.width = 96;
  small.height = 64;

  function documents() {
    const found = [document];
    for (let i = 0; i < found.length; i += 1) {
      for (const frame of found[i].querySelectorAll("iframe")) {
        try { if (frame.contentDocument) found.push(frame.contentDocument); } catch { /* another origin */ }
      }
    }
    return found;
  }

  /** What the map shows: a letter for each unit, "" while nothing is drawn. */
  function seen() {
    const floor = document.querySelector("#seen");
    if (floor) return floor.dataset.value;
    const map = window.benchmarkMap;
    if (map) {
      if (!map.getLayer("control") || !map.isStyleLoaded()) return "";
      const word = Array(units.length).fill("?");
      for (const { properties: p } of map.queryRenderedFeatures({ layers: ["control"] })) {
        word[p.number] = word[p.number] === "?" || word[p.number] === p.letter ? p.letter : "!";
      }
      return word.every((c) => c === "?") ? "" : word.join("");
    }
    if (pixels) {
      const canvas = document.querySelector('[data-testid="stDeckGlJsonChart"] canvas');
      if (!canvas?.width) return "";
      const context = small.getContext("2d", { willReadFrequently: true });
      context.clearRect(0, 0, 96, 64);
      context.drawImage(canvas, 0, 0, 96, 64);
      let hash = 0;
      let painted = 0;
      const { data } = context.getImageData(0, 0, 96, 64);
      for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3]) painted += 1;
        hash = (hash * 33 + data[i] + data[i + 1] * 3 + data[i + 2] * 5) >>> 0;
      }
      return painted > 200 ? String(hash) : "";
    }
    const headline = document.querySelector(".tl-slide .tl-headline");
    if (headline) return headline.textContent;
    for (const doc of documents()) {
      const own = doc.querySelectorAll("path[data-unit]");
      if (own.length) {
        const word = Array(units.length).fill("?");
        for (const path of own) word[order.get(path.dataset.unit)] = letters[path.dataset.controller];
        return word.join("");
      }
      const paths = doc.querySelectorAll("path.unit");
      if (paths.length) return [...paths].map((path) => colors[path.getAttribute("fill")] ?? "!").join("");
    }
    return "";
  }

  // On WebGL what is out of sight is not rendered: "?" stands for anything, but all of it may not be "?".
  const matches = (word, wanted) => word === wanted
    || (Boolean(word) && word.length === wanted.length && word.includes("?") && [...word].every((c, i) => c === "?" || c === wanted[i]));

  let record = null;
  let born = null;
  const bench = window.bench = {
    seen, matches, first: null, longest: 0, tasks: [],
    input(at) { if (record && born === null) born = at; },
    /** Begin to look. `wanted` is the word to wait for; null waits until whatever changes has changed for good. */
    arm(wanted, quiet = 250, timeout = 6000) {
      born = null;
      record = [];
      const before = seen();
      bench.result = new Promise((done) => {
        const begin = now();
        const finish = (settled, right) => {
          const frames = record.filter(([at]) => at > (born ?? begin));
          record = null;
          return {
            ms: settled - born, right: right && born !== null, frames: frames.filter(([at]) => at <= settled).length,
            blank: frames.filter(([, word]) => !word).length,
          };
        };
        // From here on it has been right without a break.
        const firstRight = () => {
          let i = record.length;
          while (i > 0 && matches(record[i - 1][1], wanted)) i -= 1;
          return record[i]?.[0] ?? Infinity;
        };
        // Looked at when the frame has been made, so that what its own callbacks did is in it, and its cost in the time.
        const made = new MessageChannel();
        made.port1.onmessage = () => {
          const at = now();
          const word = seen();
          record.push([at, word]);
          const changed = record.findLast((r, i) => r[1] !== (record[i - 1]?.[1] ?? before));
          const right = wanted === null ? changed && word : matches(word, wanted);
          const since = wanted === null ? (changed?.[0] ?? at) : firstRight();
          if (born !== null && right && at - Math.max(since, born) > quiet) done(finish(since, true));
          else if (at - begin > timeout) done(finish(at, false));
          else requestAnimationFrame(tick);
        };
        const tick = () => made.port2.postMessage(0);
        requestAnimationFrame(tick);
      });
    },
    act(work) { bench.input(now()); work(); },
    /** Lengths of all frames until `stop`. */
    watchFrames() {
      const lengths = [];
      const blanks = [];
      let last = null;
      let on = true;
      const tick = (at) => {
        if (last !== null) lengths.push(at - last);
        if (!seen()) blanks.push(at);
        last = at;
        if (on) requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
      bench.stop = () => { on = false; return { lengths, blank: blanks.length }; };
    },
  };
  for (const type of ["keydown", "click"]) addEventListener(type, (e) => bench.input(performance.timeOrigin + e.timeStamp), true);
  new PerformanceObserver((list) => { for (const e of list.getEntries()) bench.tasks.push([e.startTime, e.startTime + e.duration]); }).observe({ type: "longtask", buffered: true });
  bench.opened = new Promise((done) => {
    const opening = () => {
      if (document.body && seen()) done(bench.first = performance.now());
      else if (performance.now() > 30_000) done(null);
      else requestAnimationFrame(opening);
    };
    requestAnimationFrame(opening);
  });
})();
