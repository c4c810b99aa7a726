/**
 * A wheel over the map turns the text beside it. Where the text scrolls by itself (story.css) a browser does not take
 * the wheel from one to the other.
 */
import { reducedMotion } from "./dom.mjs";

/** In so many milliseconds two thirds of the way are gone, as where a browser turns the page itself. */
const EASE_MS = 60;
const FRAME_MS = 1000 / 60;

const scrolls = (node) => /auto|scroll/.test(getComputedStyle(node).overflowY);

/** Whether what is under the wheel, or what it lies in, has a way of its own to go. */
function isTaken(under, by) {
  for (let node = under; node; node = node.parentElement) {
    const way = by < 0 ? node.scrollTop : node.scrollHeight - node.clientHeight - node.scrollTop;
    if (way >= 1 && scrolls(node)) return true;
  }
  return false;
}

/**
 * @param text the node that scrolls
 * @returns what is to hear of a wheel beside the text, and tells whether it turns the text
 */
export function mountWheel(text) {
  /** Where the text is to go, where it was put last, and when. */
  let aim = null;
  let put = 0;
  let at = 0;

  function set(top) {
    text.scrollTop = top;
    put = text.scrollTop;
  }

  function roll(now) {
    if (Math.abs(text.scrollTop - put) > 2) aim = null; // somebody else has moved it
    if (aim === null) return;
    const left = aim - put;
    const part = left * (1 - Math.exp((at - now) / EASE_MS));
    at = now;
    set(put + Math.sign(left) * Math.min(Math.abs(left), Math.max(1, Math.abs(part))));
    if (Math.abs(aim - put) < 1) aim = null;
    else requestAnimationFrame(roll);
  }

  return (event) => {
    const { deltaY: by } = event; // pixels, as long as nobody asks in what it is counted
    if (!by || event.ctrlKey || event.metaKey || !scrolls(text) || isTaken(event.target, by)) return false;
    const rolls = aim !== null;
    aim = Math.min(Math.max((rolls ? aim : text.scrollTop) + by, 0), text.scrollHeight - text.clientHeight);
    if (reducedMotion()) {
      set(aim);
      aim = null;
    } else if (!rolls) {
      put = text.scrollTop;
      requestAnimationFrame((now) => {
        at = now - FRAME_MS;
        roll(now);
      });
    }
    return true;
  };
}
