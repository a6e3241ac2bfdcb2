/* One drawing of the matrix: which rows and columns the state asks for, and the table of them. */

class Drawing {
  constructor(matrix) {
    const { grid, say, shown, state, active, large, wide } = matrix;
    Object.assign(this, { matrix, grid, say, state });
    this.left = 0;
    // A group stands open or shut by the size of the catalog; the address names those that stand otherwise.
    const openByItself = !large || active || Boolean(state.sort || state.same);
    this.open = (group) => openByItself !== state.open.has(group);
    const columns = grid.used(shown);
    const groups = [...new Set(columns.map(({ group }) => group))];
    const foldedByItself = grid.mixed || (wide && columns.length > 60);
    this.units = grid.units(columns, new Set(groups.filter((group) => (group !== "rare" || !grid.mixed) && foldedByItself !== state.fold.has(group))));
    this.rows = this.sorted(shown);
    this.twins = new Map();
    if (state.same) this.rows = this.folded(this.rows);
  }

  enliven(table) {
    this.units = this.grid.units(this.grid.columns, new Set());
    table.tHead.replaceWith(this.head());
    for (const line of table.querySelectorAll(".ac-group-row")) {
      const name = line.nextElementSibling?.dataset.group;
      const button = this.fold("open", name, name, true);
      line.querySelector("th > span").firstChild.replaceWith(button, " ");
    }
  }

  sorted(rows) {
    const { sort } = this.state;
    const column = this.grid.columns.find(({ name }) => name === sort);
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
      const same = [...row.cells].map((_, index) => [this.grid.at(row, index).state, this.grid.within(row, index)]).join() + row.all;
      if (!first.has(same)) first.set(same, row);
      const twin = first.get(same);
      this.twins.set(twin, [...(this.twins.get(twin) || []), row]);
    }
    const found = [...first.values()];
    // What is asked for comes first; by itself, what most agents have.
    return this.state.sort ? found : found.sort((a, b) => this.twins.get(b).length - this.twins.get(a).length);
  }

  others(row) {
    const twins = (this.twins.get(row) || []).slice(1);
    if (twins.length === 0) return null;
    const list = make("ul", {}, ...twins.map((one) => make("li", {}, make("a", { href: one.href, textContent: one.name, dir: "auto" }))));
    return make("details", { className: "ac-why" }, make("summary", { textContent: this.say("and {n} more", { n: twins.length }) }), list);
  }

  table() {
    const table = make("table", { className: "ac-mx-table" });
    table.append(make("caption", { id: "ac-caption", textContent: this.say("Agents and their tools") }), ...this.columns(), this.head());
    const flat = this.state.sort || this.state.same;
    const groups = new Map();
    for (const row of this.rows) groups.set(flat ? "" : row.group, [...(groups.get(flat ? "" : row.group) || []), row]);
    let room = Math.max(20, Math.floor(MOST_CELLS / (this.units.length + 2))) + this.matrix.limit;
    for (const [name, rows] of groups) {
      const body = make("tbody");
      if (!flat) body.append(this.group(name, rows));
      const drawn = flat || this.open(name) ? rows.slice(0, Math.max(0, room)) : [];
      if (flat || this.open(name)) this.left += rows.length - drawn.length;
      room -= drawn.length;
      body.append(...drawn.map((row) => this.grid.row(row, this.units, this.others(row))));
      table.append(body);
    }
    return table;
  }

  columns() {
    const group = () => make("colgroup", {}, make("col"));
    return [group(), ...this.units.map(group), group()];
  }

  head() {
    const top = make("tr", {}, make("th", { scope: "col", rowSpan: 2, className: "ac-corner", textContent: this.say("Agent") }));
    for (const [id, units] of Map.groupBy ? Map.groupBy(this.units, ({ group }) => group) : this.byGroup()) {
      const width = units.length;
      top.append(make("th", { scope: "colgroup", colSpan: width }, this.fold("fold", id, this.grid.key.groups[id], !(units[0].folded || units[0].shut))));
    }
    const { sort } = this.state;
    const next = { total: "fewest", fewest: "" }[sort] ?? "total";
    const total = this.button(this.say("Total"), sort === "total" || sort === "fewest", next);
    top.append(make("th", { scope: "col", rowSpan: 2 }, this.say("Total"), total));
    const names = make("tr", {}, ...this.units.map((unit) => this.grid.head(unit, (one) => this.sorter(one))));
    return make("thead", {}, top, names);
  }

  byGroup() {
    const found = new Map();
    for (const unit of this.units) found.set(unit.group, [...(found.get(unit.group) || []), unit]);
    return found;
  }

  /** A mouse's way to sort; the keyboard has the list above the table. */
  sorter({ name }) {
    return this.button(name, this.state.sort === name, this.state.sort === name ? "" : name);
  }

  button(name, pressed, next) {
    const button = make("button", { type: "button", className: "ac-sort", textContent: "⇅", tabIndex: -1 });
    button.setAttribute("aria-label", this.say("Sort by {name}", { name }));
    button.setAttribute("aria-pressed", pressed);
    button.addEventListener("click", () => this.matrix.set({ sort: next ? [next] : [] }));
    return button;
  }

  /** A button that folds or opens a group of columns (`fold`) or of rows (`open`). */
  fold(kind, id, title, open) {
    const sign = make("span", { textContent: open ? "▾ " : "▸ ", ariaHidden: "true" });
    const button = make("button", { type: "button", className: "ac-fold" }, sign, make("bdi", { textContent: title }));
    button.setAttribute("aria-expanded", open);
    button.addEventListener("click", () => {
      const values = new Set(this.state[kind]);
      if (!values.delete(id)) values.add(id);
      this.matrix.set({ [kind]: [...values] });
      const same = [...this.matrix.box.querySelectorAll(".ac-fold")].find((one) => one.textContent.slice(2) === title);
      same?.focus();
    });
    return button;
  }

  group(name, rows) {
    const count = make("span", { className: "ac-count", textContent: rows.length });
    const head = make("th", { scope: "rowgroup" }, make("span", {}, this.fold("open", name, name, this.open(name)), " ", count));
    const line = make("tr", { className: "ac-group-row" }, head);
    for (const unit of this.units) {
      const number = rows.filter((row) => unit.columns.some(({ index }) => this.grid.at(row, index).has)).length;
      line.append(make("td", { textContent: number || "" }));
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
      const name = unit.href ? make("a", { href: unit.href, textContent: unit.name }) : unit.name;
      body.append(make("tr", {}, make("th", { scope: "row" }, name), ...rows.map((row) => this.grid.cell(row, unit))));
    }
    const table = make("table", { className: "ac-mx-table" });
    const columns = [make("colgroup", {}, make("col")), ...rows.map(() => make("colgroup", {}, make("col")))];
    table.append(make("caption", { id: "ac-caption", textContent: this.say("Tools and their agents") }), ...columns, make("thead", {}, head), body);
    return table;
  }
}
