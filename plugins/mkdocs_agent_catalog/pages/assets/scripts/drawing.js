/* One drawing of the matrix: which rows and columns the state asks for, and the table of them. */

/* The group of the columns that are asked for. */
const ASKED = "asked";

class Drawing {
  constructor(matrix) {
    const { grid, say, shown, state, active, large } = matrix;
    Object.assign(this, { matrix, grid, say, state });
    this.left = 0;
    // A group stands open or shut by the size of the catalog; the address names those that stand otherwise.
    const openByItself = !large || active || Boolean(state.sort || state.same);
    this.open = (group) => matrix.isPrinting || openByItself !== state.open.has(group);
    const used = grid.used(shown);
    // What is asked for is seen first, on a phone and in a wide table.
    const asked = used.filter(({ name }) => state.has.has(name));
    const columns = used.filter((column) => !asked.includes(column));
    const groups = [...new Set(columns.map(({ group }) => group))];
    const runtimes = grid.mixed && grid.columns.length <= MOST_UNFOLDED;
    const foldedByItself = runtimes || columns.filter(({ whole }) => !whole).length > MOST_UNFOLDED;
    const folded = new Set(groups.filter((group) => (group !== "rare" || !grid.mixed) && foldedByItself !== state.fold.has(group)));
    this.units = [...asked.map((column) => ({ ...column, columns: [column], group: ASKED })), ...grid.units(columns, folded)];
    this.rows = this.sorted(shown);
    this.twins = new Map();
    if (state.same) this.rows = this.folded(this.rows);
  }

  sorted(rows) {
    const { sort } = this.state;
    const column = this.grid.find(sort);
    const number = (row) => (/^\d+$/.test(row.total) ? Number(row.total) : row.total === "?" ? -1 : 1e6);
    const by = {
      name: () => 0,
      total: (a, b) => number(b) - number(a),
      fewest: (a, b) => number(a) - number(b),
    }[sort] || (column && ((a, b) => this.weight(b, column) - this.weight(a, column)));
    return by ? [...rows].sort((a, b) => by(a, b) || a.name.localeCompare(b.name)) : rows;
  }

  weight(row, { index }) {
    const { has, sign } = this.grid.at(row, index);
    return has ? 2 : sign ? 1 : 0;
  }

  /** Agents with the same tools in one row, each with the names of the others. */
  folded(rows) {
    const first = new Map();
    for (const row of rows) {
      const same = this.grid.signature(row);
      if (!first.has(same)) first.set(same, row);
      const twin = first.get(same);
      this.twins.set(twin, [...(this.twins.get(twin) || []), row]);
    }
    const leaders = [...first.values()];
    // What is asked for comes first; by itself, what most agents have.
    return this.state.sort ? leaders : leaders.sort((a, b) => this.twins.get(b).length - this.twins.get(a).length);
  }

  /** On paper, agents of a group with the same tools share a row, which names each. */
  merged(rows) {
    if (!this.matrix.isPrinting) return rows.map((row) => [row]);
    const families = new Map();
    for (const row of rows) {
      const same = `${this.grid.signature(row)} ${row.beside}`;
      families.set(same, [...(families.get(same) || []), row]);
    }
    return [...families.values()];
  }

  named(twins) {
    return twins.length ? make("bdi", { textContent: `, ${twins.map(({ name }) => name).join(", ")}` }) : null;
  }

  others(row) {
    const twins = (this.twins.get(row) || []).slice(1);
    if (!twins.length) return null;
    const list = make("ul", {}, ...twins.map((twin) => make("li", {}, make("a", { href: twin.href, textContent: twin.name, dir: "auto" }))));
    return make("details", { className: "ac-why" }, make("summary", { textContent: this.say("and {n} more", { n: twins.length }) }), list);
  }

