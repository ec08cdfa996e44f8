// Comfort only: pages say all they have to say without it. Sorting, searching, opening what a link points into.
"use strict";

function cellValue(row, place) {
  const cell = row.cells[place];
  const marked = cell.querySelector("[data-value]");
  const text = (marked ? marked.dataset.value : cell.textContent).trim();
  const number = Number(text);
  return text === "" || text === "\u2013" ? null : Number.isNaN(number) ? text.toLowerCase() : number;
}

function sortBy(table, place, heading) {
  const down = heading.getAttribute("aria-sort") !== "descending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  const rows = Array.from(table.tBodies[0].rows).map((row) => [cellValue(row, place), row]);
  rows.sort(([a], [b]) => {
    if (a === null || b === null) return (a === null) - (b === null);
    const order = a < b ? -1 : a > b ? 1 : 0;
    return down ? -order : order;
  });
  table.tBodies[0].append(...rows.map(([, row]) => row));
}

for (const table of document.querySelectorAll("table")) {
  if (!table.tHead || table.tBodies[0].rows.length < 3) continue;
  Array.from(table.tHead.rows[0].cells).forEach((heading, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append("\u2195");
    button.setAttribute("aria-label", "Sort by " + heading.textContent.trim());
    button.addEventListener("click", () => sortBy(table, place, heading));
    heading.append(button);
  });
}

function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  target.scrollIntoView();
}
window.addEventListener("hashchange", openTarget);
openTarget();

// Paper can't be clicked: everything is open in print.
let opened = [];
window.addEventListener("beforeprint", () => {
  opened = Array.from(document.querySelectorAll("details:not([open])"));
  for (const box of opened) box.open = true;
});
window.addEventListener("afterprint", () => {
  for (const box of opened) box.open = false;
});

for (const form of document.querySelectorAll("form[data-filter]")) {
  const list = document.getElementById(form.dataset.filter);
  const input = form.querySelector("input");
  const output = form.querySelector("output");
  const noun = form.dataset.noun || "metric";
  input.disabled = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of list.children) {
      const text = item.textContent.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
      shown += !item.hidden;
    }
    output.textContent = shown + " " + noun + (shown === 1 ? "" : "s");
  });
}
