// The reader: all pages of a document in one scrolling column. Pages come as they come into view; those far away are dropped.
// What is shown comes from the page's own server, which has it from the service; nothing else is fetched.

const NARROWEST = 640, STEP = 1.2, SMALLEST = 0.4, LARGEST = 4, MOST_DRAWN = 14, MOST_ASKED = 3, MOST_SMALL = 8, PATIENCE_MS = 8000;
const START = 0.3; // of the box's height, at which a mark is shown, and the line that tells which page is read

class Reader {
  constructor(root, tell) {
    Object.assign(this, { root, tell, shown: "", command: -1, pages: [], leaves: [], current: 1, number: 0, answered: 0, zoom: 1, target: null });
    for (const [name, part] of Object.entries({ frame: "frame", large: "large", previous: "previous", next: "next", field: "page", of: "of", back: "back",
      smaller: "smaller", larger: "larger", fitWidth: "fit", enlarge: "enlarge", turning: "turning" }))
      this[name] = root.querySelector(`.np-reader-${part}`);
    this.box = root.querySelector(".np-pages");
    this.near = new Set();
    this.finding = new Finding(this);
    this.strip = new Strip(this);
    this.watch = new IntersectionObserver((seen) => this.see(seen), { root: this.box, rootMargin: "60% 0px" });
    this.listen();
  }

  listen() {
    this.previous.onclick = () => this.turn(-1);
    this.next.onclick = () => this.turn(1);
    this.field.onchange = () => { const page = Math.round(Number(this.field.value)); if (page) this.goTo({ page: Math.min(Math.max(page, 1), this.pages.length) }); };
    this.back.onclick = () => this.goTo(this.markTarget());
    this.smaller.onclick = () => this.enlargeBy(1 / STEP);
    this.larger.onclick = () => this.enlargeBy(STEP);
    this.fitWidth.onclick = () => this.setZoom(null);
    this.enlarge.onclick = () => this.large.open ? this.leave() : this.enter();
    this.large.oncancel = (event) => { event.preventDefault(); this.leave(); };
    this.large.onclick = (event) => { if (event.target === this.large) this.leave(); };
    this.box.onscroll = () => this.later();
    this.box.onkeydown = (event) => this.key(event);
    for (const kind of ["wheel", "touchmove", "pointerdown"]) this.box.addEventListener(kind, () => { this.target = null; }, { passive: true });
    new ResizeObserver(() => this.fit()).observe(this.box);
  }

  // --- what the page sends

  take(data) {
    const isOther = data.shown !== this.shown;
    if (isOther && !data.pages) return this.tell({ shown: "", number: Date.now() }); // this reader is new, and has to be told all
    this.unit = data.unit; this.name = data.name; this.asPictures = data.asPictures;
    if (isOther) this.build(data);
    this.mark = data.mark.end > data.mark.start ? data.mark : null;
    if (data.answer >= this.number) { this.answered = this.number; clearTimeout(this.patience); }
    const isMoved = data.command !== this.command;
    this.command = data.command;
    if (isMoved && !isOther && this.asPictures) for (const leaf of this.leaves) if (leaf.isDrawn && leaf.hasMark) leaf.drop();
    for (const sent of data.parts) this.leafOf(sent.page, sent.part)?.draw(sent, this.name, this.unit, () => this.keep());
    for (const sent of data.parts) { const leaf = this.leafOf(sent.page, sent.part); if (leaf) leaf.hasMark = Boolean(sent.boxes?.length); }
    for (const sent of data.words) this.leafOf(sent.page, 0)?.takeWords(sent);
    this.strip.take(data.thumbnails);
    this.finding.take(data.found);
    this.markAll();
    if (isMoved) { this.goTo(data.page ? { page: data.page } : this.markTarget()); this.told = this.current; }
    else if (data.parts.length) this.keep();
    this.describe();
    this.askSoon();
    if (data.parts.some((sent) => sent.failed)) setTimeout(() => this.askSoon(), PATIENCE_MS);
  }

  build(data) {
    this.shown = data.shown; this.command = -1; this.target = null; this.near.clear();
    this.watch.disconnect();
    this.finding.clear();
    this.size = data.part;
    this.pages = data.pages.map(([number, start, end, title, width, height]) => ({ number, start, end, title, width, height }));
    this.leaves = [];
    const unread = data.unread.length ? [this.unreadNote(data.unread)] : [];
    this.box.classList.toggle("np-picture", this.asPictures);
    this.box.replaceChildren(...unread, ...this.pages.map((page) => this.buildPage(page, data.part)));
    this.box.scrollTop = 0;
    for (const leaf of this.leaves) this.watch.observe(leaf.node);
    this.of.textContent = `of ${this.pages.length.toLocaleString("en")}`;
    this.field.max = this.pages.length;
    this.turning.hidden = this.pages.length < 2;
    this.strip.build(this.pages, this.asPictures, this.unit);
    this.fit();
  }

