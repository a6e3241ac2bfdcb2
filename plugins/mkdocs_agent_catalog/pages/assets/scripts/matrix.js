/* The matrix, alive: the filter of the index, folding, sorting, transposing, comparing. The page's own table is the
   first state; each change draws a new one from its rows, as fewer cells are what makes a table fast. */

/* What the address says of the view, beside the filter: one value, or several. */
const ONE = ["sort", "same", "turn", "like", "row", "density", "show"];
const MANY_VALUES = ["has", "fold", "open", "compare"];

class Matrix extends Facets {
  elements() {
    this.page = this.closest(".ac-matrix");
    this.box = this.page.querySelector(".ac-mx");
    this.first = this.box.querySelector("table");
    this.lines = [...this.first.querySelectorAll("tbody tr[data-id]")];
    return this.lines;
  }

  build() {
    this.rows = this.lines.map((line) => new Row(line));
    this.grid = new Grid(JSON.parse(this.dataset.key), this.rows, this.say);
    this.large = this.first.querySelector("td.ac-all a");
    this.totals = this.first.querySelector(".ac-mx-totals th").textContent;
    super.build();
    this.note = this.page.querySelector(":scope > .ac-note");
    this.marked = this.page.querySelector(".ac-mx-chosen");
    this.words = make("ul", { className: "ac-difference" });
    this.popup = this.page.querySelector(".ac-mx-compared");
    this.copy = make("button", { type: "button", textContent: this.say("Copy permalink") });
    this.back = make("a", { textContent: `← ${this.say("Back to the matrix")}` });
    this.way = make("p", { className: "ac-mx-way" }, this.back, this.copy);
    this.heading = this.page.querySelector("h1").firstChild;
    this.ownTitle = this.heading.data;
    this.more = make("button", { type: "button", className: "ac-more", hidden: true });
    this.more.addEventListener("click", () => this.draw((this.limit += 200)));
    this.box.before(this.words);
    this.box.after(this.more);
    this.proof = new Proof(this.grid, this.page, {
      closed: () => this.address({ cell: [] }, false),
      compare: (row) => this.compareWith(row),
    });
    this.control();
    this.enliven();
    this.listen();
  }

  /** The choices around the table, all of them in the address. */
  control() {
    const page = this.page;
    this.toggles = [...page.querySelectorAll("[data-toggle]")];
    for (const button of this.toggles) {
      const { toggle } = button.dataset;
      button.addEventListener("click", () => this.set({ [toggle]: this.state[toggle] ? [] : ["yes"] }));
    }
    const agents = () => this.rows.map(({ id, name, group }) => [id, name, group]);
    const tools = () => this.grid.columns.map(({ name, title }) => [name, title]);
    const has = page.querySelector("#ac-has");
    if (has) listen(has, tools, (names) => names.length && this.set({ has: [...new Set([...this.state.has, ...names])] }));
    listen(page.querySelector("#ac-row"), agents, (ids) => this.set({ row: ids.slice(0, 1) }));
    listen(page.querySelector("#ac-compare"), agents, (ids) => {
      if (!ids.length) return;
      this.popup.open = false;
      this.set({ compare: ids });
    });
    this.back.addEventListener("click", (event) => {
      event.preventDefault();
      // Material would take the click for a page to load.
      event.stopPropagation();
      this.address({ compare: [] }, true);
      this.show();
    });
    for (const name of ["show", "density"]) {
      for (const radio of page.querySelectorAll(`[name="ac-${name}"]`)) {
        radio.addEventListener("change", () => {
          this.address({ [name]: radio.defaultChecked ? [] : [radio.value] }, false);
          this.show();
        });
      }
    }
    page.querySelector(".ac-mx-csv").addEventListener("click", (event) => {
      if (this.untouched) return;
      event.preventDefault();
      this.csv();
    });
  }

  /** Changes parameters of the address, and draws what they say. */
  set(values) {
    if (values.compare) values.compare = [...new Set([...this.state.compare, ...values.compare])].slice(-MOST_COMPARED);
    this.address(values, true);
    this.show();
  }

  toggleHas(name) {
    const values = new Set(this.state.has);
    if (!values.delete(name)) values.add(name);
    this.set({ has: [...values] });
  }

