/* The filter of a list whose entries stand in groups (`.ac-group`), with its order; of agents also their ranking for a
   task, and a table. What a list has is in its page: `data-words-of` leads to the data of the ranking, the choices of
   order and view are in the bar. `data-by` of an order is the name of an attribute: `-count` is `data-count`, the highest
   first. */
const MOST_ANSWERS = 6;
const MOST_COMPARED = 4;
// Who has less of a question than this part of the best, which is left out, does not fit well.
const WELL = 0.5;
const NAMES = ["tool", "server", "model"];

class Finder extends Facets {
  elements() {
    this.page = this.closest(".ac-page");
    this.groups = [...this.page.querySelectorAll(".ac-group, .ac-cause, .ac-cause details:has([data-words])")];
    this.cards = [...this.page.querySelectorAll("[data-words]")];
    return this.cards;
  }

  build() {
    super.build();
    const say = this.say;
    this.homes = new Map(this.cards.map((card) => [card, card.parentElement]));
    this.wasOpen = new Map(this.groups.map((group) => [group, group.open]));
    this.list = make("ul", { className: this.cards[0]?.parentElement.className || "" });
    this.table = make("div", { className: "ac-scroll", tabIndex: 0 });
    this.table.setAttribute("role", "region");
    this.table.setAttribute("aria-label", say("Agents"));
    this.note = make("p", { className: "ac-ruled" });
    this.legend = make("div", { className: "ac-signs" });
    this.answers = make("ol", { className: "ac-answers" });
    this.more = make("button", { type: "button", className: "ac-more", textContent: say("Show more") });
    this.more.addEventListener("click", () => this.rank((this.most += MOST_ANSWERS)));
    this.besides = make("div", { className: "ac-besides" });
    this.all = this.cards;
    this.beyond = [];
    this.flat = make("section", { className: "ac-flat" }, make("h2", { className: "ac-vh", textContent: say("Results") }), this.note, this.legend, this.answers, this.more, this.besides, this.list, this.table);
    this.default = this.page.querySelector(".ac-default");
    (this.default || this).after(this.flat);
    this.sort = this.querySelector("select[name=sort]");
    this.sort?.addEventListener("change", () => this.set({ sort: this.sort.value }));
    this.views = [...this.querySelectorAll("[data-view]")];
    for (const view of this.views) view.addEventListener("click", () => this.set({ view: view.dataset.view }));
    const list = this.dataset.list && new URL(this.dataset.list, location.href).href;
    this.elsewhere = [...document.querySelectorAll("a")].filter((link) => link.href === list || link.matches(".ac-views a"));
    // On a page without a list they come with the answers.
    this.later = this.querySelector(".ac-choices[hidden]");
    this.arrangement = [...this.querySelectorAll(".ac-order, .ac-views")];
    this.folding = this.querySelector(".ac-unfold");
    this.folding?.addEventListener("click", () => this.foldAll());
    this.input.addEventListener("focus", () => this.load(), { once: true });
    this.page.addEventListener("keydown", (event) => this.walk(event));
    this.onHash = () => this.reveal();
    window.addEventListener("hashchange", this.onHash);
    this.reveal();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener("hashchange", this.onHash);
    for (const link of this.elsewhere) link.search = "";
  }

