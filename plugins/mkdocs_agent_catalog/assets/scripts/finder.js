/* The index: its filter, two views of the same list, and its order. */
const ORDERS = {
  reach: (card) => -Number(card.dataset.weight),
  tools: (card) => -Number(card.dataset.count),
  fewest: (card) => Number(card.dataset.count),
  changed: (card) => -Number((card.dataset.changed || "").replaceAll("-", "")),
};

class Finder extends Facets {
  elements() {
    this.page = this.closest(".ac-index");
    this.cards = [...this.page.querySelectorAll(".ac-card")];
    return this.cards;
  }

  build() {
    super.build();
    const say = this.say;
    this.homes = new Map(this.cards.map((card) => [card, card.parentElement]));
    this.list = make("ul", { className: "ac-cards" });
    this.table = make("div", { className: "ac-scroll", tabIndex: 0 });
    this.table.setAttribute("role", "region");
    this.table.setAttribute("aria-label", say("Agents"));
    this.flat = make("section", { className: "ac-flat" }, make("h2", { className: "ac-vh", textContent: say("Agents") }), this.list, this.table);
    this.page.querySelector(".ac-group")?.before(this.flat);
    this.append(this.bar());
  }

  bar() {
    const say = this.say;
    const orders = [["", say("group and name")], ["name", say("name")], ["reach", say("reach")], ["tools", say("most tools")], ["fewest", say("fewest tools")]];
    if (this.cards.some((card) => card.dataset.changed)) orders.push(["changed", say("last change")]);
    this.sort = make("select", { id: "ac-choice-sort" }, ...orders.map(([value, text]) => make("option", { value, textContent: text })));
    this.sort.addEventListener("change", () => this.set({ sort: this.sort.value }));
    const view = (value, text) => {
      const button = make("button", { type: "button", textContent: text });
      button.addEventListener("click", () => this.set({ view: value }));
      return button;
    };
    this.views = { "": view("", say("Cards")), table: view("table", say("Table")) };
    const copy = make("button", { type: "button", textContent: say("Copy link"), hidden: !navigator.clipboard });
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(location.href);
      copy.textContent = say("Copied");
      setTimeout(() => (copy.textContent = say("Copy link")), 2000);
    });
    const label = make("label", { htmlFor: this.sort.id, textContent: say("Sort by") });
    return make("div", { className: "ac-bar" }, make("span", { className: "ac-choice" }, label, " ", this.sort), ...Object.values(this.views), copy);
  }

  /** The filter knows names, summaries, tools and skills; for a word in a prompt there is the box above. */
  deeper(found) {
    const words = this.input.value.trim();
    const ask = this.page.querySelector("ac-ask");
    this.prompts?.remove();
    if (!words || !ask?.asked || found > 9) return;
    this.prompts = make("button", { type: "button", textContent: this.say("Look in the prompts too") });
    this.prompts.addEventListener("click", () => ask.asked(words));
    this.count.after(this.prompts);
  }

  /** What is chosen, as text. */
  choices() {
    return JSON.stringify([this.chosen, this.without].map((all) => [...all].map(([id, values]) => [id, ...values])));
  }

  set(values) {
    this.address(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value ? [value] : []])), true);
    this.show();
  }

  filtered(shown) {
    const asked = new URLSearchParams(location.search);
    const sort = asked.get("sort") || "";
    const table = asked.get("view") === "table";
    this.sort.value = sort;
    for (const [name, button] of Object.entries(this.views)) button.setAttribute("aria-pressed", name === (table ? "table" : ""));
    this.flat.hidden = !sort && !table;
    this.list.hidden = table;
    this.table.hidden = !table;
    this.arrange(sort);
    this.deeper(shown.length);
    const choices = this.choices();
    if (this.answered !== undefined && this.answered !== choices) this.page.querySelector("ac-ask")?.again?.();
    this.answered = choices;
    this.table.replaceChildren(...(table ? [this.rows(this.ordered(shown.map((item) => item.element), sort))] : []));
    for (const group of this.page.querySelectorAll(".ac-group")) {
      const left = group.querySelectorAll(".ac-card:not([hidden])").length;
      group.hidden = left === 0 || table;
      group.querySelector("h2 .ac-count").textContent = left;
    }
  }

  ordered(cards, sort) {
    const name = (card) => card.querySelector("a").textContent;
    const order = ORDERS[sort] || (() => 0);
    return sort ? [...cards].sort((a, b) => order(a) - order(b) || name(a).localeCompare(name(b))) : cards;
  }

  /** Puts the cards into one list in the order asked for, or back into their groups. */
  arrange(sort) {
    if (sort === (this.arranged || "")) return;
    this.arranged = sort;
    if (sort) return this.list.append(...this.ordered(this.cards, sort));
    for (const [card, home] of this.homes) home.append(card);
  }

  /** The same list as a dense table. */
  rows(cards) {
    const say = this.say;
    const dated = cards.some((card) => card.dataset.changed);
    const heads = [say("Agent"), say("Group"), say("Summary"), say("Tools"), say("Model"), say("Reach"), ...(dated ? [say("Last change")] : [])];
    const head = make("tr", {}, ...heads.map((text) => make("th", { scope: "col", textContent: text })));
    const body = make("tbody", {}, ...cards.map((card) => {
      const link = card.querySelector("a");
      const { group, model, reach, changed } = card.dataset;
      const texts = [this.shown_as(group), card.querySelector("p").textContent, this.tools(card),
        this.shown_as(model), reach.split("|").map((one) => this.shown_as(one)).join(", "), ...(dated ? [changed || ""] : [])];
      const name = make("th", { scope: "row" }, make("a", { href: link.href, textContent: link.textContent, dir: "auto" }));
      return make("tr", {}, name, ...texts.map((text) => make("td", { textContent: text, dir: "auto" })));
    }));
    return make("table", { className: "ac-table ac-dense" }, make("thead", {}, head), body);
  }

  /** All that a card is short of: its list of tools ends where the card does. */
  tools(card) {
    const chips = [...card.querySelectorAll(".ac-chip--tool")].map((one) => one.textContent);
    if (!card.hasAttribute("data-listed")) return chips.join(", ");
    const { tool, server } = card.dataset;
    return [...tool.split("|"), ...server.split("|").map((one) => one && `${one} (MCP)`)].filter(Boolean).join(", ");
  }

  reset() {
    this.address({ sort: [], view: [] }, false);
    super.reset();
  }
}

if (!customElements.get("ac-finder")) customElements.define("ac-finder", Finder);
