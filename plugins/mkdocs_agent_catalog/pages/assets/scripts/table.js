/* The matrix as data and as a table: rows and columns go in, a new table comes out. */

const MOST_CELLS = 10000;
/* Above this the groups of tools stand folded. */
const MOST_UNFOLDED = 40;

class Row {
  constructor(line) {
    const { id, source, published, cells, entries, all, group } = line.dataset;
    const link = line.querySelector("th a");
    Object.assign(this, { id, source, published, cells, group, all: all || "", name: link.textContent, href: link.href });
    this.line = line;
    this.entriesText = entries;
    this.plain = line.classList.contains("ac-plain");
    this.total = line.querySelector(".ac-total").textContent;
    this.beside = line.querySelector("th small")?.textContent;
    /* The group of rows that it stands in: agents that are alone in theirs stand together. */
    const body = line.parentNode.rows[0].querySelector("[data-open]");
    this.body = body ? body.dataset.open : "";
    this.title = body ? body.textContent : "";
    this.note = line.parentNode.querySelector(".ac-group-row small")?.textContent;
  }

  /** The entries behind a cell: pairs of what the file says and its line. */
  entries(column) {
    if (!this.parsed) this.parsed = JSON.parse(this.entriesText || "{}");
    return this.parsed[column] || [];
  }

  /** What the file says behind a cell. */
  rules(column) {
    return [...new Set(this.entries(column).map(([rule]) => rule))].join(", ");
  }
}

class Grid {
  /** `key` is what the page says of columns and letters; `say` the page's language. */
  constructor(key, rows, say) {
    Object.assign(this, { key, rows, say });
    this.columns = key.columns.map(([name, group, href, can, whole, title = name], index) => ({ name, title, group, href, can, whole, index }));
    /* A column stands for each group of tools, and unfolds to them. */
    this.mixed = this.columns.some(({ whole }) => whole);
    this.byId = new Map(rows.map((row) => [row.id, row]));
    this.signs = new Map(Object.entries(key.codes).map(([letter, code]) => {
      const [state, sign, words, tells, has] = code.slice(4);
      return [letter, { state, sign, words, tells, has }];
    }));
  }

  at(row, column) {
    return this.signs.get(row.cells[column]);
  }

  find(name) {
    return this.columns.find((column) => column.name === name);
  }

  /** What the rules make of a cell, whichever view the page shows: words of the outcome, and reservations. */
  outcome(row, column) {
    const [, outcome, , caveats] = this.key.codes[row.cells[column]];
    return `${outcome}/${caveats}`;
  }

  /** What the file says beyond the name of the column, where that matters. */
  within(row, column) {
    return this.at(row, column).tells ? row.rules(column) : "";
  }

  /** All that tells two rows apart. */
  signature(row) {
    return [...row.cells].map((letter, index) => this.signs.get(letter).state + this.within(row, index)).join();
  }

  /** The columns that one of `rows` has something in; all of them if the rows say it in one cell. */
  used(rows) {
    const used = this.columns.filter(({ index }) => rows.some((row) => !row.all && this.at(row, index).sign));
    return used.length ? used : this.columns;
  }

  /** Columns as they are shown: a folded group is one, which counts. */
  units(columns, folded) {
    const units = [];
    for (const column of columns) {
      const last = units[units.length - 1];
      if (!folded.has(column.group) || column.whole) units.push({ ...column, columns: [column], shut: folded.has(column.group) });
      else if (last && last.whole && last.group === column.group) continue;
      else if (last && last.folded && last.group === column.group) last.columns.push(column);
      else units.push({ folded: true, shut: true, can: column.can, group: column.group, title: this.key.groups[column.group][0], columns: [column] });
    }
    return units;
  }

  has(row, unit) {
    return unit.columns.some(({ index }) => this.at(row, index).has);
  }

  cell(row, unit) {
    const cell = make("td");
    if (unit.folded) {
      const count = unit.columns.filter(({ index }) => this.at(row, index).has).length;
      cell.textContent = count ? `${count}/${unit.columns.length}` : "";
      return cell;
    }
    const { state, sign, words } = this.at(row, unit.index);
    cell.place = { row, column: unit.index };
    if (!sign) return cell;
    const within = this.within(row, unit.index);
    const count = row.entries(unit.index).length;
    const what = state === "rare" ? this.say.plural("1 rare tool", "{n} rare tools", count) : words;
    cell.className = `ac-cell ${state.split(" ").map((word) => `ac-cell--${word}`).join(" ")}${unit.can ? ` ac-can--${unit.can}` : ""}`;
    cell.setAttribute("aria-label", within ? `${what}: ${within}` : what);
    cell.textContent = state === "rare" ? `+${count}` : sign;
    return cell;
  }

  /** A row of the table; one that is the same everywhere is a single cell. */
  row(row, units, more) {
    const link = make("a", { href: row.href, textContent: row.name, dir: "auto", title: row.name });
    const head = make("th", { scope: "row" }, link);
    if (more) head.append(more);
    if (row.beside) head.append(" ", make("small", { textContent: row.beside }));
    const line = make("tr", { className: row.line.className }, head);
    line.dataset.id = row.id;
    if (row.all) {
      line.append(make("td", { className: "ac-all", colSpan: units.length }, make("span", { textContent: row.all })));
    } else for (const unit of units) line.append(this.cell(row, unit));
    line.append(make("td", { className: "ac-total", textContent: row.total }));
    return line;
  }
}