  /** A group that an address leads to is opened. */
  reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const group = target?.closest(".ac-group");
    if (!group || group.open !== false) return;
    group.open = true;
    target.scrollIntoView();
  }

  foldAll() {
    const open = this.groups.some((group) => !group.open);
    for (const group of this.groups) group.open = open;
    this.folding.setAttribute("aria-pressed", open);
  }

  set(values) {
    this.address(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value ? [value] : []])), true);
    this.show();
  }

  read() {
    const address = new URLSearchParams(location.search);
    this.sentence = (this.dataset.wordsOf && address.get("ask")) || "";
    this.permitted = address.getAll("allow");
    this.fresh = false;
    super.read();
  }

  show() {
    if (this.sentence) this.input.value = this.sentence;
    const isAsking = this.dataset.wordsOf && this.input.value.trim();
    if (isAsking && !this.isLoaded) this.load().then(() => this.show());
    const filters = isAsking && this.isLoaded ? filtersIn(this.all, this.input.value) : [];
    // Names of tools ask who has them; a single one filters, too.
    this.isNames = filters.length > 0 && (/\s/.test(this.input.value.trim()) || !NAMES.includes(filters[0][0]));
    super.show();
  }

  /** Who types filters, and asks no longer. */
  changed(step) {
    if (this.sentence && this.input.value !== this.sentence) {
      this.sentence = "";
      this.fresh = true;
      this.address({ ask: [], allow: [] }, true);
    }
    super.changed(step);
    if (this.sentence) this.address({ find: [] }, false);
  }

  /** Enter opens what is called so, and else asks; where the answers are there already, it leads to the first. */
  async submit() {
    const text = this.input.value.trim();
    await this.load();
    const link = text && text === this.input.value.trim() && this.findNamed(text);
    if (link) return this.open(link);
    this.sentence = this.dataset.wordsOf ? text : "";
    const isAnswered = !this.answers.hidden;
    if (this.sentence) this.ask([]);
    await this.ranking;
    if (this.sentence && isAnswered) this.listResults()[0]?.focus();
  }

  /** Who opens a page from the keyboard reads on in its text, not in the bar above it. */
  open(link) {
    const page = new URL(link.href);
    page.hash ||= "ac-content";
    location.assign(page);
  }

  /** The link to the only thing with this name, or with a name that begins so where that is no word, such as `code-rev`. */
  findNamed(text) {
    if (this.dataset.wordsOf && filtersIn(this.all, text).length) return null;
    const simplify = (name) => name.trim().toLowerCase().replace(/^\//, "").replace(/[\s_]+/g, "-");
    const wanted = simplify(text);
    const others = (this.dataset.others && window.acAskOthers) || [];
    const links = [...this.all.map((card) => card.querySelector("a")), ...others.flatMap(([, , things]) => things.filter((thing) => !thing[3]).map((thing) => this.linkOther(thing)))];
    const names = links.filter(Boolean).map((link) => [simplify(link.textContent), link]);
    const exact = names.filter(([name]) => name === wanted);
    const begun = exact.length || !/[-_/:.\d]/.test(wanted) ? exact : names.filter(([name]) => name.startsWith(wanted));
    return begun.length === 1 ? begun[0][1] : null;
  }

  /** The links to what the box lists, one for each. */
  listResults() {
    return [...this.page.querySelectorAll(".ac-ruled a, .ac-answer-head > a:first-child, .ac-besides a, [data-words] a")].filter((link) => {
      const entry = link.closest("[data-words]");
      return link.checkVisibility() && (!entry || link === entry.querySelector("a"));
    });
  }

  /** Arrows lead from the box into what it lists, and on. */
  walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, Enter: 0 }[event.key], { activeElement } = document;
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const links = this.listResults();
    const at = links.indexOf(activeElement);
    if (!step) {
      if (at < 0) return;
      event.preventDefault();
      return this.open(activeElement);
    }
    const to = activeElement === this.input ? (step > 0 ? 0 : -2) : at < 0 ? -2 : at + step;
    const target = to === -1 ? this.input : links[to];
    if (!target) return;
    event.preventDefault();
    target.focus();
  }

  ask(permitted) {
    this.permitted = permitted;
    this.sentence ||= this.input.value.trim();
    // What was typed is no step to go back to: that is the list, or the question before.
    if (!this.fresh) this.address({ find: [] }, false);
    this.address({ find: [], ask: [this.sentence], allow: permitted }, !this.fresh);
    this.fresh = false;
    this.show();
  }

  reset() {
    this.sentence = "";
    this.address({ sort: [], view: [], ask: [], allow: [] }, false);
    super.reset();
  }

  typed() {
    return this.sentence || this.isNames ? [] : super.typed();
  }

  tell(number, active) {
    super.tell(number, active);
    // Enter asks for the best, which need not have all of the words.
    if (this.dataset.wordsOf && number && this.typed().length > 1) this.count.textContent = this.say("{found} of {what} with all these words", { found: number, what: this.whole });
  }

  suggest(number, words) {
    // What the words do not find may be a task.
    if (this.dataset.wordsOf && words.length && !number) return this.loosen.replaceChildren();
    super.suggest(number, words);
  }

  filtered(shown, active) {
    const address = new URLSearchParams(location.search);
    const sort = address.get("sort") || "";
    const ranks = Boolean(this.sentence || this.isNames || (this.dataset.wordsOf && this.typed().length && !shown.length));
    const table = address.get("view") === "table" && this.views.length && !ranks;
    if (this.sort) this.sort.value = sort;
    for (const view of this.views) view.setAttribute("aria-pressed", view.dataset.view === (table ? "table" : ""));
    // Answers have their own order.
    for (const choice of this.arrangement) choice.hidden = ranks;
    for (const link of this.elsewhere) if (link.search !== location.search) link.search = location.search;
    // Where a filter leaves hardly more than a card to a group, headings are in the way.
    const groups = new Set(shown.map((item) => this.homes.get(item.element))).size;
    const isSparse = !this.hasAttribute("data-grouped") && groups > 1 && shown.length < 2 * groups;
    const order = sort || (active && !table && isSparse ? "none" : "");
    this.flat.hidden = !order && !table && !ranks;
    if (this.default) this.default.hidden = table || ranks || !shown.length;
    this.list.hidden = table || ranks;
    this.table.hidden = !table;
    this.arrange(order);
    this.table.replaceChildren(...(table ? [this.rows(this.ordered(shown.map((item) => item.element), sort))] : []));
    for (const node of [this.note, this.legend, this.answers, this.more, this.besides]) node.hidden = true;
    this.turn = (this.turn || 0) + 1;
    if (this.later && !ranks) this.later.hidden = true;
    this.ranking = ranks && this.rank((this.most = MOST_ANSWERS));
    const few = active && !ranks && shown.length > 1 && shown.length <= MOST_COMPARED ? shown.map((item) => item.element) : [];
    this.querySelector(".ac-versus")?.remove();
    if (few.length && this.dataset.compare) this.count.after(make("a", { className: "ac-versus", href: this.comparison(few), textContent: this.say("Compare these {n}", { n: few.length }) }));
    for (const group of this.groups) {
      const left = group.querySelectorAll("[data-words]:not([hidden])").length;
      group.hidden = left === 0 || table || ranks;
      const number = group.querySelector(".ac-count");
      if (number) number.textContent = left;
      if (this.active !== active) group.open = active || this.wasOpen.get(group);
      this.outline(group);
    }
    this.active = active;
    if (this.folding) this.folding.hidden = active || !this.flat.hidden;
  }

  /** The table of contents has only the groups that are there; without any it has no title either. */
  outline(group) {
    const id = group.id || group.querySelector("h2[id]")?.id;
    const links = id ? document.querySelectorAll(`li > a[href$="#${CSS.escape(id)}"]`) : [];
    for (const link of links) {
      if (this.page.contains(link)) continue;
      link.parentElement.hidden = group.hidden;
      const outline = link.closest("nav");
      if (outline) outline.hidden = !outline.querySelector("li:not([hidden])");
    }
  }

  ordered(cards, sort) {
    const name = (card) => card.querySelector("a").textContent;
    const by = [...(this.sort?.options || [])].find(({ value }) => value === sort)?.dataset.by || "";
    const key = by.replace(/^-/, "");
    const value = (card) => Number((card.dataset[key] || "").replaceAll("-", "")) * (by === key ? 1 : -1);
    const order = (a, b) => (key ? value(a) - value(b) : 0);
    return sort && sort !== "none" ? [...cards].sort((a, b) => order(a, b) || name(a).localeCompare(name(b))) : cards;
  }

  /** Puts the entries into one list in the order asked for, or back into their groups. */
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
    const heads = [say("Agent"), say("Group"), say("Summary"), say("Capabilities"), say("Tools"), say("Model"), ...(dated ? [say("Last change")] : [])];
    const head = make("tr", {}, ...heads.map((textContent) => make("th", { scope: "col", textContent })));
    const body = make("tbody", {}, ...cards.map((card) => {
      const { group, model, changed } = card.dataset;
      const texts = [this.spell(group), make("p", { textContent: card.querySelector("p").textContent }), this.pills([card]), this.tools(card), model === "not set" ? "" : this.spell(model), ...(dated ? [changed || ""] : [])];
      const name = make("th", { scope: "row" }, this.link(card));
      return make("tr", {}, name, ...texts.map((content) => make("td", { dir: "auto" }, content)));
    }));
    return make("table", { className: "ac-table ac-dense" }, make("thead", {}, head), body);
  }

  link(card) {
    const { href, textContent } = card.querySelector("a");
    return make("a", { href, textContent, dir: "auto" });
  }

  /** What any of these agents can do, as signs: each once, and always in the same order. */
  pills(cards) {
    const reach = new Set(cards.flatMap(({ dataset }) => (dataset.reach || "").split("|")));
    const signs = JSON.parse(this.dataset.signs || "[]").filter(([value]) => reach.has(value));
    return make("ul", { className: "ac-pills ac-pills--compact" }, ...signs.map(([value, id]) =>
      make("li", { className: `ac-pill ac-pill--${id}`, title: this.spell(value) }, make("span", { className: "ac-vh", textContent: this.spell(value) }))));
  }

  /** The signs of these agents with their words: not everybody can point at a sign. */
  explainPills(cards) {
    const list = this.pills(cards);
    list.classList.remove("ac-pills--compact");
    list.ariaHidden = "true";
    for (const words of list.querySelectorAll(".ac-vh")) words.className = "";
    return list.children.length ? [list] : [];
  }

  /** All that a card is short of: its list of tools ends where the card does. */
  tools(card) {
    const { access = "", tool = "", server = "" } = card.dataset;
    const values = access.split("|");
    if (values.includes("Inherits everything")) return this.say("inherits all tools");
    // What is denied to one that inherits the rest, and what is not known, stands on its card.
    if (!values.includes(LISTS)) return card.querySelector(".ac-card-tools")?.textContent.trim() ?? "";
    return [...tool.split("|"), ...server.split("|").map((name) => name && `${name} (MCP)`)].filter(Boolean).join(", ");
  }

  /** The words, loaded once, and the agents where the page has no cards of them. */
  load() {
    const { wordsOf, agents, others } = this.dataset;
    if (!wordsOf) return;
    const scripts = [["acAskData", wordsOf], ["acAskAgents", agents], ["acAskOthers", others]].filter(([, src]) => src);
    this.loading ||= Promise.all(scripts.map(([name, src]) => this.script(name, src))).then(() => {
      if (agents) this.cards = this.distant(window.acAskAgents);
      return this.spread(new URL(wordsOf, location.href));
    }).then((far) => {
      const items = (cards) => cards.map((card) => new Item(card, [...this.titles.keys()]));
      this.all = [...this.cards, ...far];
      this.isLoaded = true;
      if (!this.later) {
        this.beyond = items(far);
        return;
      }
      this.items = items(this.all);
      this.learn();
    });
    return this.loading;
  }

  /** The agents whose data is in files of its own. */
  spread(data) {
    const { apart } = window.acAskData;
    if (!apart) return [];
    this.apart = new Apart((name, src) => this.script(name, src), new URL(apart[0], data), this.cards.length);
    return this.apart.agents();
  }

  /** A classic script that sets `name`, as that works from a file too. */
  script(name, src) {
    return new Promise((done) => {
      if (window[name]) return done();
      const script = make("script", { src });
      script.addEventListener("load", done);
      document.head.append(script);
    });
  }

  /** Cards of agents that are on other pages, with as much as an answer shows. */
  distant({ facets, kinds, agents }) {
    const file = new URL(this.dataset.agents, location.href);
    return agents.map(([title, address, summary, group, same, kind, prompt]) => {
      const link = make("a", { href: new URL(`../${address}`, file), textContent: title });
      const card = make("li", {}, link, make("p", { textContent: summary }));
      const values = Object.fromEntries(facets.map((facet, at) => [facet, kinds[kind][at]]));
      Object.assign(card.dataset, values, { group, words: "" }, same && { same }, prompt && { prompt });
      return card;
    });
  }

  /** Answers what is in the box: the agents that fit best in place of the list. */
  async rank(most) {
    const turn = this.turn;
    await this.load();
    // Only the last question is answered.
    if (turn !== this.turn) return;
    const question = this.input.value;
    await this.apart?.terms(question);
    const { filters, ranking, fitting } = this.understand(question);
    const within = new Set([...this.items, ...this.beyond].filter((item) => item.fits(this.choices)).map((item) => item.element));
    const isLeft = ({ card }) => !this.items.length || within.has(card);
    const having = fitting.filter(isLeft);
    // Of whom only the data is known is known by name now, which may change the order.
    if (await this.apart?.rows(having.slice(0, 2 * most))) return turn === this.turn && this.rank(most);
    if (turn !== this.turn) return;
    const families = new Map();
    const family = ({ card, number }) => card.dataset.same || number;
    for (const answer of having) families.set(family(answer), [...(families.get(family(answer)) || []), answer]);
    const shown = [...families.values()].slice(0, most);
    for (const node of [this.note, this.legend, this.answers]) node.hidden = false;
    this.legend.replaceChildren(...this.explainPills(shown.map(([{ card }]) => card)));
    this.more.hidden = families.size <= most;
    const [called, besides] = this.dataset.others ? this.others(filters.every(([facet]) => NAMES.includes(facet)) ? question : "", filters.map(([, name]) => name), ranking.words) : [[], []];
    this.answers.replaceChildren(...called, ...shown.map((agents) => this.answer(agents, filters.length ? "" : ranking.reason(agents[0]), shown[0][0].card)));
    const words = joinPairs(ranking.words).join(", ");
    const isWeak = !filters.length && ranking.words.length > 1 && shown.length && !having.some(({ score, words, hidden }) => score >= WELL * ranking.all[0].score && (words.length + hidden.length > 1 || 2 * ranking.unknown <= ranking.words.length));
    this.count.textContent = filters.length ? this.sum(filters, having)
      : isWeak ? this.say("None fits well. The nearest by single words:")
      : families.size > shown.length ? this.say("The {n} that fit best of {all}.", { n: shown.length, all: families.size })
      : families.size ? this.say.plural("One agent fits.", "The {n} that fit best.", shown.length)
      : called.length || besides.length ? this.say("No agent, but this fits:")
      : words ? this.say("No agent fits. Looked for: {words}.", { words }) : this.say("Say in other words what is to be done.");
    const count = (answers) => new Set(answers.map(family)).size, allowed = count(ranking.allowed);
    const more = { refused: count(ranking.all) - allowed, filtered: allowed - families.size };
    this.note.replaceChildren(...(filters.length ? this.lead(filters, having) : this.ruled(ranking, more, families.size)));
    this.besides.hidden = false;
    this.besides.replaceChildren(...besides);
    if (this.later || this.apart) this.number();
    if (this.later) this.later.hidden = !fitting.length;
  }

  /** What a text asks for: the agents that fit it, whatever is chosen. */
  understand(text) {
    const filters = filtersIn(this.all, text);
    const ranking = new Ranking(this.all, text, this.say, this.permitted);
    return { filters, ranking, fitting: filters.length ? this.having(filters) : ranking.allowed };
  }

  /** Where the words leave no entry with a value, its choice leads to those that fit best. */
  tallies() {
    const text = this.input.value.trim();
    const isAsked = this.isLoaded && text;
    const cards = new Set(isAsked ? this.understand(text).fitting.map(({ card }) => card) : []);
    const fitting = [...this.items, ...this.beyond].filter((item) => cards.has(item.element));
    const answers = this.tally(fitting, (item) => item.element.dataset.same || item);
    return !isAsked ? super.tallies() : this.sentence || this.isNames ? [answers] : [...super.tallies(), answers];
  }

  /** The address at which agents are compared. */
  comparison(cards) {
    const root = new URL("..", new URL(this.dataset.wordsOf, location.href)).href;
    const ids = cards.map((card) => decodeURIComponent(this.link(card).href.slice(root.length)).replace(/^agents\/|\/(index\.html)?$|\.html$/g, ""));
    const address = new URL(this.dataset.compare, location.href);
    address.search = new URLSearchParams(ids.map((id) => ["compare", id]));
    return address.href;
  }

  /** The agents of which all `filters` hold, those first whose files list tools. */
  having(filters) {
    const holds = ({ dataset }) => filters.every(([facet, value]) => {
      const name = facet.replace(/^not-/, "");
      return (dataset[name] || "").split("|").includes(value) === (name === facet);
    });
    const answers = this.all.map((card, number) => ({ card, number })).filter(({ card }) => holds(card));
    return [...answers.filter((answer) => this.lists(answer)), ...answers.filter((answer) => !this.lists(answer))];
  }

  lists({ card }) {
    return (card.dataset.access || "").split("|").includes(LISTS);
  }

  /** How many these are. */
  sum(filters, having) {
    const { say } = this;
    const n = having.length;
    if (filters.every(([facet]) => facet === "tool" || facet === "server")) {
      const tools = filters.map(([, name]) => name).join(` ${say("and")} `);
      const explicit = having.filter((answer) => this.lists(answer)).length;
      return n ? say.plural("One agent can use {tools}: {explicit} explicit, {inherited} inherited.", "{n} agents can use {tools}: {explicit} explicit, {inherited} inherited.", n, { tools, explicit, inherited: n - explicit }) : say("No agent can use {tools}.", { tools });
    }
    const sentences = {
      "No commands": say.plural("One agent cannot run commands.", "{n} agents cannot run commands.", n),
      "Inherits everything": say.plural("One agent inherits all tools.", "{n} agents inherit all tools.", n),
      "Reads only": say.plural("One agent only reads.", "{n} agents only read.", n),
    };
    const what = filters.map(([facet, value]) => (facet.startsWith("not-") ? say("without “{what}”", { what: this.spell(value) }) : this.spell(value))).join(", ");
    return (filters.length === 1 && sentences[filters[0][1]]) || say.plural("One agent: {what}.", "{n} agents: {what}.", n, { what });
  }

  /** The links to the list of all these agents, and of those whose files list tools. */
  lead(filters, having) {
    const { list } = this.dataset;
    const n = having.length;
    if (!n || this.apart || (list === undefined && (this.later || !this.items.length))) return [];
    const link = (textContent, more) => {
      const address = new URL(list || "", location.href);
      address.hash = "";
      const facets = new Set(filters.map(([facet]) => facet).filter((facet) => NAMES.includes(facet)));
      address.search = new URLSearchParams([...filters, ...[...facets].map((facet) => ["all", facet]), ...more]);
      return make("a", { href: address, textContent });
    };
    const explicit = having.filter((answer) => this.lists(answer)).length;
    const isMixed = explicit && explicit < n && filters.every(([facet]) => facet !== "access");
    return [link(this.say.plural("Show it in the list", "Show all {n} in the list", n), []),
      ...(isMixed ? [" · ", link(this.say.plural("the one that lists its tools", "the {n} that list their tools", explicit), [["access", LISTS]])] : [])];
  }

  /** What else there is, of each kind (skills, commands, tools, servers): what is called so, and the best of what has one
      of the names, or at least half of the words. */
  others(question, names, words) {
    const wanted = (names.length ? names : words).map((word) => word.toLowerCase());
    const weigh = ([title, , text, pattern]) => {
      // What a page answers is asked for in so many ways.
      if (pattern) return 0;
      const places = [title, names.length ? "" : text].map((part) => part.toLowerCase());
      const hits = wanted.map((word) => (places[0].includes(word) ? 2 : places[1].includes(word) ? 1 : 0)).filter(Boolean);
      return wanted.length && hits.length * 2 >= wanted.length ? hits.reduce((sum, hit) => sum + hit, 0) : 0;
    };
    const link = (thing) => this.linkOther(thing);
    const text = (tag, textContent) => make(tag, { textContent, dir: "auto", className: "ac-summary" });
    const called = [];
    const isCalled = ([title, , , pattern]) => isAbout(question, title) || (pattern && cut(question, pattern) !== question);
    const sections = window.acAskOthers.flatMap(([title, kind, things]) => {
      const fitting = things.map((thing) => [weigh(thing) || isCalled(thing), thing]).filter(([weight]) => weight);
      const lines = [];
      for (const [, thing] of fitting.sort(([a], [b]) => b - a)) {
        if (isCalled(thing)) called.push(make("li", {}, make("p", { className: "ac-answer-head" }, link(thing), make("small", { textContent: kind })), text("p", thing[4] || thing[2])));
        else lines.push(make("li", {}, link(thing), text("span", thing[2])));
      }
      return lines.length ? [make("section", {}, make("p", { className: "ac-topic", textContent: title }), make("ul", {}, ...lines.slice(0, MOST_ANSWERS)))] : [];
    });
    return [called, sections];
  }

  linkOther([textContent, address]) {
    return make("a", { href: new URL(`../${address}`, new URL(this.dataset.others, location.href)), textContent, dir: "auto" });
  }

  /** What was left out, and how to have it. */
  ruled(ranking, { refused, filtered }, number) {
    const say = this.say;
    const withCommands = (n) => say.plural("One more fits if commands are allowed.", "{n} more fit if commands are allowed.", n);
    const parts = [];
    if (ranking.without.length) {
      const reach = ranking.without.map((capability) => this.spell(capability)).join("”, “");
      parts.push(say("Left out: agents with “{reach}”, also through others, and those of whom it is not known.", { reach }), " ");
      const [only, ...others] = ranking.without;
      const texts = {
        "Runs commands": withCommands(refused),
        "Changes files": say.plural("One more fits if changes are allowed.", "{n} more fit if changes are allowed.", refused),
        "Reaches the network": say.plural("One more fits if the network is allowed.", "{n} more fit if the network is allowed.", refused),
      };
      const text = others.length ? say.plural("One more fits if all of it is allowed.", "{n} more fit if all of it is allowed.", refused) : texts[only];
      if (refused) parts.push(text, " ", this.action(() => {
        this.ask([...this.permitted, ...ranking.without]);
        this.input.focus();
      }), " ");
    }
    if (filtered) {
      const isCommands = `${[...this.choices.chosen.values()].flatMap((values) => [...values])}` === "No commands";
      parts.push(isCommands ? withCommands(filtered) : say.plural("The filters leave out one more.", "The filters leave out {n} more.", filtered), " ", this.action(() => {
        this.unchoose();
        this.changed(true);
      }), " ");
    }
    if (!number && !parts.length && this.items.length && !this.later) {
      parts.push(this.action(() => this.reset(), say("Show all")));
    }
    return parts;
  }

  action(act, textContent = this.say("Show")) {
    const button = make("button", { type: "button", textContent });
    button.addEventListener("click", act);
    return button;
  }

  answer([best, ...twins], why, first) {
    const { card } = best;
    const place = this.placeOf(card);
    const isAlone = twins.length || this.all.every((other) => this.placeOf(other) === place);
    const group = isAlone ? "" : make("span", { className: "ac-chip ac-chip--group", textContent: this.spell(place), dir: "auto" });
    const line = make("li", {}, make("p", { className: "ac-answer-head" }, this.link(card), group, this.pills([card])));
    if (this.dataset.compare && card !== first && ![card, first].some((other) => other instanceof FarCard)) {
      const words = this.say("Compare with {name}", { name: this.link(first).textContent });
      line.firstChild.append(make("a", { className: "ac-versus", href: this.comparison([first, card]), textContent: words, ariaLabel: `${words}: ${this.link(card).textContent}` }));
    }
    line.append(make("p", { className: "ac-summary", textContent: card.querySelector("p").textContent, dir: "auto" }));
    if (why) line.append(make("p", {}, make("small", { textContent: why })));
    if (twins.length) line.append(this.places([best, ...twins]));
    return line;
  }

  /** What an answer names beside an agent: its group, or another repository. */
  placeOf({ dataset: { repository, group } }) {
    return repository && repository !== "This repository" ? repository : group;
  }

  /** Where else an agent of this description is, and what differs there. */
  places(family) {
    const { say } = this, cards = family.map(({ card }) => card), n = cards.length;
    const aspects = [[say("tools"), "access", "tool", "server"], [say("model"), "model"], [say("prompt"), "prompt"]];
    const differing = aspects.filter(([, ...names]) => new Set(cards.map(({ dataset }) => names.map((name) => dataset[name] || "").join("\n"))).size > 1).map(([aspect]) => aspect);
    const isPlugins = this.hasAttribute("data-plugins");
    const text = differing.length ? (isPlugins ? say("In {n} plugins:", { n }) : say("In {n} groups:", { n }))
      : isPlugins ? say("The same in {n} plugins:", { n }) : say("The same in {n} groups:", { n });
    const places = cards.flatMap((card, at) => {
      const link = this.link(card);
      link.textContent = this.spell(card.dataset.group);
      return at ? [", ", link] : [" ", link];
    });
    if (differing.length) places.push(" · ", say("They differ in: {what}", { what: differing.join(", ") }));
    if (differing.length && this.dataset.compare && !cards.some((card) => card instanceof FarCard)) {
      const few = cards.slice(0, MOST_COMPARED), textContent = few.length < n ? say("Compare the first {n}", { n: few.length }) : say("Compare");
      places.push(" · ", make("a", { className: "ac-versus", href: this.comparison(few), textContent }));
    }
    return make("p", {}, make("small", {}, text, ...places));
  }
}

if (!customElements.get("ac-finder")) customElements.define("ac-finder", Finder);
