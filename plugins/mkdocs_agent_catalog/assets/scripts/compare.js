/* Two to four agents beside each other: every tool that one of them has, and where they differ. */

const MOST_COMPARED = 4;

function comparison(grid, rows, act) {
  const { say } = grid;
  const has = (row, { index }) => (row.all && grid.key.view === "declared" ? row.all : grid.at(row, index).sign);
  const columns = grid.columns.filter((column) => rows.some((row) => has(row, column)));
  const kinds = (column, of) => new Set(rows.map((row) => of(row, column))).size;
  const said = (row, column) => has(row, column) + grid.within(row, column.index);
  // 2: one has what another has not; 1: all or none have it, in different ways; 0: the same.
  const weight = (column) => (kinds(column, holds(grid)) > 1 ? 2 : kinds(column, said) > 1 ? 1 : 0);
  const words = [say("same"), `≈ ${say("in different ways")}`, `≠ ${say("differs")}`];
  const head = make("tr", {}, make("th", { scope: "col", className: "ac-corner", textContent: say("Tool") }));
  for (const row of rows) {
    const leave = make("button", { type: "button", className: "ac-close", textContent: "×" });
    leave.setAttribute("aria-label", say("Leave {name} out", { name: row.name }));
    leave.addEventListener("click", () => act(row));
    const link = make("a", { href: row.href, textContent: row.name, dir: "auto" });
    head.append(make("th", { scope: "col" }, link, " ", leave));
  }
  head.append(make("th", { scope: "col", textContent: say("Difference") }));
  const body = make("tbody", {}, purposes(grid, rows));
  for (const column of [...columns].sort((a, b) => weight(b) - weight(a))) {
    const name = column.href ? make("a", { href: column.href, textContent: column.name }) : column.name;
    const line = make("tr", {}, make("th", { scope: "row" }, name));
    for (const row of rows) {
      const whole = row.all && grid.key.view === "declared";
      line.append(whole ? make("td", { textContent: row.all.slice(0, 1), ariaLabel: row.all }) : grid.cell(row, { ...column }));
    }
    line.classList.toggle("ac-differs", weight(column) === 2);
    line.append(make("td", { textContent: words[weight(column)] }));
    body.append(line);
  }
  const table = make("table", { className: "ac-mx-table ac-mx-compare" });
  table.append(make("caption", { id: "ac-caption", textContent: say("Agents compared") }), make("thead", {}, head), body);
  return { table, words: difference(grid, rows, columns) };
}

/** What each agent is for, as its page says it. */
function purposes(grid, rows) {
  const line = make("tr", { hidden: true }, make("th", { scope: "row", textContent: grid.say("What it is for") }));
  const cells = rows.map(() => make("td", { className: "ac-purpose", dir: "auto" }));
  line.append(...cells, make("td"));
  rows.forEach(async (row, index) => {
    const text = (await content(row.href))?.find(({ isName, isFact }) => !isName && !isFact)?.text;
    if (text) Object.assign(cells[index], { textContent: text });
    if (text) line.hidden = false;
  });
  return line;
}

/** Whether an agent has the tool of a column; a row that is one cell has all or nothing. */
function holds(grid) {
  const whole = (row) => row.all && grid.key.view === "declared";
  return (row, { index }) => (whole(row) ? row.all.startsWith("↓") : grid.at(row, index).has);
}

/** What only one of the agents has, in words. */
function difference(grid, rows, columns) {
  const has = holds(grid);
  const lines = [];
  for (const row of rows) {
    const only = columns.filter((one) => has(row, one) && !rows.some((other) => other !== row && has(other, one)));
    const names = only.map(({ name }) => name).join(", ");
    if (names) lines.push(grid.say("Only {name}: {tools}", { name: row.name, tools: names }));
  }
  const all = columns.filter((one) => rows.every((row) => has(row, one))).map(({ name }) => name);
  if (all.length) lines.push(grid.say("All of them: {tools}", { tools: all.join(", ") }));
  return lines;
}
