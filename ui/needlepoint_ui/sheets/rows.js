// The rows of a sheet: its cells, what was said about them, and which of them are shown in which order.

const WAITING = { state: "waiting", text: "not read yet", level: 0, percent: 0 };
const STATES = ["found", "not found", "unread"];
const shared = (globalThis.needlepointSheet ??= { overlays: {}, tables: new Set() });
const order = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

function emptyView() { return { show: "", column: -1, find: "", value: "", sort: -2, down: false }; }

/** Cells with a value come before those without one, in either direction. */
function rank(cell, isOrdered) {
  if (cell.state === "found") return isOrdered && !cell.order ? 1 : 0;
  return cell.state === "not found" ? 2 : cell.state === "unread" ? 3 : 4;
}

class SheetRows {
  constructor() {
    this.base = -1; this.rows = []; this.columns = []; this.groups = []; this.cells = new Map(); this.view = emptyView();
    this.verdicts = new Map(); this.judgements = []; this.pending = new Map(); this.commands = {};
  }

  keep(data) {
    this.base = data.base;
    this.rows = data.rows.map(([id, name, about]) => ({ id, name, about }));
    this.columns = data.columns.map(([name, question, isOrdered]) => ({ name, question, isOrdered }));
    this.groups = data.groups;
    this.cells = new Map();
    this.put(data.cells);
    this.byId = new Map(this.rows.map((row, number) => [row.id, number]));
    this.byQuestion = new Map(this.columns.map((column, number) => [column.question, number]));
  }

  put(cells) {
    for (const [row, column, state, text, level, percent, order] of cells)
      this.cells.set(row * this.columns.length + column, { state: STATES[state], text, level, percent, order });
  }

  placeOf(id, question) {
    const row = this.byId.get(id), column = this.byQuestion.get(question);
    return row === undefined || column === undefined ? null : { row, column };
  }

  cell(row, column) { return this.cells.get(row * this.columns.length + column) ?? WAITING; }

  /** Take what has changed since the base: cells read meanwhile, verdicts, and commands of the page. */
  overlay() {
    for (const over of Object.values(shared.overlays)) {
      if (over.base !== this.base) continue;
      this.put(over.cells ?? []);
      if (over.verdicts) {
        this.verdicts = new Map(over.verdicts.map(([row, column, judgement, words, former, order]) =>
          [row * this.columns.length + column, { judgement, words, former, order }]));
        this.judgements = this.judgements.filter(([number]) => number > over.handled);
        this.pending = new Map(this.judgements.map(([, id, question, judgement]) => {
          const { row, column } = this.placeOf(id, question) ?? { row: -1, column: -1 };
          return [row * this.columns.length + column, judgement];
        }));
      }
      for (const name of ["view", "select"])
        if (over[name] && over[name].number !== this.commands[name]) {
          this.commands[name] = over[name].number;
          if (name === "view") this.view = { ...emptyView(), ...over.view };
          else this.goTo(over.select);
        }
    }
  }

  matches(row, column, words) {
    const { show } = this.view, cell = this.cell(row, column), number = row * this.columns.length + column;
    const verdict = this.verdicts.get(number);
    if (show === "unsure" ? cell.state !== "found" || cell.level > 1
      : show === "judged" ? !verdict && !this.pending.get(number)
      : show === "unjudged" ? cell.state !== "found" || verdict || this.pending.get(number)
      : show && cell.state !== show) return false;
    return !words || cell.text.toLocaleLowerCase().includes(words) || (verdict?.words ?? "").toLocaleLowerCase().includes(words)
      || this.rows[row].name.toLocaleLowerCase().includes(words);
  }

  /** Return the numbers of the rows that fit the filters, in the order asked for; rows without an answer come last. */
  fitting() {
    const { show, column, find, value, sort, down } = this.view, words = find.trim().toLocaleLowerCase();
    const columns = column >= 0 ? [column] : this.columns.map((_, number) => number);
    const group = value && column >= 0 ? this.groups[column]?.find(([shown]) => shown === value) : null;
    const members = group && new Set(group[1]);
    this.isFiltered = Boolean(show || words);
    const rows = this.rows.map((_, number) => number).filter((row) => (!members || members.has(row))
      && (!this.isFiltered || columns.some((each) => this.matches(row, each, words))));
    if (sort >= -1) rows.sort((a, b) => this.compare(a, b, sort) * (down ? -1 : 1) || a - b);
    if (sort >= 0) {
      const { isOrdered } = this.columns[sort], ranks = new Map(rows.map((row) => [row, rank(this.right(row, sort), isOrdered)]));
      rows.sort((a, b) => ranks.get(a) - ranks.get(b));
    }
    return rows;
  }

  /** Return a cell with the right words where somebody corrected it. */
  right(row, column) {
    const verdict = this.verdicts.get(row * this.columns.length + column);
    if (verdict?.judgement !== "corrected") return this.cell(row, column);
    return { ...this.cell(row, column), state: "found", text: verdict.words, order: verdict.order };
  }

  compare(a, b, sort) {
    if (sort < 0) return order.compare(this.rows[a].name, this.rows[b].name);
    const one = this.right(a, sort), other = this.right(b, sort);
    const byValue = one.order && other.order ? order.compare(one.order[0], other.order[0]) || one.order[1] - other.order[1] : 0;
    return byValue || order.compare(one.text, other.text);
  }
}