  unreadNote(lines) {
    const note = make("div", "np-unread"), list = make("ul");
    list.append(...lines.map((line) => { const item = make("li", "", line); item.dir = "auto"; return item; }));
    note.append(make("p", "", "Not read of this file, so it is not searched:"), list);
    return note;
  }

  buildPage(page, size) {
    const node = make("section", "np-page"), name = `${this.unit[0].toUpperCase()}${this.unit.slice(1)} ${page.number}`;
    node.setAttribute("aria-label", name);
    page.node = node;
    const isTitled = page.title && (this.unit === "sheet" || this.pages.length > 1);
    if (this.pages.length > 1 || this.asPictures) {
      const label = make("p", "np-page-name", isTitled && this.unit !== "page" ? `${name}: ${page.title}` : name);
      label.dir = "auto";
      if (this.asPictures) label.setAttribute("aria-hidden", "true");
      node.append(label);
    }
    const count = this.asPictures ? 1 : Math.max(1, Math.ceil((page.end - page.start) / size));
    page.leaves = Array.from({ length: count }, (_, part) => {
      const characters = Math.min(size, page.end - page.start - part * size);
      const leaf = new Leaf(page, part, this.asPictures, this.asPictures ? "" : `${Math.max(1, characters / PER_LINE) * TALLEST_LINE}px`);
      if (this.asPictures) leaf.node.style.aspectRatio = `${page.width || 595} / ${page.height || 842}`;
      this.leaves.push(leaf);
      node.append(leaf.node);
      return leaf;
    });
    return node;
  }

  leafOf(page, part) { return this.pages[page - 1]?.leaves[part]; }

  describe() {
    const what = this.asPictures ? `${this.unit[0].toUpperCase()}${this.unit.slice(1)} ${this.current} of ${this.name} as a picture${this.leafOf(this.current, 0)?.hasMark ? ", with the quoted words in a box" : ""}; its text is under Text`
      : `Text of ${this.name}, ${this.unit} ${this.current}`;
    if (this.box.getAttribute("aria-label") !== what) this.box.setAttribute("aria-label", what);
    if (document.activeElement !== this.field) this.field.value = this.current;
    this.previous.disabled = this.current <= 1;
    this.next.disabled = this.current >= this.pages.length;
    this.strip.follow(this.current);
    this.showBack();
  }

  // --- marks

  markAll() {
    for (const leaf of this.leaves) if (leaf.isDrawn) this.markLeaf(leaf);
  }

  markLeaf(leaf) {
    const { start, end } = leaf.page;
    const ranges = this.mark ? [{ ...this.mark, name: this.mark.soft ? "np-soft" : "", isHit: false }] : [];
    leaf.mark([...ranges, ...this.finding.ranges(start, end)]);
  }

  markTarget() { return this.mark ? { page: this.mark.page, start: this.mark.start, end: this.mark.end } : { page: 1 }; }

  showBack() {
    const node = this.mark && this.element(this.markTarget());
    const away = this.mark && !(node && this.isInView(node));
    this.back.hidden = !away;
    if (away) this.back.textContent = `Back to the marked words${this.pages.length > 1 ? ` on ${this.unit} ${this.mark.page}` : ""}`;
  }

  isInView(node) {
    const own = node.getBoundingClientRect(), box = this.box.getBoundingClientRect();
    return own.bottom > box.top && own.top < box.bottom;
  }

  // --- going to a place

  /** Go to a page, or to words: `{page}` or `{page, start, end, isHit}`. It is kept in view until the person scrolls. */
  goTo(target) {
    this.target = target;
    this.current = target.page;
    this.keep();
    this.describe();
    this.later();
  }

  turn(by) {
    const page = Math.min(Math.max(this.current + by, 1), this.pages.length);
    if (page !== this.current) this.goTo(this.mark?.page === page && this.mark ? this.markTarget() : { page });
  }

  element({ page, start, end, isHit }) {
    if (start === undefined) return null;
    const leaves = this.pages[page - 1]?.leaves.filter((leaf) => leaf.isDrawn) ?? [];
    for (const leaf of leaves) if (leaf.layer || leaf.start === undefined || leaf.pieces.some((piece) => piece.npEnd > start)) {
      const found = leaf.at(start, end, isHit);
      if (found) return found;
    }
    return null;
  }

