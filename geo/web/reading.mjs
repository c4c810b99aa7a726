/**
 * Which step is being read. Pure: positions in, an index out.
 */

/**
 * The step at the reading line: the last whose top is at or above it.
 * @param tops document-order positions of the steps' tops, in px, ascending.
 * @param line position of the reading line in the same px.
 */
export function stepAt(tops, line) {
  let low = 0;
  let high = tops.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (tops[middle] <= line) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Where a key takes the reader: an index, or null for keys that are not ours. */
export function stepForKey(key, shift, index, count) {
  const last = count - 1;
  const moves = {
    ArrowDown: index + 1, ArrowRight: index + 1, PageDown: index + 1, " ": index + (shift ? -1 : 1),
    ArrowUp: index - 1, ArrowLeft: index - 1, PageUp: index - 1, Home: 0, End: last,
  };
  return key in moves ? Math.min(Math.max(moves[key], 0), last) : null;
}
