// Places in a document's text. The service counts characters, JavaScript halves of some of them: a text with such ones is cut
// into its characters first. Nothing here is HTML: words of documents are set as text only.

const isSimple = (text) => !/[\uD800-\uDFFF]/.test(text);
const lengthOf = (text) => isSimple(text) ? text.length : [...text].length;
const slice = (text, start, end) => isSimple(text) ? text.slice(start, end) : [...text].slice(start, end).join("");

function make(tag, name, text) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  if (text !== undefined) node.textContent = text;
  return node;
}

/** A stretch of text that begins at a character of the document; what is marked in it can change. */
function textNode(text, start, tag = "span") {
  const node = make(tag, "np-piece", text);
  node.npText = text; node.npStart = start; node.npEnd = start + lengthOf(text);
  return node;
}

/** Mark ranges in a stretch of text: `{start, end, name}`, in order of their starts; where two meet, the later one is on top. */
function markPiece(node, ranges) {
  const { npText: text, npStart: start, npEnd: end } = node;
  const own = ranges.filter((range) => range.start < end && range.end > start);
  const state = own.map((range) => `${range.start}-${range.end}${range.name}`).join();
  if (state === (node.npState ?? "")) return;
  node.npState = state;
  if (!own.length) { node.textContent = text; return; }
  const bounds = new Set([start, end]);
  for (const range of own) { bounds.add(Math.max(range.start, start)); bounds.add(Math.min(range.end, end)); }
  const cuts = [...bounds].sort((a, b) => a - b), parts = [];
  for (let at = 0; at + 1 < cuts.length; at++) {
    const words = slice(text, cuts[at] - start, cuts[at + 1] - start);
    const over = own.filter((range) => range.start <= cuts[at] && range.end > cuts[at]).at(-1);
    parts.push(over ? make("mark", over.name, words) : document.createTextNode(words));
  }
  node.replaceChildren(...parts);
}

/** Where words stand on a page, as fractions: one box a line; parts of words are cut in proportion. */
function boxesOf(words, start, end) {
  const boxes = [];
  for (const [from, to, left, top, right, bottom] of words) {
    if (to <= start || from >= end) continue;
    const width = (right - left) / Math.max(to - from, 1);
    const box = [left + width * (Math.max(start, from) - from), top, left + width * (Math.min(end, to) - from), bottom];
    const last = boxes.at(-1), height = bottom - top;
    if (last && Math.min(last[3], bottom) - Math.max(last[1], top) > height / 2 && box[0] - last[2] < 3 * height && box[0] >= last[2] - height) {
      last[1] = Math.min(last[1], top); last[2] = box[2]; last[3] = Math.max(last[3], bottom);
    } else boxes.push(box);
  }
  return boxes;
}

/** The words of a page as lines: words beside each other, from left to right. */
function linesOf(words) {
  const lines = [];
  for (const word of words) {
    const [, , left, top, right, bottom] = word, line = lines.at(-1), last = line?.at(-1);
    const height = bottom - top;
    const goesOn = last && Math.min(last[5], bottom) - Math.max(last[3], top) > 0.5 * Math.min(height, last[5] - last[3])
      && left >= last[4] - 0.3 * height && left - last[4] < 4 * height;
    if (goesOn) line.push(word); else lines.push([word]);
  }
  return lines;
}
