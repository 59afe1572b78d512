"use strict";
const table = document.querySelector(".sheet");
const body = table.tBodies[0];
const rows = [...body.rows];
const tools = document.querySelector(".tools");
const [find] = tools.getElementsByTagName("input");
const [state] = tools.getElementsByTagName("select");
const [count] = tools.getElementsByTagName("output");
const order = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const words = new Map();

function textOf(cell) {
  if (!words.has(cell)) words.set(cell, cell.dataset.sort ?? cell.textContent.trim());
  return words.get(cell);
}

function show() {
  const wanted = find.value.trim().toLowerCase();
  let shown = 0;
  for (const row of rows) {
    const cells = [...row.cells];
    const says = !wanted || cells.some(cell => textOf(cell).toLowerCase().includes(wanted));
    const has = !state.value || cells.some(cell => cell.classList.contains(state.value));
    row.hidden = !(says && has);
    shown += !row.hidden;
  }
  count.textContent = shown === rows.length ? "" : `${shown} of ${rows.length} documents`;
}

function sort(heading) {
  const column = heading.cellIndex;
  const down = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", down === 1 ? "ascending" : "descending");
  const isRanked = rows.some(row => row.cells[column].dataset.rank !== undefined);
  const keyed = rows.map(row => {
    const cell = row.cells[column], rank = cell.dataset.rank;
    const says = ["found", "corrected"].some(name => cell.classList.contains(name));
    const without = column === 0 || (says && (rank !== undefined || !isRanked)) ? 0 : says ? 1 : 2;  // a value: last in both directions
    return { row, text: textOf(cell), rank: Number(rank ?? 0), without };
  });
  keyed.sort((a, b) => a.without - b.without || down * (a.rank - b.rank || order.compare(a.text, b.text)));
  body.append(...keyed.map(each => each.row));
}

for (const heading of table.tHead.rows[0].cells) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...heading.childNodes);
  button.addEventListener("click", () => sort(heading));
  heading.append(button);
}
find.addEventListener("input", show);
state.addEventListener("change", show);
tools.hidden = false;
