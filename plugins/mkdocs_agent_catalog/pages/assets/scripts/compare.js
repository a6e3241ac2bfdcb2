/* Two to four agents beside each other: first in words what only one of them has, then every tool and fact, those that
   differ before those that are the same. */

const MOST_COMPARED = 4;

class Comparison {
  constructor(grid, rows, leaveOut) {
    Object.assign(this, { grid, rows, leaveOut, say: grid.say });
    // What a group of tools lets agents do is compared where they do not have the same tools.
    const isMixed = new Set(rows.map((row) => row.line.dataset.runtime)).size > 1;
    this.columns = grid.columns.filter((column) => (!column.whole || isMixed) && rows.some((row) => this.at(row, column).sign));
    // The old name of a tool gives what the new one gives: that is one row, where the table says so of the new name.
    this.columns = this.columns.filter((column) => {
      const current = this.columns.find(({ name }) => name === grid.key.former[column.name]);
      return !current || rows.some((row) => this.has(row, column) && !this.has(row, current));
    });
    // An MCP server has one name in all runtimes.
    const shared = this.columns.filter((column) => column.whole && column.group !== "mcp" && rows.every((row) => this.has(row, column)));
    this.shared = new Set(shared.map(({ group }) => group));
  }

  /** Whether all have tools of its group, each under the names of its runtime. */
  isShared({ whole, group }) {
    return !whole && this.shared.has(group);
  }

  at(row, { index }) {
    return this.grid.at(row, index);
  }

  /** Whether an agent has the tool of a column. In the declared view it does not inherit what nobody names. */
  has(row, column) {
    const { has, state } = this.at(row, column);
    return has || state === "inherited";
  }

  differ(read) {
    return new Set(this.rows.map(read)).size > 1;
  }

  /** 0: one has what another has not; 1: all or none have it, in different ways, or another tool of its group; 2: what
      the page says of it is the same, and what comes of it is not, as `Glob` beside `Bash` is not always there; 3: the
      same. */
  rank(column) {
    if (this.differ((row) => this.has(row, column))) return this.isShared(column) ? 1 : 0;
    if (this.differ((row) => this.at(row, column).sign + this.grid.within(row, column.index))) return 1;
    return this.differ((row) => this.grid.outcome(row, column.index)) ? 2 : 3;
  }

  /** What an agent is called beside the others: of two with one name the group tells. */
  name(row) {
    const simplify = ({ name }) => name.toLowerCase().replace(/[\W_]/g, "");
    const isTwin = this.rows.some((other) => other !== row && simplify(other) === simplify(row));
    const group = this.group(row);
    return isTwin && group ? `${row.name} (${group})` : row.name;
  }

  group({ group, beside, title }) {
    return (this.differ((row) => row.group) && group) || beside || title;
  }

  title() {
    const [first, ...others] = this.rows.map((row) => this.name(row));
    return this.say("{name} compared with {others}", { name: first, others: others.join(", ") });
  }

  /** What an agent inherits of the tools that have no column, as few files or none name them. */
  rest({ line }) {
    return this.grid.key.unnamed[line.dataset.rest] || [];
  }

  /** What only one has, and what all have, a line each: a title and tools. */
  lines() {
    const { say, rows, columns } = this;
    const line = (title, tools, unnamed) => {
      const parts = tools.map(({ title, href, can }) => make(href ? "a" : "span", { ...(href && { href }), textContent: title, className: can ? `ac-can ac-can--${can}` : "ac-none" }));
      const count = say.plural("and 1 more, inherited", "and {n} more, inherited", unnamed.length);
      if (unnamed.length) parts.push(make("details", { className: "ac-fold" }, make("summary", { textContent: count }), unnamed.join(", ")));
      else if (!parts.length) parts.push(make("span", { textContent: say("none") }));
      return make("li", {}, make("strong", { dir: "auto", textContent: `${title}:` }), ...parts.flatMap((part) => [" ", part]));
    };
    const owners = (column) => rows.filter((row) => !this.isShared(column) && this.has(row, column));
    const sharing = (number) => [...new Set(rows.flatMap((row) => this.rest(row)))].filter((name) => rows.filter((row) => this.rest(row).includes(name)).length === number);
    const lines = rows.map((row) => {
      const only = columns.filter((column) => owners(column).length === 1 && this.has(row, column));
      return line(say("Tools of {name} only", { name: this.name(row) }), only, sharing(1).filter((name) => this.rest(row).includes(name)));
    });
    const all = columns.filter((column) => owners(column).length === rows.length);
    const both = this.shared.size ? say("Kinds of tools of all") : rows.length > 2 ? say("Tools of all") : say("Tools of both");
    return [...lines, line(both, all, sharing(rows.length))];
  }

  table() {
    const table = make("table", { className: "ac-mx-table ac-mx-compare" });
    table.append(make("caption", { id: "ac-caption", textContent: this.say("Agents compared") }), this.head());
    const titles = [this.say("What they are"), this.say("They differ"), this.say("With other tools or conditions"), this.say("The same here, but not when they run"), this.say("The same")];
    this.bodies = titles.map((title) => {
      const head = make("th", { scope: "rowgroup", colSpan: this.rows.length + 1, textContent: title });
      return make("tbody", {}, make("tr", { className: "ac-group-row" }, head));
    });
    for (const column of this.columns) {
      const name = column.href ? make("a", { href: column.href, textContent: column.title }) : column.title;
      this.bodies[this.rank(column) + 1].append(make("tr", {}, make("th", { scope: "row" }, name), ...this.rows.map((row) => this.cell(row, column))));
    }
    table.append(...this.bodies);
    this.hideEmpty();
    // What comes later would move what is read: the table waits for the facts, but not for long.
    table.hidden = true;
    const show = () => (table.hidden = false);
    setTimeout(show, 500);
    this.addFacts(show);
    return table;
  }