  compareWith(row) {
    this.proof.close();
    this.set({ compare: [row.id] });
  }

  /** The id of an agent by one that it had. Of a removed one the page says so. */
  today(id) {
    const { byId, key: { moved, gone } } = this.grid;
    if (byId.has(id)) return id;
    if (Object.hasOwn(gone, id)) {
      const [name, href] = gone[id];
      this.removed.set(id, make("li", {}, make("a", { href, textContent: this.say("{name}: removed", { name }) })));
    }
    return Object.hasOwn(moved, id) ? moved[id] : id;
  }

  filtered(shown, active) {
    const address = new URLSearchParams(location.search);
    const state = Object.fromEntries(ONE.map((name) => [name, address.get(name) || ""]));
    for (const name of MANY_VALUES) state[name] = new Set(address.getAll(name));
    // An address of old asks for one tool.
    if (address.get("column")) state.has.add(address.get("column"));
    // Whoever copied the address may have done so before an agent was renamed or removed.
    this.removed = new Map();
    for (const name of ["like", "row"]) state[name] = this.today(state[name]);
    const compared = new Set([...state.compare].map((id) => this.today(id)));
    const [agent, tool] = (address.get("cell") || "").split("~");
    const cell = [this.today(agent), tool];
    state.compare = [...compared].filter((id) => this.grid.byId.has(id)).slice(0, MOST_COMPARED);
    this.state = state;
    const ids = new Set(shown.map((item) => item.element.dataset.id));
    const columns = [...state.has].map((name) => this.grid.find(name)).filter(Boolean);
    const like = this.grid.byId.get(state.like);
    const same = like && this.grid.signature(like);
    const kinds = { deviating: (row) => !row.plain, inheriting: (row) => row.plain };
    const kind = kinds[state.show] || (() => true);
    const fits = (row) => ids.has(row.id) && columns.every(({ index }) => this.grid.at(row, index).has) && (!like || this.grid.signature(row) === same);
    const fitting = this.rows.filter(fits);
    this.shown = fitting.filter(kind);
    for (const number of this.page.querySelectorAll(".ac-mx-show b")) {
      number.textContent = fitting.filter(kinds[number.parentNode.previousElementSibling.value] || (() => true)).length;
    }
    this.active = active || columns.length > 0 || Boolean(like || kinds[state.show]);
    this.limit = 0;
    for (const button of this.toggles) button.setAttribute("aria-pressed", Boolean(state[button.dataset.toggle]));
    for (const name of ["show", "density"]) {
      for (const radio of this.page.querySelectorAll(`[name="ac-${name}"]`)) radio.checked = state[name] ? radio.value === state[name] : radio.defaultChecked;
    }
    for (const link of this.page.querySelectorAll(".ac-segments a")) link.search = location.search;
    const outliers = this.page.querySelector("#outliers");
    if (outliers && state.same) outliers.open = true;
    this.untouched = !(this.active || state.sort || state.same || state.turn || state.compare.length || state.fold.size || state.open.size);
    this.clear.hidden = this.untouched;
    this.tell(this.shown.length, this.active);
    if (this.note) this.note.hidden = this.active;
    this.mention(columns, like);
    if (this.untouched && !this.large) this.replace(this.first);
    else this.draw();
    this.reveal(cell);
  }

  reset() {
    const names = [...ONE, ...MANY_VALUES, "cell", "column"];
    this.address(Object.fromEntries(names.map((name) => [name, []])), false);
    super.reset();
  }

