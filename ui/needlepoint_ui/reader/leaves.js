// A leaf is what is drawn of a page at once: a picture with its words over it, or a stretch of text. Until it comes, an empty
// one of about the same height holds its place.

const TALLEST_LINE = 26, PER_LINE = 78;

class Leaf {
  constructor(page, part, isPicture, estimate) {
    Object.assign(this, { page, part, isPicture });
    this.node = make("div", "np-leaf");
    this.node.npLeaf = this;
    this.node.style.minHeight = estimate;
    this.pieces = []; this.words = this.layer = this.hits = null; this.width = 0; this.isDrawn = false;
  }

  /** Draw what was sent; a picture has its size, and its boxes their places, only when `onLoaded` is called. */
  draw(sent, name, unit, onLoaded) {
    this.failed = sent.failed; this.failedAt = Date.now();
    if (sent.failed && this.isDrawn) return; // what is there stays
    this.isDrawn = !sent.failed;
    this.node.classList.toggle("np-leaf-failed", Boolean(sent.failed));
    if (sent.failed) {
      this.node.replaceChildren(make("p", "np-leaf-why", `This ${unit} cannot be shown: ${sent.failed}`));
      return;
    }
    this.start = sent.start;
    if (sent.picture) this.drawPicture(sent, name, unit, onLoaded);
    else this.drawText(sent);
  }

  drop() {
    if (!this.isPicture || !this.isDrawn) return;
    this.isDrawn = false; this.words = this.layer = this.hits = null; this.width = 0;
    this.node.replaceChildren();
  }

  drawPicture(sent, name, unit, onLoaded) {
    const marked = sent.boxes.length ? ", with the quoted words in a box" : "";
    const image = make("img");
    image.alt = `${unit[0].toUpperCase()}${unit.slice(1)} ${sent.page} of ${name} as a picture${marked}; its text is under Text`;
    image.draggable = false;
    image.onload = () => { this.node.style.aspectRatio = `${image.naturalWidth} / ${image.naturalHeight}`; onLoaded(); };
    image.src = sent.picture;
    this.width = sent.width;
    this.layer = make("div", "np-words");
    this.hits = make("div", "np-hits");
    const boxes = sent.boxes.map((box) => placed(make("span", "np-box"), box));
    const sheet = make("div", "np-sheet");
    sheet.append(image, ...boxes, this.hits, this.layer);
    const before = this.node.querySelector("img");
    if (before) { image.decode().catch(() => {}).then(() => { this.node.replaceChildren(sheet); onLoaded(); }); } // no blank moment when enlarged
    else this.node.replaceChildren(sheet);
    if (this.words) this.layWords();
  }

  takeWords({ text, words }) {
    if (!this.isDrawn || !this.layer) return;
    this.words = words.map(([from, to, ...box]) => [from + this.start, to + this.start, ...box]);
    this.text = text;
    this.layWords();
  }

  /** Put transparent words over the picture, so that they can be selected. */
  layWords() {
    this.layer.replaceChildren(...linesOf(this.words).map((line) => {
      const [, , left, top] = line[0], bottom = Math.max(...line.map((word) => word[5])), right = line.at(-1)[4];
      const node = placed(make("div", "np-words-line"), [left, top, right, bottom]);
      let at = left;
      for (const [from, to, wordLeft, , wordRight] of line) {
        const share = (width) => `${(100 * width / Math.max(right - left, 1e-6)).toFixed(3)}%`;
        if (wordLeft > at) { const gap = make("span", "np-words-gap", " "); gap.style.width = share(wordLeft - at); node.append(gap); }
        else if (at > left) node.append(" ");
        const word = make("span", "np-word", slice(this.text, from - this.start, to - this.start));
        word.style.width = share(wordRight - Math.max(wordLeft, at));
        node.append(word);
        at = wordRight;
      }
      node.append("\n"); // what is selected over several lines is copied as several lines
      return node;
    }));
    requestAnimationFrame(() => this.fitWords());
  }

  /** Stretch the letters of each word to the width that it has on the picture. */
  fitWords() {
    const sheet = this.node.querySelector(".np-sheet");
    if (!sheet || !sheet.clientHeight || !this.layer) return;
    const sizes = [];
    for (const line of this.layer.children) line.style.fontSize = `${(line.offsetHeight * 0.82).toFixed(1)}px`;
    for (const word of this.layer.querySelectorAll(".np-word")) sizes.push([word, word.clientWidth, word.scrollWidth]);
    for (const [word, room, width] of sizes) if (width > room) word.style.letterSpacing = `${((room - width) / Math.max(word.textContent.length, 1)).toFixed(2)}px`;
  }

