// The table of a sheet: only the cells in view are in the document, so that ten thousand and more scroll smoothly.
// Words of documents and people are set as text only. Nothing is fetched.

const LEVELS = ["unsure", "possible", "likely", "very likely"];
const SIGNS = { right: "✓", wrong: "✗", corrected: "✎" };
const ROW = 56, HEAD = 64, AHEAD = 4, MOST_CHIPS = 8;

function make(tag, name, text) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  if (text !== undefined) node.textContent = text;
  return node;
}

class Table extends SheetRows {
  constructor(root, tell) {
    super();
    this.root = root; this.tell = tell; this.shownRows = []; this.drawn = new Map(); this.correct = 0;
    this.active = null; this.selected = null; this.ended = new AbortController();
    for (const name of ["show", "within", "find", "clear", "count", "chips", "box", "head", "body", "full", "said"])
      this[name] = root.querySelector(`.np-grid-${name}`);
    this.listen();
  }

  listen() {
    this.box.onscroll = () => { this.hideFull(); this.later(); };
    this.box.onkeydown = (event) => this.key(event);
    this.box.onclick = (event) => this.click(event);
    this.box.onpointerdown = () => { this.isPointing = true; };
    this.box.onpointerup = this.box.onpointercancel = () => { this.isPointing = false; };
    this.box.onfocus = () => { if (this.isPointing) return; if (!this.active && this.shownRows.length) this.activate(0, 0, false); else this.mark(); };
    this.box.onmouseover = (event) => this.showFull(event.target.closest("[role=gridcell]"));
    this.box.onmouseleave = () => this.hideFull();
    this.show.onchange = () => this.look({ show: this.show.value });
    this.within.onchange = () => this.look({ column: Number(this.within.value), value: "" });
    this.find.oninput = () => this.look({ find: this.find.value });
    this.clear.onclick = () => { this.look({ show: "", column: -1, find: "", value: "" }); this.find.focus(); };
    addEventListener("resize", () => this.later(), { signal: this.ended.signal });
    new ResizeObserver(() => { this.forgetDrawn(); this.render(); }).observe(this.box);
  }

  // --- what the page sends

  take(data) {
    if (data.base === this.base) return;
    const active = this.active && { id: this.rows[this.active.row]?.id, question: this.columns[this.active.column]?.question };
    this.keep(data);
    this.box.setAttribute("aria-label", data.label);
    this.box.setAttribute("aria-colcount", this.columns.length + 1);
    this.within.replaceChildren(new Option("any column", -1), ...this.columns.map((each, number) => new Option(each.name, number)));
    if (active) this.active = this.placeOf(active.id, active.question);
    this.overlay();
    this.arrange();
  }

  /** Show what the overlays say; cells that stay as they are keep their nodes, so that a click on them is not lost. */
  refresh() {
    if (this.base < 0) return;
    const before = this.shownRows.join();
    this.overlay();
    this.arrange(before);
  }

  goTo({ id, question }) {
    this.selected = this.placeOf(id, question);
    if (this.selected) this.active = this.wanted = this.selected;
  }

  // --- which rows, in which order

  look(change) {
    this.view = { ...this.view, ...change };
    this.box.scrollTop = 0;
    this.arrange();
    this.report(300);
  }

  arrange(before = null) {
    this.shownRows = this.fitting();
    this.at = new Map(this.shownRows.map((row, position) => [row, position]));
    this.box.setAttribute("aria-rowcount", this.shownRows.length + 1);
    this.drawBar();
    this.drawGroups();
    if (before === this.shownRows.join()) this.redrawChanged();
    else this.forgetDrawn();
    this.render();
    if (this.wanted) { const { row, column: at } = this.wanted; this.wanted = null; this.reveal(row, at); this.render(); }
  }

  forgetDrawn() { this.drawn.clear(); this.body.replaceChildren(); }

