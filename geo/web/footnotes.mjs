/**
 * Footnotes open beside their sentence, by pointer, touch or keyboard, and stay listed at the
 * end of the card for those who read on. The note is laid on the text and is neither a popover nor
 * fixed: those hang from the window, so that a drag or a wheel on them would not move a text that
 * scrolls by itself.
 */
export function mountFootnotes(text) {
  const box = document.createElement("div");
  box.className = "sm-footnote";
  box.hidden = true;
  box.setAttribute("role", "note");
  text.append(box);
  const abort = new AbortController();
  let opener = null;

  const isOpen = () => !box.hidden;
  const close = () => { box.hidden = true; };

  function place() {
    const at = opener.getBoundingClientRect();
    const page = text.getBoundingClientRect();
    const size = box.getBoundingClientRect();
    const left = Math.min(Math.max(8, at.left - page.left - 24), text.clientWidth - size.width - 8);
    const below = at.bottom + 8;
    const top = below + size.height < innerHeight - 8 ? below : Math.max(8, at.top - size.height - 8);
    box.style.left = `${left}px`;
    box.style.top = `${top - page.top + text.scrollTop}px`;
  }

  function open(link) {
    const note = text.querySelector(`[id="${CSS.escape(link.hash.slice(1))}"]`);
    if (!note) return;
    close();
    opener = link;
    const copy = note.cloneNode(true);
    for (const back of copy.querySelectorAll("[role=doc-backlink], .footnote-backref")) back.remove();
    box.replaceChildren(...copy.childNodes);
    box.hidden = false;
    box.scrollTop = 0;
    place();
  }

  text.addEventListener("click", (event) => {
    const link = event.target.closest("[role=doc-noteref]");
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    if (opener === link && isOpen()) close();
    else open(link);
  }, { signal: abort.signal });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen()) return;
    event.preventDefault();
    close();
    opener.focus({ preventScroll: true });
  }, { signal: abort.signal });
  document.addEventListener("pointerdown", (event) => {
    if (isOpen() && !event.target.closest(".sm-footnote, [role=doc-noteref]")) close();
  }, { signal: abort.signal });
  document.addEventListener("scroll", (event) => { if (isOpen() && event.target !== box) close(); }, { capture: true, passive: true, signal: abort.signal });

  return { destroy: () => abort.abort() };
}
