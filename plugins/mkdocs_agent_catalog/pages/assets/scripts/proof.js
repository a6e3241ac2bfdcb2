/* The proof of a cell: what the file declares, what comes of it, and which rule decided. */

class Proof {
  constructor(grid, home, act) {
    Object.assign(this, { grid, act, say: grid.say });
    this.panel = make("div", { className: "ac-proof", hidden: true, tabIndex: -1 });
    this.panel.setAttribute("role", "dialog");
    this.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    home.append(this.panel);
  }

  close() {
    if (this.panel.hidden) return;
    this.panel.hidden = true;
    this.act.closed();
    if (this.from && this.from.isConnected) this.from.focus();
  }

  /** Shows the proof of a row at a column, beside `cell` if there is one. */
  open(row, column, cell) {
    const say = this.say;
    const { title: tool, href } = this.grid.columns[column];
    this.from = cell;
    const title = make("p", { className: "ac-proof-title", id: "ac-proof-title" });
    title.append(make("a", { href: row.href, textContent: row.name, dir: "auto" }), " · ");
    title.append(href ? make("a", { href, textContent: tool }) : tool);
    const close = make("button", { type: "button", className: "ac-close", textContent: "×" });
    close.setAttribute("aria-label", say("Close"));
    close.addEventListener("click", () => this.close());
    const facts = make("dl", {}, ...this.facts(row, column));
    const compare = make("button", { type: "button", textContent: say("Compare this agent") });
    compare.addEventListener("click", () => this.act.compare(row));
    const copy = make("button", { type: "button", textContent: say("Copy permalink") });
    copy.dataset.clipboardText = location.href;
    this.panel.replaceChildren(close, title, facts, make("p", {}, compare, " ", copy));
    this.panel.setAttribute("aria-labelledby", "ac-proof-title");
    this.panel.hidden = false;
    this.place(cell);
    this.panel.focus({ preventScroll: Boolean(cell) });
  }

  facts(row, column) {
    const say = this.say;
    const { codes, declared, effective, rules, grants } = this.grid.key;
    const [state, outcome, rule, caveats] = codes[row.cells[column]];
    const entries = row.entries(column);
    const term = (name, ...parts) => [make("dt", { textContent: name }), make("dd", {}, ...parts)];
    const terms = [];
    if (row.published) {
      const words = outcome ? effective[outcome] : say("not in its catalog");
      return [...term(say("Published"), `${words}, ${row.published}`), ...(entries.length ? term(say("Entries"), ...entries.flatMap(([text]) => [make("code", { textContent: text }), " "])) : [])];
    }
    const words = state in declared ? declared[state] : say("not in the file");
    const written = entries.map(([text]) => make("code", { textContent: text }));
    terms.push(...term(say("Declared"), words, ...written.flatMap((code) => [" ", code])));
    const lines = [...new Set(entries.map(([, line]) => line))];
    const place = lines.length ? lines.map((line) => `${row.source}:${line}`).join(" ") : row.source;
    terms.push(...term(say("File"), make("code", { textContent: place, dir: "ltr" })));
    const decided = outcome.split(" ").filter((word) => word in effective).map((word) => effective[word]);
    if (decided.length) terms.push(...term(say("Effective"), decided.join("; ") || say("not declared")));
    const reasons = [[say("Rule"), rule], ...caveats.split(" ").map((id) => [say("But"), id])];
    for (const [title, id] of reasons.filter(([, id]) => id)) {
      const link = make("a", { href: `${grants}#rule-${id}`, textContent: id });
      const source = make("small", { textContent: rules[id][1] });
      terms.push(...term(title, `${rules[id][0].replaceAll("`", "")} `, link, make("br"), source));
    }
    return terms;
  }

  /** Beside the cell and inside the window; on a phone the style sheet puts it at the bottom. */
  place(cell) {
    const { style } = this.panel;
    style.removeProperty("inset-block-start");
    style.removeProperty("left");
    if (!cell || window.innerWidth < 480) return;
    const box = cell.getBoundingClientRect();
    const size = this.panel.getBoundingClientRect();
    const below = box.bottom + size.height + 8 < window.innerHeight;
    style.setProperty("inset-block-start", `${Math.max(56, below ? box.bottom + 6 : box.top - size.height - 6)}px`);
    style.setProperty("left", `${Math.max(8, Math.min(box.left, window.innerWidth - size.width - 16))}px`);
  }
}