  redrawChanged() {
    for (const node of this.body.querySelectorAll("[role=gridcell]")) {
      const now = this.drawCell(Number(node.dataset.row), Number(node.dataset.column));
      if (now.dataset.key !== node.dataset.key) node.replaceWith(now);
    }
  }

  drawBar() {
    const { show, column, find, value } = this.view;
    this.show.value = show; this.within.value = column;
    if (this.find.value !== find) this.find.value = find;
    const any = show || find || value || column >= 0;
    this.clear.hidden = !any;
    const all = this.rows.length.toLocaleString("en"), judged = this.verdicts.size;
    const parts = [any ? `${this.shownRows.length.toLocaleString("en")} of ${all} documents` : "", judged ? `${judged.toLocaleString("en")} judged` : ""];
    this.count.textContent = parts.filter(Boolean).join(" · ");
    let none = this.root.querySelector(".np-grid-none");
    if (!this.shownRows.length && this.rows.length) {
      if (!none) this.box.after((none = make("p", "np-grid-none")));
      none.style.top = `${this.box.offsetTop + HEAD + 24}px`;
      none.textContent = "No cell matches. Choose another filter, or clear them.";
    } else none?.remove();
  }

  /** The values of the active column with their counts; a click shows the documents that have one. */
  drawGroups() {
    const column = this.view.column >= 0 ? this.view.column : this.active?.column;
    const groups = column === undefined ? [] : this.groups[column] ?? [];
    const state = JSON.stringify([column, groups, this.view.value, this.all]);
    if (state === this.groupsDrawn) return;
    this.groupsDrawn = state;
    const list = this.chips;
    list.classList.toggle("np-grid-all", Boolean(this.all));
    if (!groups.length) {
      const name = column === undefined ? "" : `${this.columns[column].name}: no values yet`;
      return list.replaceChildren(make("span", "np-grid-of", name || "The values of a column appear here once one of its cells is chosen."));
    }
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.value : null;
    const shown = this.all ? groups : groups.filter(([, , outlier], number) => number < MOST_CHIPS || outlier);
    const chips = shown.map(([words, rows, outlier]) => {
      const chip = make("button", `np-grid-chip${outlier ? " np-grid-outlier" : ""}`);
      chip.type = "button"; chip.dataset.value = words;
      chip.setAttribute("aria-pressed", String(this.view.value === words));
      const text = make("bdi", "", words); text.title = words;
      chip.append(text, make("b", "", rows.length.toLocaleString("en")));
      if (outlier) chip.title = "An outlier: only this document differs from what most say";
      if (outlier) chip.append(make("span", "np-grid-hidden", ", an outlier"));
      chip.onclick = () => this.look(this.view.value === words ? { value: "" } : { column, value: words });
      return chip;
    });
    if (shown.length < groups.length || this.all) {
      const more = make("button", "np-grid-more", this.all ? "fewer" : `${groups.length - shown.length} more`);
      more.type = "button"; more.dataset.value = "\u0000more";
      more.onclick = () => { this.all = !this.all; this.drawGroups(); };
      chips.push(more);
    }
    list.replaceChildren(make("span", "np-grid-of", `${this.columns[column].name}:`), ...chips);
    if (focused !== null) [...list.querySelectorAll("button")].find((each) => each.dataset.value === focused)?.focus();
  }

  // --- drawing what is in view

  later() { this.frame ??= requestAnimationFrame(() => { this.frame = null; this.render(); }); }

  /** Let the box end where the window does. */
  fit() {
    if (innerWidth <= 640) return this.box.style.removeProperty("height");
    const main = this.root.closest("[data-testid=stMain]"), top = this.box.getBoundingClientRect().top + (main?.scrollTop ?? 0);
    const height = `${Math.max(HEAD + 5 * ROW, Math.floor(innerHeight - top - 44))}px`;
    if (this.box.style.height !== height) this.box.style.height = height;
  }