  table() {
    const table = make("table", { className: "ac-mx-table" });
    table.append(make("caption", { id: "ac-caption", textContent: this.say("Agents and their tools") }), ...this.columns(), this.head());
    const flat = this.state.sort || this.state.same;
    const groups = new Map();
    for (const row of this.rows) {
      const name = flat ? "" : row.body;
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push(row);
    }
    let room = Math.max(20, Math.floor(MOST_CELLS / (this.units.length + 2))) + this.matrix.limit;
    for (const [name, rows] of groups) {
      const body = make("tbody");
      const titled = !flat && rows[0].title;
      if (titled) body.append(this.group(name, rows));
      const open = !titled || this.open(name);
      const drawn = open ? rows.slice(0, Math.max(0, room)) : [];
      if (open) this.left += rows.length - drawn.length;
      room -= drawn.length;
      body.append(...this.merged(drawn).map(([row, ...twins]) => this.grid.row(row, this.units, this.others(row) || this.named(twins))));
      table.append(body);
    }
    return table;
  }

  columns() {
    const group = () => make("colgroup", {}, make("col"));
    return [group(), ...this.units.map(group), group()];
  }

  head() {
    const top = make("tr", {}, make("th", { scope: "col", rowSpan: 2, className: "ac-corner" }, this.matrix.sorter("name", this.say("Agent"))));
    const names = make("tr");
    const totals = make("tr", { className: "ac-mx-totals" }, make("th", { scope: "row", textContent: this.matrix.totals }));
    let last;
    for (const unit of this.units) {
      const { group, name, shut, href } = unit;
      if (last !== group || shut) {
        const [title, can] = group === ASKED ? [this.say("Asked for"), ""] : this.grid.key.groups[group];
        const head = make("th", { scope: shut ? "col" : "colgroup", className: `ac-mx-group${shut ? " ac-mx-whole" : ""}${can ? ` ac-can--${can}` : ""}`, title });
        if (shut) head.rowSpan = 2;
        else head.colSpan = this.units.filter((other) => other.group === group).length;
        head.append(group === ASKED ? make("span", { textContent: title }) : this.matrix.folder("fold", group, title, !shut));
        top.append(head);
      }
      last = group;
      if (!shut) {
        const words = make("span", { title: unit.title }, href ? make("a", { href, textContent: unit.title }) : unit.title);
        names.append(make("th", { scope: "col", className: "ac-column" }, words));
      }
      const number = this.rows.filter((row) => this.grid.has(row, unit)).length;
      totals.append(make("td", {}, unit.folded ? String(number) : this.matrix.holder(name, number)));
    }
    top.append(make("th", { scope: "col", rowSpan: 2, className: "ac-mx-sum" }, this.matrix.sorter("total", this.say("Total"))));
    totals.append(make("td"));
    return make("thead", {}, top, names, totals);
  }

  group(name, rows) {
    const count = make("span", { className: "ac-count", textContent: rows.length });
    const head = make("th", { scope: "rowgroup" }, this.matrix.folder("open", name, rows[0].title, this.open(name)), " ", count, ...(rows[0].note ? [" ", make("small", { textContent: rows[0].note })] : []));
    const line = make("tr", { className: "ac-group-row" }, head);
    for (const unit of this.units) {
      line.append(make("td", { textContent: rows.filter((row) => this.grid.has(row, unit)).length || "" }));
    }
    line.append(make("td"));
    return line;
  }

  /** Tools as rows, agents as columns. */
  turned() {
    const room = Math.max(20, Math.floor(MOST_CELLS / (this.units.length + 1)));
    const rows = this.rows.slice(0, Math.min(room, 200 + this.matrix.limit));
    this.left = this.rows.length - rows.length;
    const head = make("tr", {}, make("th", { scope: "col", className: "ac-corner", textContent: this.say("Tool") }));
    for (const row of rows) {
      head.append(make("th", { scope: "col", className: "ac-column" }, make("span", {}, make("a", { href: row.href, textContent: row.name }))));
    }
    const body = make("tbody");
    for (const unit of this.units) {
      const name = unit.href ? make("a", { href: unit.href, textContent: unit.title }) : unit.title;
      body.append(make("tr", {}, make("th", { scope: "row" }, name), ...rows.map((row) => this.grid.cell(row, unit))));
    }
    const table = make("table", { className: "ac-mx-table ac-mx-turned" });
    const columns = [make("colgroup", {}, make("col")), ...rows.map(() => make("colgroup", {}, make("col")))];
    table.append(make("caption", { id: "ac-caption", textContent: this.say("Tools and their agents") }), ...columns, make("thead", {}, head), body);
    return table;
  }
}
