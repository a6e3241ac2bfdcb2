/* The matrix, alive: the filter of the index, folding, sorting, turning, comparing. The page's own table is the
   first state; each change draws a new one from its rows, as fewer cells are what makes a table fast. */

class Matrix extends Facets {
  elements() {
    this.page = this.closest(".ac-matrix");
    this.box = this.page.querySelector(".ac-mx");
    this.first = this.box.querySelector("table");
    this.lines = [...this.first.querySelectorAll("tbody tr[data-id]")];
    return this.lines;
  }

  build() {
    const key = JSON.parse(this.dataset.key);
    this.rows = this.lines.map((line) => new Row(line));
    this.grid = new Grid(key, this.rows, this.say);
    this.wide = key.columns.length > 60;
    this.large = this.first.querySelector("td.ac-all a") !== null;
    super.build();
    this.append(this.bar());
    this.words = make("ul", { className: "ac-inline ac-difference" });
    this.more = make("button", { type: "button", className: "ac-more", textContent: this.say("Show more agents ({n} left)", { n: 0 }) });
    this.more.addEventListener("click", () => this.draw((this.limit += 200)));
    this.box.before(this.words);
    this.box.after(this.more);
    this.proof = new Proof(this.grid, this.page, {
      closed: () => this.address({ cell: [] }, false),
      compare: (row) => this.compareWith(row),
    });
    this.listen();
  }

  /** The choices beside the facets, all of them in the address. */
  bar() {
    const say = this.say;
    const choice = (name, title, options) => {
      const select = make("select", { id: `ac-choice-${name}` }, ...options.map(([value, text]) => make("option", { value, textContent: text })));
      select.addEventListener("change", () => this.set({ [name]: select.value ? [select.value] : [] }));
      this.controls[name] = select;
      return make("span", { className: "ac-choice" }, make("label", { htmlFor: select.id, textContent: title }), " ", select);
    };
    const toggle = (name, text) => {
      const button = make("button", { type: "button", textContent: text });
      button.addEventListener("click", () => this.set({ [name]: this.state[name] ? [] : ["yes"] }));
      this.controls[name] = button;
      return button;
    };
    this.controls = {};
    const pick = (name, title, hint, options) => {
      this.controls[name] = new Picker(`ac-choice-${name}`, title, hint, options, (value) => this.set({ [name]: value ? [value] : [] }));
      return this.controls[name].element;
    };
    const tools = this.grid.columns.map(({ name }) => [name, name]);
    const agents = this.rows.map(({ id, name, group }) => [id, name, group]);
    const add = pick("compare", say("Compare"), say("name of an agent"), agents);
    const csv = make("button", { type: "button", textContent: say("CSV of this view") });
    csv.addEventListener("click", () => this.csv());
    const phone = make("div", { className: "ac-axis" },
      pick("column", say("Who has"), say("name of a tool"), tools),
      pick("row", say("What has"), say("name of an agent"), agents));
    this.answer = make("ul", { className: "ac-links ac-answer" });
    phone.append(this.answer);
    return make("div", { className: "ac-bar" },
      choice("sort", say("Sort by"), [["", say("group and name")], ["name", say("name")], ["total", say("most tools")], ["fewest", say("fewest tools")], ...tools]),
      toggle("same", say("Fold same tools")), toggle("turn", say("Turn")), add, csv, phone,
      make("p", { className: "ac-note", textContent: say("Choose a sign to see why it stands there, and to send it.") }));
  }

  /** Changes parameters of the address, and draws what they say. */
  set(values) {
    if (values.compare && !values.compare.length) return;
    if (values.compare) values.compare = [...new Set([...this.state.compare, ...values.compare])].slice(-MOST_COMPARED);
    this.address(values, true);
    this.show();
  }

  compareWith(row) {
    this.proof.close();
    this.set({ compare: [row.id] });
  }

  filtered(shown, active) {
    const asked = new URLSearchParams(location.search);
    const one = (name) => asked.get(name) || "";
    this.state = {
      sort: one("sort"), same: one("same"), turn: one("turn"), column: one("column"), row: one("row"),
      fold: new Set(asked.getAll("fold")), open: new Set(asked.getAll("open")),
      compare: asked.getAll("compare").filter((id) => this.grid.byId.has(id)).slice(0, MOST_COMPARED),
    };
    const rows = new Set(shown.map((item) => item.element.dataset.id));
    this.shown = this.rows.filter((row) => rows.has(row.id));
    this.active = active;
    this.limit = 0;
    const { sort, same, turn, compare, fold, open } = this.state;
    for (const name of ["sort", "column", "row"]) this.controls[name].value = this.state[name];
    this.controls.compare.value = "";
    for (const name of ["same", "turn"]) this.controls[name].setAttribute("aria-pressed", Boolean(this.state[name]));
    this.clear.hidden = !(active || sort || same || turn || compare.length || fold.size || open.size);
    const untouched = this.clear.hidden && !this.large && !this.grid.mixed;
    if (untouched) this.replace(this.alive());
    else this.draw();
    this.axis();
    this.reveal(asked.get("cell"));
  }

  reset() {
    this.address({ sort: [], same: [], turn: [], compare: [], fold: [], open: [], cell: [], column: [], row: [] }, false);
    super.reset();
  }

  /** The page's own table, with the buttons that the drawn ones have. */
  alive() {
    if (!this.first.querySelector("button")) new Drawing(this).enliven(this.first);
    return this.first;
  }

  replace(table, words = []) {
    this.box.querySelector("table").replaceWith(table);
    this.words.replaceChildren(...words.map((text) => make("li", { textContent: text })));
    this.more.hidden = true;
  }