  measure() {
    this.fit();
    const width = this.box.clientWidth, narrow = width < 560;
    this.first = narrow ? 124 : Math.min(260, Math.max(184, width * 0.22));
    const free = (width - this.first) / Math.max(this.columns.length, 1);
    this.width = Math.max(narrow ? 168 : 208, free);
    const total = this.first + this.width * this.columns.length;
    this.box.style.setProperty("--first", `${this.first}px`);
    this.box.style.setProperty("--width", `${this.width}px`);
    this.head.style.width = this.body.style.width = `${total}px`;
    this.body.style.height = `${this.shownRows.length * ROW}px`;
  }

  render() {
    if (!this.box.clientWidth) return;
    this.measure();
    const from = Math.max(0, Math.floor(this.box.scrollTop / ROW) - AHEAD);
    const to = Math.min(this.shownRows.length, Math.ceil((this.box.scrollTop + this.box.clientHeight) / ROW) + AHEAD);
    const left = Math.max(0, Math.floor(this.box.scrollLeft / this.width) - 1);
    const right = Math.min(this.columns.length, Math.ceil((this.box.scrollLeft + this.box.clientWidth) / this.width) + 1);
    if (this.range !== `${left}-${right}-${this.width}`) this.forgetDrawn();
    this.range = `${left}-${right}-${this.width}`;
    this.drawHead(left, right);
    for (const [position, node] of this.drawn) if (position < from || position >= to) { node.remove(); this.drawn.delete(position); }
    for (let position = from; position < to; position++)
      if (!this.drawn.has(position)) {
        const node = this.drawRow(position, left, right);
        this.drawn.set(position, node);
        this.body.append(node);
      }
    this.mark();
  }

  drawHead(left, right) {
    const { sort, down } = this.view, state = JSON.stringify([left, right, this.width, sort, down, this.base]);
    if (state === this.headDrawn) return;
    this.headDrawn = state;
    const cell = (column, name, title) => {
      const node = make("div", column < 0 ? "np-grid-first" : "np-grid-cell");
      node.setAttribute("role", "columnheader");
      node.setAttribute("aria-colindex", column + 2);
      node.setAttribute("aria-sort", sort !== column ? "none" : down ? "descending" : "ascending");
      node.id = `np-grid-head-${column}`;
      node.dataset.sort = column;
      if (column >= 0) node.style.left = `${this.first + column * this.width - 1}px`;
      const label = make("bdi", "", name); label.title = title;
      node.append(label);
      return node;
    };
    const cells = [cell(-1, "Document", "Sort by the document's name")];
    for (let column = left; column < right; column++) cells.push(cell(column, this.columns[column].name, this.columns[column].question));
    this.head.replaceChildren(...cells);
  }

  drawRow(position, left, right) {
    const row = this.shownRows[position], node = make("div", "np-grid-row");
    node.setAttribute("role", "row");
    node.setAttribute("aria-rowindex", position + 2);
    node.style.top = `${position * ROW}px`;
    const first = make("div", "np-grid-first");
    first.setAttribute("role", "rowheader");
    first.setAttribute("aria-colindex", 1);
    const name = make("bdi", "", this.rows[row].name); name.title = this.rows[row].name;
    first.append(name);
    if (this.rows[row].about) first.append(make("small", "", this.rows[row].about));
    node.append(first);
    for (let column = left; column < right; column++) node.append(this.drawCell(row, column));
    return node;
  }