  /** What is asked of the table, each to be taken back; and the tools of the agent that was asked for. */
  mention(columns, like) {
    const chip = (text, act) => {
      const button = make("button", { type: "button" }, make("bdi", { textContent: text }), make("span", { textContent: " ×", ariaHidden: "true" }));
      button.setAttribute("aria-label", this.say("Leave out {what}", { what: text }));
      button.addEventListener("click", act);
      return make("li", {}, button);
    };
    const chips = columns.map(({ name, title }) => chip(`${this.totals}: ${title}`, () => {
      this.address({ column: [] }, false);
      this.toggleHas(name);
    }));
    if (like) chips.push(chip(this.say("same tools as {name}", { name: like.name }), () => this.set({ like: [] })));
    const agent = this.grid.byId.get(this.state.row);
    if (agent) {
      chips.push(chip(agent.name, () => this.set({ row: [] })));
      const has = this.grid.columns.filter(({ index, whole }) => !whole && this.grid.at(agent, index).sign);
      for (const { index, title, href, can } of has) {
        const { sign, words } = this.grid.at(agent, index);
        const within = this.grid.within(agent, index);
        chips.push(make("li", { className: "ac-answer" }, `${sign} `, href ? make("a", { href, textContent: title }) : title, make("small", { textContent: ` ${words}${within ? `: ${within}` : ""}` })));
      }
      if (!has.length) chips.push(make("li", { className: "ac-answer", textContent: agent.all || this.say("None.") }));
    }
    this.marked.replaceChildren(...chips);
  }

  replace(table, words = [], title = this.ownTitle) {
    const now = this.box.querySelector("table");
    if (now !== table) now.replaceWith(table);
    this.words.replaceChildren(...this.removed.values(), ...words);
    this.more.hidden = true;
    this.entitle(title);
  }

  /** Agents compared are a page of their own: its title says who they are, and of the matrix only a way back is left. */
  entitle(title) {
    const isCompared = title !== this.ownTitle;
    document.title = document.title.replace(this.heading.data, title);
    this.heading.data = title;
    if (this.page.classList.toggle("ac-comparing", isCompared)) {
      const matrix = new URL(location.href);
      matrix.searchParams.delete("compare");
      this.back.href = matrix;
      this.copy.dataset.clipboardText = location.href;
      this.heading.parentNode.before(this.way);
      this.way.append(this.popup);
    } else if (this.way.isConnected) {
      this.page.querySelector(".ac-mx-actions").append(this.popup);
      this.way.remove();
    }
    this.popup.firstElementChild.textContent = isCompared ? this.say("Add an agent…") : this.say("Compare…");
  }

  draw() {
    const { compare, turn } = this.state;
    if (compare.length > 1) {
      const rows = compare.map((id) => this.grid.byId.get(id));
      const comparison = new Comparison(this.grid, rows, (row) => this.leaveOut(row));
      return this.replace(comparison.table(), comparison.lines(), comparison.title());
    }
    const chosen = compare.map((id) => make("li", { textContent: this.say("Choose another agent to compare with {name}.", { name: this.grid.byId.get(id).name }) }));
    const drawing = new Drawing(this);
    this.replace(turn ? drawing.turned() : drawing.table(), chosen);
    this.more.hidden = drawing.left === 0;
    this.more.textContent = this.say("Show more agents ({n} left)", { n: drawing.left });
  }

  leaveOut(row) {
    this.address({ compare: this.state.compare.filter((id) => id !== row.id) }, true);
    this.show();
  }

  /** Gives the page's own table the buttons that the drawn ones have. */
  enliven() {
    this.state = { sort: "", has: new Set() };
    for (const place of this.first.querySelectorAll("[data-sort]")) place.replaceWith(this.sorter(place.dataset.sort, place.textContent));
    for (const place of this.first.querySelectorAll("[data-has]")) place.replaceWith(this.holder(place.dataset.has, place.textContent));
    for (const place of this.first.querySelectorAll("[data-fold]")) place.replaceWith(this.folder("fold", place.dataset.fold, place.textContent, "open" in place.dataset));
    for (const place of this.first.querySelectorAll("tbody [data-open]")) place.replaceWith(this.folder("open", place.dataset.open, place.textContent, !this.large));
  }

  /** A button that sorts the rows: agents by group or by name, totals from either end. */
  sorter(what, text) {
    const { sort } = this.state;
    const next = what === "name" ? (sort === "name" ? "" : "name") : { total: "fewest", fewest: "" }[sort] ?? "total";
    const pressed = what === "name" ? sort === "name" : sort === "total" || sort === "fewest";
    return this.button("ac-sort", text, this.say("Sort by {name}", { name: text }), pressed, () => this.set({ sort: next ? [next] : [] }));
  }