  drawText(sent) {
    this.pieces = [];
    const piece = (text, start, tag) => { const node = textNode(text, start, tag); this.pieces.push(node); return node; };
    const nodes = sent.why ? [make("p", "np-leaf-why", sent.why)] : [];
    if (sent.grid?.length) nodes.push(grid(sent.columns, sent.grid, piece));
    nodes.push(...sent.blocks.map((block) => BLOCKS[block[0]](block, piece)));
    this.node.style.minHeight = "";
    this.node.replaceChildren(...nodes);
    requestAnimationFrame(() => { // what scrolls sideways can be reached by keyboard
      for (const box of this.node.querySelectorAll(".np-table-box"))
        if (box.scrollWidth > box.clientWidth) { box.tabIndex = 0; box.setAttribute("role", "group"); box.setAttribute("aria-label", "Table"); }
    });
  }

  /** Mark ranges of the document's text. */
  mark(ranges) {
    for (const piece of this.pieces) markPiece(piece, ranges);
    for (const range of ranges) { // words that are in no piece, such as the name in a row that the heading shows already
      const end = this.pieces.at(-1)?.npEnd;
      if (range.start < this.start || !end || range.start >= end) continue;
      if (this.pieces.some((piece) => piece.npStart < range.end && piece.npEnd > range.start)) continue;
      const near = this.pieces.find((piece) => piece.npStart >= range.start) ?? this.pieces.at(-1);
      markPiece(near, [...ranges, { ...range, start: near.npStart, end: near.npEnd }].sort((a, b) => a.start - b.start));
    }
    if (!this.words || !this.hits) return;
    const boxes = ranges.filter((range) => range.isHit).flatMap((range) => boxesOf(this.words, range.start, range.end)
      .map((box) => placed(make("span", range.name), box)));
    this.hits.replaceChildren(...boxes);
  }

  /** The element at which a range of the text stands, if it is drawn. */
  at(start, end, isHit) {
    if (!this.isDrawn) return null;
    if (this.layer) return isHit ? this.hits.querySelector(".np-hit-now") : this.node.querySelector(".np-box");
    const piece = this.pieces.find((each) => each.npStart < end && each.npEnd > start);
    return piece?.querySelector(isHit ? ".np-hit-now" : "mark:not(.np-hit)") ?? piece
      ?? this.node.querySelector(isHit ? ".np-hit-now" : "mark:not(.np-hit)");
  }
}

function placed(node, [left, top, right, bottom]) {
  Object.assign(node.style, {
    left: `${100 * left}%`, top: `${100 * top}%`, width: `${100 * (right - left)}%`, height: `${100 * (bottom - top)}%`,
  });
  return node;
}

function holding(tag, name, ...children) { const node = make(tag, name); node.append(...children); node.dir = "auto"; return node; }

const BLOCKS = {
  heading: ([, start, text], piece) => holding("h3", "np-text-heading", piece(text, start)),
  text: ([, start, text], piece) => holding("p", "", piece(text, start)),
  item: ([, start, text], piece) => holding("p", "np-text-item", piece(text, start)),
  note: ([, start, text], piece) => holding("p", "np-text-note", piece(text, start)),
  table: ([, , headings, rows], piece) => {
    const table = make("table", headings.length ? "np-table" : "np-table np-named"), body = make("tbody");
    if (headings.length) {
      const head = make("thead"), row = make("tr");
      row.append(...headings.map((heading) => { const cell = holding("th", "", heading); cell.scope = "col"; return cell; }));
      head.append(row); table.append(head);
    }
    for (const cells of rows) {
      const row = make("tr");
      row.append(...cells.map((cell, at) => {
        const node = make(!headings.length && at === 0 ? "th" : "td");
        if (node.tagName === "TH") node.scope = "row";
        node.dir = "auto";
        if (cell) node.append(piece(cell[1], cell[0]));
        return node;
      }));
      body.append(row);
    }
    table.append(body);
    return holding("div", "np-table-box", table);
  },
};

/** The rows of a sheet with the letters of its columns and the numbers of its rows. */
function grid(columns, rows, piece) {
  const table = make("table", "np-table np-cells"), head = make("thead"), letters = make("tr"), body = make("tbody");
  letters.append(make("td"), ...columns.map(([letter]) => { const cell = make("th", "", letter); cell.scope = "col"; return cell; }));
  head.append(letters);
  for (const [number, start, , cells] of rows) {
    const row = make("tr", start === null ? "np-cells-heading" : ""), name = make("th", "", String(number));
    name.scope = "row";
    const own = new Map(cells.map((cell) => [cell[0], cell]));
    row.append(name, ...columns.map(([letter, width], at) => {
      const cell = own.get(at + 1), node = make("td");
      node.dir = "auto";
      node.style.setProperty("--np-column", width);
      if (cell) { node.dataset.cell = `${letter}${number}`; node.append(cell[1] === null ? cell[2] : piece(cell[2], cell[1])); }
      if (cell && cell[2].length <= 34) node.classList.add("np-short");
      if (cell && /^[^\p{L}]*\d[^\p{L}]*$/u.test(cell[2])) node.classList.add("np-number");
      return node;
    }));
    body.append(row);
  }
  table.append(head, body);
  return holding("div", "np-table-box", table);
}