  drawCell(row, column) {
    const cell = this.cell(row, column), number = row * this.columns.length + column, node = make("div", "np-grid-cell");
    node.setAttribute("role", "gridcell");
    node.setAttribute("aria-colindex", column + 2);
    node.id = `np-grid-${row}-${column}`;
    node.dataset.row = row; node.dataset.column = column;
    node.dataset.state = cell.state;
    node.style.left = `${this.first + column * this.width - 1}px`;
    const verdict = this.verdicts.get(number);
    const pending = this.pending.get(number), said = pending !== undefined ? pending : verdict?.judgement;
    if (cell.state === "found") {
      const dot = make("i", `np-grid-dot np-grid-level-${cell.level}`);
      dot.setAttribute("role", "img");
      dot.setAttribute("aria-label", `${LEVELS[cell.level]}, ${cell.percent} %:`);
      dot.title = `${LEVELS[cell.level]}, ${cell.percent} %`;
      node.append(dot);
    }
    const words = make("span", "np-grid-words");
    words.dir = "auto";
    if (said === "corrected" && verdict?.words) words.append(make("ins", "", verdict.words));
    else words.textContent = cell.text;
    node.append(words);
    if (said) {
      node.dataset.said = said;
      if (verdict?.former) node.dataset.former = "";
      const sign = make("b", `np-grid-sign${pending !== undefined ? " np-grid-pending" : ""}`, SIGNS[said]);
      sign.setAttribute("role", "img");
      sign.setAttribute("aria-label", verdict?.former ? `judged ${said} when it had other words` : said);
      sign.title = sign.getAttribute("aria-label");
      node.append(sign);
    }
    const fits = !this.isFiltered || (this.view.column < 0 || this.view.column === column)
      && this.matches(row, column, this.view.find.trim().toLocaleLowerCase());
    if (!fits) node.classList.add("np-grid-other");
    node.dataset.key = JSON.stringify([cell.state, cell.text, cell.level, cell.percent, said, verdict?.words, verdict?.former, pending !== undefined, fits]);
    return node;
  }

  /** Mark the active and the open cell. */
  mark() {
    for (const node of this.root.querySelectorAll(".np-grid-active")) node.classList.remove("np-grid-active");
    for (const node of this.root.querySelectorAll("[aria-selected=true]")) node.removeAttribute("aria-selected");
    if (this.selected) this.root.querySelector(`#np-grid-${this.selected.row}-${this.selected.column}`)?.setAttribute("aria-selected", "true");
    const node = this.active && this.root.querySelector(this.active.row < 0 ? `#np-grid-head-${this.active.column}`
      : `#np-grid-${this.active.row}-${this.active.column}`);
    if (node) {
      node.classList.add("np-grid-active");
      this.box.setAttribute("aria-activedescendant", node.id);
    } else this.box.removeAttribute("aria-activedescendant");
  }

  reveal(row, column) {
    const position = this.at.get(row);
    if (position !== undefined) {
      const top = position * ROW, room = this.box.clientHeight - HEAD;
      if (top < this.box.scrollTop) this.box.scrollTop = top;
      if (top + ROW > this.box.scrollTop + room) this.box.scrollTop = top + ROW - room;
    }
    const left = column * this.width, width = this.box.clientWidth - this.first;
    if (left < this.box.scrollLeft) this.box.scrollLeft = left;
    if (left + this.width > this.box.scrollLeft + width) this.box.scrollLeft = Math.min(left, left + this.width - width);
  }

  /** The whole words of a cell that is too small for them. */
  showFull(node) {
    const words = node?.querySelector(".np-grid-words");
    if (!words || words.scrollHeight <= words.clientHeight + 2) return this.hideFull();
    this.full.textContent = words.textContent;
    const at = node.getBoundingClientRect(), root = this.root.getBoundingClientRect();
    this.full.style.left = `${Math.max(0, Math.min(at.left - root.left, root.width - 330))}px`;
    this.full.hidden = false;
    const above = at.bottom + this.full.offsetHeight + 4 > innerHeight;
    this.full.style.top = `${above ? at.top - root.top - this.full.offsetHeight - 2 : at.bottom - root.top + 2}px`;
  }

  hideFull() { this.full.hidden = true; }

  // --- what a person does

