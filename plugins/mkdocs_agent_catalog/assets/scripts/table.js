/* The matrix as data and as a table: rows and columns go in, a new table comes out. */

const MOST_CELLS = 10000;
/* An outcome may be several words: `unenforced guarded`. */
const USABLE = /^(allowed|ask|partial|enforced|unenforced|inherited|conditional|guarded)\b/;

class Row {
  constructor(element) {
    const { id, source, cells, entries, all } = element.dataset;
    const link = element.querySelector("th a");
    Object.assign(this, { id, source, cells, all: all || "", name: link.textContent, href: link.href });
    this.entriesText = entries;
    this.total = element.querySelector(".ac-total").textContent;
    this.group = element.dataset.group;
    this.runtime = element.querySelector(".ac-runtime")?.textContent;
  }

  /** The entries behind a cell: pairs of what the file says and its line. */
  entries(column) {
    if (!this.parsed) this.parsed = JSON.parse(this.entriesText || "{}");
    return this.parsed[column] || [];
  }
}

class Grid {
  /** `key` is what the page says of columns and letters; `say` the page's language. */
  constructor(key, rows, say) {
    Object.assign(this, { key, rows, say });
    this.columns = key.columns.map(([name, group, href, whole], index) => ({ name, group, href, whole, index }));
    /* Several runtimes have agents: a column stands for each group of tools, and unfolds to them. */
    this.mixed = this.columns.some(({ whole }) => whole);
    this.byId = new Map(rows.map((row) => [row.id, row]));
    this.signs = new Map(Object.entries(key.codes).map(([letter, code]) => [letter, this.sign(code)]));
  }

  sign([state, outcome]) {
    const { view, declared, effective } = this.key;
    if (state === "rare") return { state, sign: "+", words: "", has: true };
    if (view === "declared") {
      const [sign, words] = declared[state] || ["", ""];
      return { state, sign, words, has: ["granted", "specifier", "pattern"].includes(state) };
    }
    const hidden = outcome === "not_declared" || (outcome === "never" && state === "none");
    const said = hidden ? [] : outcome.split(" ").map((word) => effective[word]);
    const sign = said.map(([one]) => one).join("");
    return { state: outcome, sign, words: said.map(([, text]) => text).join("; "), has: USABLE.test(outcome) };
  }

  at(row, column) {
    return this.signs.get(row.cells[column]);
  }

  /** What the rules make of a cell, whichever view the page shows: words of the outcome, and reservations. */
  outcome(row, column) {
    const [, outcome, , caveats] = this.key.codes[row.cells[column]];
    return `${outcome}/${caveats}`;
  }

  /** What stands below the sign: the entry beyond the name of its column. */
  within(row, column) {
    const { state } = this.at(row, column);
    const entries = row.entries(column).map(([rule]) => rule);
    const name = this.columns[column].name;
    if (this.key.view === "effective" ? !/^(un)?enforced\b|^rare$/.test(state)
      : !["specifier", "pattern", "rare"].includes(state) && !entries.some((rule) => rule !== name)) return "";
    const parts = entries.map((rule) => {
      if (state === "rare" || this.columns[column].whole) return rule;
      if (rule.startsWith("mcp__")) return rule.slice(5).split("__").slice(1).join("__") || "*";
      return (rule.match(/\((.*)\)$/s) || ["", rule])[1];
    });
    return [...new Set(parts)].join(", ");
  }

  /** The columns that one of `rows` has something in. */
  used(rows) {
    return this.columns.filter(({ index }) => rows.some((row) => !row.all && this.at(row, index).sign));
  }

  /** Columns as they are shown: a folded group is one, which counts. */
  units(columns, folded) {
    const units = [];
    for (const column of columns) {
      const last = units[units.length - 1];
      if (!folded.has(column.group) || column.whole) units.push({ ...column, columns: [column], shut: folded.has(column.group) });
      else if (last && last.whole && last.group === column.group) continue;
      else if (last && last.folded && last.group === column.group) last.columns.push(column);
      else units.push({ folded: true, group: column.group, name: this.key.groups[column.group], columns: [column] });
    }
    return units;
  }

  count(row, unit) {
    return unit.columns.filter(({ index }) => this.at(row, index).has).length;
  }

  text(row, unit) {
    if (unit.folded) {
      const count = this.count(row, unit);
      return count ? `${count}/${unit.columns.length}` : "";
    }
    return this.at(row, unit.index).sign;
  }

  cell(row, unit) {
    const cell = make("td");
    if (unit.folded) {
      cell.textContent = this.text(row, unit);
      return cell;
    }
    const { state, sign, words } = this.at(row, unit.index);
    cell.place = { row, column: unit.index };
    if (!sign) return cell;
    const within = this.within(row, unit.index);
    cell.className = `ac-cell ${state.split(" ").map((word) => `ac-cell--${word}`).join(" ")}`;
    cell.setAttribute("aria-label", within ? `${words}: ${within}` : words);
    cell.textContent = state === "rare" ? row.entries(unit.index).length : sign;
    if (within) cell.append(make("small", { textContent: within }));
    return cell;
  }

  agent(row, more) {
    const link = make("a", { href: row.href, textContent: row.name, dir: "auto" });
    const head = make("th", { scope: "row" }, link);
    if (row.runtime) head.append(" ", make("small", { className: "ac-runtime", textContent: row.runtime }));
    if (more) head.append(" ", more);
    return head;
  }

  /** A row of the table; one that is the same everywhere is a single cell. */
  row(row, units, more) {
    const line = make("tr");
    line.dataset.id = row.id;
    line.append(this.agent(row, more));
    if (row.all) {
      line.append(make("td", { className: "ac-all", colSpan: units.length }, make("span", { textContent: row.all })));
    } else for (const unit of units) line.append(this.cell(row, unit));
    line.append(make("td", { className: "ac-total", textContent: row.total }));
    return line;
  }

  head(unit, sort) {
    const span = make("span");
    span.append(unit.href ? make("a", { href: unit.href, textContent: unit.name }) : unit.name);
    const head = make("th", { scope: "col", className: "ac-column" }, span);
    if (!unit.folded) head.append(sort(unit));
    return head;
  }
}