  /** A button that leaves only who has a tool. */
  holder(name, number) {
    const pressed = this.state.has.has(name);
    return this.button("ac-holds", number, `${number}: ${this.totals}, ${this.grid.find(name).title}`, pressed, () => this.toggleHas(name));
  }

  button(className, text, label, pressed, act) {
    const button = make("button", { type: "button", className, textContent: text, title: label });
    button.setAttribute("aria-label", label);
    button.setAttribute("aria-pressed", pressed);
    button.addEventListener("click", () => this.keep(button, act));
    return button;
  }

  /** A button that folds or opens a group of columns (`fold`) or of rows (`open`). */
  folder(kind, id, title, open) {
    const button = make("button", { type: "button", className: "ac-fold" }, make("bdi", { textContent: title }));
    button.setAttribute("aria-expanded", open);
    button.addEventListener("click", () => {
      const values = new Set(this.state[kind]);
      if (!values.delete(id)) values.add(id);
      this.keep(button, () => this.set({ [kind]: [...values] }));
    });
    return button;
  }

  /** Does what a button of the table is for; the focus stays on the button of the new table that is the same. */
  keep(button, act) {
    const at = `${button.className} ${button.ariaLabel || button.textContent}`.replace(/\d+: /, "");
    act();
    const same = [...this.box.querySelectorAll("button")].find((other) => at === `${other.className} ${other.ariaLabel || other.textContent}`.replace(/\d+: /, ""));
    same?.focus({ preventScroll: true });
  }

  /** The cell of the address, which is `agent~tool`. */
  reveal([id, name]) {
    const row = this.grid.byId.get(id);
    const column = this.grid.find(name);
    if (!row || !column) return (this.proof.panel.hidden = true);
    const line = [...this.box.querySelectorAll("tr[data-id]")].find((other) => other.dataset.id === id);
    const shown = line && [...line.cells].find((other) => this.placeOf(other)?.column === column.index);
    if (shown) shown.scrollIntoView({ block: window.innerWidth < 480 ? "start" : "center", inline: "center" });
    this.proof.open(row, column.index, shown);
  }

  /** Row and column of a cell: a drawn one knows, in the page's own table they are counted. */
  placeOf(cell) {
    if (cell.place) return cell.place;
    const line = cell.closest("tr[data-id]");
    if (!line || cell.tagName !== "TD" || !this.first.contains(cell) || cell.matches(".ac-all, .ac-total")) return null;
    const drawn = this.grid.mixed ? this.grid.columns.filter(({ whole, group }) => whole || group === "rare") : this.grid.columns;
    return { row: this.grid.byId.get(line.dataset.id), column: drawn[cell.cellIndex - 1].index };
  }

  explain(cell) {
    const place = this.placeOf(cell);
    if (!place) return;
    this.address({ cell: [`${place.row.id}~${this.grid.columns[place.column].name}`] }, false);
    this.proof.open(place.row, place.column, cell);
  }

  listen() {
    // On paper nothing unfolds, and what is equal is said once; where all of it would be a book, the page says so.
    const print = (isPrinting) => {
      if (!this.isConnected || this.large) return;
      this.isPrinting = isPrinting;
      if (isPrinting || !this.untouched) this.draw();
      else this.replace(this.first);
    };
    window.addEventListener("beforeprint", () => print(true));
    window.addEventListener("afterprint", () => print(false));
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
    const at = cell.closest("thead tr:nth-child(2)") ? cell.cellIndex + 1 : cell.cellIndex;
    const col = table.querySelectorAll("col")[at];
    if (col && at > 0) col.classList.add("ac-here");
    const place = this.placeOf(cell);
    const line = cell.closest("tr[data-id]");
    if (line && this.state.density === "map") line.title = this.grid.byId.get(line.dataset.id).name;
    if (place && cell.ariaLabel) cell.title = `${place.row.name} · ${this.grid.columns[place.column].title}: ${cell.ariaLabel}`;
  }

  /** Arrow keys walk from cell to cell, Enter opens the proof; in the region itself arrows scroll. */
  step(event) {
    const moves = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
    const from = event.target.closest("td, th");
    if (event.key === "Enter" && event.target.tagName === "TD") return this.explain(from);
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