  activate(position, column, opens = true) {
    if (position < -1 || position >= this.shownRows.length || column < -1 || column >= this.columns.length) return;
    if (position >= 0 && column < 0) return;
    const row = position < 0 ? -1 : this.shownRows[position];
    this.active = { row, column };
    if (row >= 0) this.reveal(row, column); else this.reveal(undefined, Math.max(column, 0));
    this.render();
    this.drawGroups();
    if (row < 0) return;
    this.showFull(this.root.querySelector(`#np-grid-${row}-${column}`));
    if (opens) { this.selected = { row, column }; this.mark(); this.report(160); }
  }

  click(event) {
    const head = event.target.closest("[data-sort]"), cell = event.target.closest("[role=gridcell]");
    const row = event.target.closest("[role=row]");
    if (head) this.sortBy(Number(head.dataset.sort));
    else if (cell) this.activate(this.at.get(Number(cell.dataset.row)), Number(cell.dataset.column));
    else if (row && row !== this.head) this.activate(Number(row.getAttribute("aria-rowindex")) - 2, Math.max(this.active?.column ?? 0, 0));
  }

  sortBy(column) {
    const { sort, down } = this.view;
    this.look(sort !== column ? { sort: column, down: false } : down ? { sort: -2, down: false } : { down: true });
    this.say(this.view.sort === -2 ? "In the order of the collection" : `Sorted by ${column < 0 ? "document" : this.columns[column].name}`);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { row, column } = this.active ?? { row: this.shownRows[0] ?? -1, column: 0 };
    const position = row < 0 ? -1 : this.at.get(row) ?? 0, last = this.shownRows.length - 1;
    const page = Math.max(1, Math.floor((this.box.clientHeight - HEAD) / ROW) - 1);
    const moves = {
      ArrowDown: [Math.min(position + 1, last), Math.max(column, 0)], ArrowUp: [position - 1, column],
      ArrowRight: [position, column + 1], ArrowLeft: [position, column - 1],
      PageDown: [Math.min(position + page, last), Math.max(column, 0)], PageUp: [Math.max(position - page, 0), Math.max(column, 0)],
      Home: [position, 0], End: [position, this.columns.length - 1],
    };
    const letters = { r: "right", w: "wrong", u: null };
    const letter = event.key.toLowerCase();
    if (moves[event.key]) this.activate(...moves[event.key]);
    else if (event.key === "Escape") { if (this.full.hidden) { this.selected = null; this.mark(); this.report(0); } this.hideFull(); }
    else if (row < 0 && (event.key === "Enter" || event.key === " ")) this.sortBy(column);
    else if (row >= 0 && event.key === "Enter") this.activate(position, column);
    else if (row >= 0 && letter in letters) this.judge(row, column, letters[letter]);
    else if (row >= 0 && letter === "e") { this.correct = Date.now(); this.selected = { row, column }; this.mark(); this.report(0); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  judge(row, column, judgement) {
    const cell = this.cell(row, column), number = row * this.columns.length + column;
    if (cell.state !== "found" && cell.state !== "not found") return this.say("There is nothing to judge yet");
    this.judgements.push([Math.max(Date.now(), (this.judgements.at(-1)?.[0] ?? 0) + 1), this.rows[row].id, this.columns[column].question, judgement]);
    this.pending.set(number, judgement);
    this.root.querySelector(`#np-grid-${row}-${column}`)?.replaceWith(this.drawCell(row, column));
    this.selected = { row, column };
    this.mark();
    this.say(judgement ? `Judged ${judgement}` : "Judgement taken back");
    this.report(0);
  }

  say(text) { this.said.textContent = text; }

  report(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const { row, column } = this.selected ?? {};
      const cell = this.selected ? [this.rows[row].id, this.columns[column].question] : null;
      this.tell({ cell, view: this.view, judgements: this.judgements, correct: this.correct });
    }, wait);
  }
}

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".np-grid");
  const table = (root.table ??= new Table(root, (said) => root.tell(said)));
  root.tell = (said) => setStateValue("said", said);
  table.take(data);
  shared.tables.add(table);
  return () => {
    shared.tables.delete(table);
    if (!root.isConnected) table.ended.abort();
  };
}