  /** Bring the target into view again, after something has changed its place. */
  keep() {
    const page = this.target && this.pages[this.target.page - 1];
    if (!page) return;
    const box = this.box.getBoundingClientRect(), node = this.element(this.target);
    if (this.target.page === 1 && this.target.start === undefined) { this.box.scrollTop = 0; return this.keepSideways(null, box); }
    let leaf = page.leaves[0].node;
    if (!node && this.target.start !== undefined && page.leaves.length > 1)
      leaf = page.leaves.findLast((each) => page.start + each.part * this.size <= this.target.start)?.node ?? leaf;
    const at = (node ?? (leaf === page.leaves[0].node ? page.node : leaf)).getBoundingClientRect();
    const wanted = node ? at.top - box.top - this.box.clientHeight * START : at.top - box.top - 8;
    if (Math.abs(wanted) > 1) this.box.scrollTop += wanted;
    const table = node?.closest(".np-table-box"), frame = table?.getBoundingClientRect(), own = node?.getBoundingClientRect();
    if (table && (own.left < frame.left || own.right > frame.right)) table.scrollLeft += own.left - frame.left - frame.width / 3;
    this.keepSideways(node?.getBoundingClientRect() ?? null, box);
  }

  keepSideways(at, box) {
    if (this.box.scrollWidth <= this.box.clientWidth) return;
    const sheet = this.pages[this.target.page - 1].node.getBoundingClientRect(), edge = 24;
    let left = this.asPictures ? (sheet.width - box.width) / 2 + sheet.left - box.left + this.box.scrollLeft : this.box.scrollLeft;
    if (at) {
      const begin = at.left - box.left + this.box.scrollLeft, end = begin + at.width;
      left = Math.max(Math.min(left, begin - edge), end + edge - this.box.clientWidth);
      left = Math.min(left, begin - edge); // the beginning, if there is no room for all
    }
    this.box.scrollLeft = Math.max(0, left);
  }

  later() { this.frameAsked ??= requestAnimationFrame(() => { this.frameAsked = null; this.follow(); }); }

  /** Find out which page is in view. */
  follow() {
    if (!this.pages.length) return;
    if (!this.target) {
      const line = this.box.getBoundingClientRect().top + this.box.clientHeight * START;
      let low = 0, high = this.pages.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (this.pages[middle].node.getBoundingClientRect().top <= line) low = middle; else high = middle - 1;
      }
      this.current = low + 1;
    }
    this.describe();
    if (this.told !== this.current) this.askSoon();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (["ArrowUp", "ArrowDown", "PageUp", "PageDown", " "].includes(event.key)) { this.target = null; return; }
    const actions = { "+": () => this.enlargeBy(STEP), "=": () => this.enlargeBy(STEP), "-": () => this.enlargeBy(1 / STEP), "0": () => this.setZoom(null),
      Home: () => this.goTo({ page: 1 }), End: () => this.goTo({ page: this.pages.length }), "[": () => this.turn(-1), "]": () => this.turn(1),
      f: () => this.finding.open() };
    const action = actions[event.key.length > 1 ? event.key : event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault(); event.stopPropagation();
    action();
  }

  // --- sizes

  setZoom(zoom) { this.keepPlace(() => { this.zoom = zoom; this.fit(); }); }

  enlargeBy(by) { this.setZoom(Math.min(Math.max((this.zoom ?? this.scale()) * by, SMALLEST), LARGEST)); }

  scale() { return this.asPictures ? this.pageWidth / Math.max(this.room(), NARROWEST) : 1; }

  room() { return this.box.clientWidth - (this.asPictures ? 16 : 0); }

  /** Set the width of pages, or the size of letters; one is the usual, which can be read; null fits the width. */
  fit() {
    if (!this.box.clientWidth) return;
    const before = this.pageWidth;
    this.pageWidth = Math.round(this.zoom === null ? this.room() : Math.max(this.room(), NARROWEST) * this.zoom);
    this.box.style.setProperty("--np-page-width", `${this.pageWidth}px`);
    this.box.style.setProperty("--np-text-zoom", String(this.zoom ?? 1));
    if (before && before !== this.pageWidth && this.asPictures) {
      for (const leaf of this.leaves) if (leaf.isDrawn) leaf.fitWords();
    }
    this.keep();
    this.askSoon();
  }