  hideEmpty() {
    for (const body of this.bodies) body.hidden = body.rows.length < 2;
  }

  head() {
    const head = make("tr", {}, make("th", { scope: "col", className: "ac-corner", textContent: this.say("Tool") }));
    for (const row of this.rows) {
      const leave = make("button", { type: "button", className: "ac-close", textContent: "×" });
      leave.setAttribute("aria-label", this.say("Leave {name} out", { name: this.name(row) }));
      leave.addEventListener("click", () => this.leaveOut(row));
      const notes = [this.group(row), row.all].filter(Boolean).map((textContent) => make("small", { dir: "auto", textContent }));
      head.append(make("th", { scope: "col" }, make("a", { href: row.href, textContent: row.name, dir: "auto" }), " ", ...notes, leave));
    }
    return make("thead", {}, head);
  }

  /** A cell of the matrix, in which there is room for words. */
  cell(row, column) {
    const cell = this.grid.cell(row, { ...column });
    const within = this.grid.within(row, column.index);
    const words = cell.className ? this.at(row, column).words : this.say("no");
    cell.removeAttribute("aria-label");
    cell.append(" ", make("small", { textContent: words }), ...(within ? [" ", make("code", { textContent: within })] : []));
    return cell;
  }

  /** Adds what the agents' pages say of them: a line for each fact, among those that differ or those that are the same. */
  async addFacts(show) {
    const facts = await Promise.all(this.rows.map(async (row) => readFacts(await fetchPage(row.href).catch(() => null), this.say)));
    show();
    for (const body of this.bodies) body.hidden = false;
    for (const name of new Set(facts.flatMap((fact) => [...fact.keys()]))) {
      const texts = facts.map((fact) => fact.get(name) ?? "");
      // Two prompts beside each other would be two pages.
      const count = (text) => this.say.plural("1 word", "{n} words", text.split(/\s+/).filter(Boolean).length);
      const show = name === this.say("System prompt") ? count : (text) => text;
      const head = make("th", { scope: "row", textContent: name });
      const cells = texts.map((text) => make("td", { className: "ac-purpose", dir: "auto" }, make("div", { textContent: show(text) })));
      const isFirst = [this.say("What it is for"), this.say("Model")].includes(name);
      this.bodies[isFirst ? 0 : new Set(texts).size > 1 ? 1 : 4].append(make("tr", {}, head, ...cells));
      this.shorten(head, cells);
    }
    this.hideEmpty();
  }

  /** Of long texts the beginning is shown, and all of them by a button. */
  shorten(head, cells) {
    const texts = cells.map((cell) => cell.firstChild);
    const more = make("button", { type: "button", className: "ac-all-text", textContent: this.say("Show all") });
    const toggle = (isOpen) => {
      more.setAttribute("aria-expanded", isOpen);
      for (const text of texts) text.classList.toggle("ac-begins", !isOpen);
    };
    more.setAttribute("aria-label", `${more.textContent}: ${head.textContent}`);
    more.addEventListener("click", () => toggle(more.getAttribute("aria-expanded") === "false"));
    toggle(false);
    if (texts.some((text) => text.scrollHeight > text.clientHeight)) head.append(make("br"), more);
  }
}

/** The facts on an agent's page by their names, as text; empty if there is no page. */
function readFacts(page, say) {
  const facts = new Map();
  const agent = page?.querySelector(".ac-agent");
  if (!agent) return facts;
  const put = (name, text) => text?.trim() && facts.set(name, text.replace(/\s+/g, " ").trim());
  // Where something stands is said of each agent in other words.
  for (const where of agent.querySelectorAll(".ac-where")) if (!where.closest(".ac-prompt")) where.remove();
  // What stands below each other has no blank between.
  for (const speaker of agent.querySelectorAll(".ac-who")) speaker.append(": ");
  for (const block of agent.querySelectorAll(":is(#description, .ac-fields) :is(p, div, li, dd, figure, figcaption, pre, tr)")) block.append(" ");
  put(say("What it is for"), agent.querySelector(".ac-lead")?.textContent);
  put(say("Description"), agent.querySelector("#description:not(.ac-lead)")?.textContent);
  put(say("Model"), agent.querySelector(".ac-byline bdi")?.textContent);
  for (const setting of agent.querySelectorAll(".ac-settings > span")) {
    const [key, ...value] = setting.textContent.split(": ");
    put(key, value.join(": "));
  }
  for (const field of agent.querySelectorAll(".ac-fields > div")) put(field.querySelector("dt").textContent, field.querySelector("dd").textContent);
  put(say("Settings and hooks"), [...agent.querySelectorAll(".ac-project > li")].map((line) => line.textContent).join(" "));
  // Of what an agent is connected with the names count, and not the reasons.
  const connections = [...agent.querySelectorAll("h2")].find(({ id }) => id === "connections");
  for (let node = connections?.nextElementSibling; node && node.localName !== "h2"; node = node.nextElementSibling) {
    // Servers have rows of their own, inherited ones too.
    const names = [...(node.matches("h3:not(#servers)") ? node.nextElementSibling.querySelectorAll("li > a:first-child") : [])];
    if (names.length) put(node.firstChild.textContent, names.map((link) => link.textContent).sort().join(", "));
  }
  put(say("System prompt"), agent.querySelector(".ac-prompt")?.textContent);
  return facts;
}