  draw() {
    const { compare, turn } = this.state;
    if (compare.length > 1) {
      const rows = compare.map((id) => this.grid.byId.get(id));
      const { table, words } = comparison(this.grid, rows, (row) => this.leave(row));
      return this.replace(table, words);
    }
    const chosen = compare.length ? [this.say("Choose another agent to compare with {name}.", { name: this.grid.byId.get(compare[0]).name })] : [];
    const drawing = new Drawing(this);
    this.replace(turn ? drawing.turned() : drawing.table(), chosen);
    this.more.hidden = drawing.left === 0;
    this.more.textContent = this.say("Show more agents ({n} left)", { n: drawing.left });
  }

  leave(row) {
    this.address({ compare: this.state.compare.filter((id) => id !== row.id) }, true);
    this.show();
  }

  /** One axis at a time, for a phone: who has a tool, or what an agent has. */
  axis() {
    const { column, row } = this.state;
    const found = [];
    const unit = this.grid.columns.find(({ name }) => name === column);
    if (unit) for (const one of this.shown) found.push([one, unit, { href: one.href, textContent: one.name, dir: "auto" }]);
    const agent = this.grid.byId.get(row);
    if (agent) for (const one of this.grid.columns) found.push([agent, one, { href: one.href, textContent: one.name }]);
    const lines = found.map(([one, { index }, link]) => {
      const { sign, words } = this.grid.at(one, index);
      const within = this.grid.within(one, index);
      return sign ? make("li", {}, `${sign} `, make("a", link), make("small", { textContent: ` ${words}${within ? `: ${within}` : ""}` })) : null;
    }).filter(Boolean);
    if ((unit || agent) && lines.length === 0) lines.push(make("li", { textContent: this.say("None.") }));
    this.answer.replaceChildren(...lines);
  }

  /** The cell of the address: `agent~tool`. */
  reveal(cell) {
    const [id, name] = (cell || "").split("~");
    const row = this.grid.byId.get(id);
    const column = this.grid.columns.find((one) => one.name === name);
    if (!row || !column) return (this.proof.panel.hidden = true);
    const line = [...this.box.querySelectorAll("tr[data-id]")].find((one) => one.dataset.id === id);
    const shown = line && [...line.cells].find((one) => this.placeOf(one)?.column === column.index);
    if (shown) shown.scrollIntoView({ block: "center", inline: "center" });
    this.proof.open(row, column.index, shown);
  }

  /** Row and column of a cell: a drawn one knows, in the page's own table they are counted. */
  placeOf(cell) {
    if (cell.place) return cell.place;
    const line = cell.closest("tr[data-id]");
    if (!line || cell.tagName !== "TD" || !this.first.contains(cell) || cell.matches(".ac-all, .ac-total")) return null;
    return { row: this.grid.byId.get(line.dataset.id), column: cell.cellIndex - 1 };
  }

  explain(cell) {
    const place = this.placeOf(cell);
    if (!place) return;
    this.address({ cell: [`${place.row.id}~${this.grid.columns[place.column].name}`] }, false);
    this.proof.open(place.row, place.column, cell);
  }

  listen() {
    this.box.addEventListener("click", (event) => {
      const cell = event.target.closest("td");
      if (cell && !event.target.closest("a, button")) this.explain(cell);
    });
    for (const kind of ["pointerover", "focusin"]) this.box.addEventListener(kind, (event) => this.mark(event.target));
    this.box.addEventListener("keydown", (event) => this.step(event));
  }

  /** Marks the column of a cell; the row is marked by the style sheet. */
  mark(target) {
    const cell = target.closest("td, th");
    const table = this.box.querySelector("table");
    for (const col of table.querySelectorAll("col.ac-here")) col.classList.remove("ac-here");
    if (!cell || cell.colSpan > 1) return;
    const at = cell.closest("thead tr + tr") ? cell.cellIndex + 1 : cell.cellIndex;
    const col = table.querySelectorAll("col")[at];
    if (col && at > 0) col.classList.add("ac-here");
    if (cell.ariaLabel && !cell.title) cell.title = cell.ariaLabel;
  }

  /** Arrow keys walk from cell to cell, Enter opens the proof; in the region itself arrows scroll. */
  step(event) {
    const moves = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
    const from = event.target.closest("td, th");
    if (event.key === "Enter" && from?.tagName === "TD") return this.explain(from);
    if (!moves[event.key] || !from || event.target.closest("select, input")) return;
    const [down, right] = moves[event.key];
    const line = from.closest("tr");
    const lines = [...this.box.querySelectorAll("tbody tr")];
    const next = down ? lines[lines.indexOf(line) + down] : line;
    const turn = getComputedStyle(this.box).direction === "rtl" ? -right : right;
    const cell = next?.cells[Math.min(from.cellIndex + turn, next.cells.length - 1)];
    if (!cell) return;
    event.preventDefault();
    const target = cell.tagName === "TH" ? cell.querySelector("a, button") : cell;
    if (cell.tagName === "TD") cell.tabIndex = -1;
    target?.focus();
  }

  /** The view as it is seen, as a file. */
  csv() {
    const lines = [...this.box.querySelectorAll("tr")].map((line) =>
      [...line.cells].map((cell) => {
        const text = cell.ariaLabel || cell.innerText.replace(/\s+/g, " ").trim();
        const safe = /^[=+\-@＝＋－＠]/.test(text) ? `'${text}` : text;
        return `"${safe.replaceAll('"', '""')}"`;
      }).join(","));
    const file = new Blob([`${lines.join("\n")}\n`], { type: "text/csv" });
    const link = make("a", { href: URL.createObjectURL(file), download: "matrix-view.csv" });
    link.click();
    URL.revokeObjectURL(link.href);
  }
}

if (!customElements.get("ac-matrix")) customElements.define("ac-matrix", Matrix);