  /** Change sizes, and keep what is in view where it is. */
  keepPlace(change) {
    if (this.target) { change(); return this.keep(); }
    const page = this.pages[this.current - 1]?.node, line = this.box.clientHeight * START, top = this.box.getBoundingClientRect().top;
    const share = page ? (top + line - page.getBoundingClientRect().top) / Math.max(page.offsetHeight, 1) : 0;
    change();
    if (page) this.box.scrollTop += page.getBoundingClientRect().top + share * page.offsetHeight - top - line;
  }

  /** Move the reader into a dialog of its own, and back. */
  enter() { this.switchTo(true, () => { this.large.append(this.frame); this.large.showModal(); }); }

  leave() { this.switchTo(false, () => { this.large.close(); this.large.before(this.frame); this.enlarge.focus(); }); }

  switchTo(isLarge, change) {
    const { scrollTop, scrollLeft } = this.box;
    this.target ??= null;
    const target = this.target ?? (this.mark && this.element(this.markTarget()) && this.isInView(this.element(this.markTarget())) ? this.markTarget() : { page: this.current });
    change();
    this.enlarge.setAttribute("aria-label", isLarge ? "Close the enlarged document" : "Enlarge");
    this.enlarge.title = isLarge ? "Close ( Esc )" : "Enlarge";
    Object.assign(this.box, { scrollTop, scrollLeft });
    this.fit();
    this.goTo(target);
    if (isLarge) this.box.focus({ preventScroll: true });
  }

  // --- asking for what is in view

  see(seen) {
    for (const { target, isIntersecting } of seen) if (isIntersecting) this.near.add(target.npLeaf); else this.near.delete(target.npLeaf);
    this.askSoon();
  }

  askSoon() { clearTimeout(this.asking); this.asking = setTimeout(() => this.ask(), 60); }

  wanted() {
    const needed = Math.min(this.pageWidth * Math.min(devicePixelRatio || 1, 2), 2800);
    const middle = this.box.getBoundingClientRect().top + this.box.clientHeight / 2;
    const far = (leaf) => { const at = leaf.node.getBoundingClientRect(); return Math.abs((at.top + at.bottom) / 2 - middle); };
    const lacks = (leaf) => !leaf.isDrawn || (leaf.layer && leaf.width < 2800 && leaf.width < needed * 0.8);
    const found = [...this.near].filter((leaf) => lacks(leaf) && !(leaf.failed && Date.now() - leaf.failedAt < PATIENCE_MS))
      .map((leaf) => [far(leaf), leaf]).sort((a, b) => a[0] - b[0]);
    const isBlank = this.asPictures && found.length && found[0][0] < this.box.clientHeight / 2; // the page in view comes first, alone
    return found.slice(0, isBlank ? 1 : MOST_ASKED).map(([, leaf]) => [leaf.page.number, leaf.part]);
  }

  ask() {
    if (this.number > this.answered || this.command < 0) return;
    this.dropFar();
    const want = this.wanted(), isSettled = !want.length; // pictures first, then the words over them, then small pictures
    const words = isSettled ? [...this.near].filter((leaf) => leaf.layer && !leaf.words).map((leaf) => leaf.page.number).slice(0, MOST_ASKED) : [];
    const thumbnails = isSettled && !words.length ? [...this.strip.wanted].slice(0, MOST_SMALL) : [];
    const isNew = this.finding.isWaiting || this.told !== this.current;
    if (!want.length && !words.length && !thumbnails.length && !isNew) return;
    this.number = Math.max(Date.now(), this.number + 1);
    this.told = this.current;
    const width = Math.round(Math.min(this.pageWidth * Math.min(devicePixelRatio || 1, 2), 2800));
    clearTimeout(this.patience);
    this.patience = setTimeout(() => { this.answered = this.number; this.told = -1; this.askSoon(); }, PATIENCE_MS);
    this.tell({ shown: this.shown, command: this.command, number: this.number, want, width, words, thumbnails, find: this.finding.words, page: this.current });
  }

  dropFar() {
    const drawn = this.leaves.filter((leaf) => leaf.isPicture && leaf.isDrawn && !this.near.has(leaf));
    if (drawn.length <= MOST_DRAWN) return;
    drawn.sort((a, b) => Math.abs(a.page.number - this.current) - Math.abs(b.page.number - this.current));
    for (const leaf of drawn.slice(MOST_DRAWN)) leaf.drop();
  }
}

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".np-reader");
  const reader = (root.npReader ??= new Reader(root, (said) => root.npTell(said)));
  root.npTell = (said) => setStateValue("said", said);
  reader.take(data);
}
