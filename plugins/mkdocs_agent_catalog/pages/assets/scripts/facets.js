/* A box to type into, chips and facets that combine, over any list: the cards of the index, the rows of the matrix,
   skills. The page holds the box and the chips (`templates/finder.html.jinja`, `pages/finder/list_finder.py`); this
   script wakes them and builds the panel of all values when it is opened. Without it the list is complete.

   What an entry is found by stands on its element: `data-words`, and for each facet `data-<facet>` with values between
   "|". The state is in the address, so that a view can be sent to somebody: `find`, `<facet>`, `not-<facet>`, and `all`
   for the facets of which every value is asked for. The parameter is not `q`: that opens the search of Material. */

class Item {
  constructor(element, facets) {
    this.element = element;
    this.words = element.dataset.words;
    this.values = new Map(facets.map((id) => [id, (element.dataset[id] || "").split("|").filter(Boolean)]));
  }

  /** Whether every word typed stands in a word of the entry. One of `names`, the names of tools, stands there as a
      whole: `Bash` is not `BashOutput`. */
  says(words, names) {
    return words.every((word) => (names.has(word) ? ` ${this.words} `.includes(` ${word} `) : this.words.includes(word)));
  }

  /** Whether the entry has one of the values chosen in each facet (every one where `every` holds the facet), and none of
      those ruled out. `but` is a facet whose choice is not asked, unless every value is. */
  fits({ chosen, without, every }, but) {
    for (const [facet, has] of this.values) {
      const wanted = [...chosen.get(facet)];
      const all = every.has(facet);
      if (all && wanted.some((value) => !has.includes(value))) return false;
      if (facet !== but && !all && wanted.length && !wanted.some((value) => has.includes(value))) return false;
      if (has.some((value) => without.get(facet).has(value))) return false;
    }
    return true;
  }
}

class Facets extends HTMLElement {
  /** The elements to filter; a subclass says which. */
  elements() {
    return [];
  }

  /** Called after each change with the items that are shown and whether anything is asked. */
  filtered(_items, _active) {}

  connectedCallback() {
    if (this.items) return;
    this.say = speaker(this);
    /* Id and title of each facet, and the values that are shown otherwise than they stand in the address. */
    this.titles = new Map(JSON.parse(this.dataset.facets || "[]"));
    this.spoken = JSON.parse(this.dataset.shown || "{}");
    const facets = [...this.titles.keys()];
    this.items = this.elements().map((element) => new Item(element, facets));
    this.choices = {};
    for (const name of ["chosen", "without"]) this.choices[name] = new Map(facets.map((id) => [id, new Set()]));
    this.choices.every = new Set();
    /* Facets of which somebody wanted any value. */
    this.loose = new Set();
    this.learn();
    this.build();
    this.read();
    this.onAddress = () => this.read();
    this.onSlash = (event) => this.jump(event);
    this.onOutside = ({ target }) => this.leave(target);
    window.addEventListener("popstate", this.onAddress);
    document.addEventListener("keydown", this.onSlash);
    document.addEventListener("pointerdown", this.onOutside);
    this.setAttribute("ready", "");
  }

  disconnectedCallback() {
    window.removeEventListener("popstate", this.onAddress);
    document.removeEventListener("keydown", this.onSlash);
    document.removeEventListener("pointerdown", this.onOutside);
  }

  learn() {
    /* Facets of which an entry may have several values: only of these all can be asked for. Two demands on what an
       agent may do are two demands, whoever meets both. */
    const isSeveral = (id) => id === "access" || this.items.some((item) => item.values.get(id).length > 1);
    this.several = new Set([...this.titles.keys()].filter(isSeveral));
    this.names = new Set(this.items.flatMap((item) => item.values.get("tool") || []).map((name) => name.toLowerCase()));
  }

  /** "/" leads to the box, before the search of the theme takes it. */
  jump(event) {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.input.focus();
  }

  /** A value in the language of the page; in the address it is the same in every language. */
  spell(value, facet) {
    return this.spoken[`${facet}=${value}`] || this.spoken[value] || value;
  }

  build() {
    const part = (name) => this.querySelector(`.ac-${name}`);
    this.input = part("filter");
    this.input.addEventListener("input", () => this.changed(false));
    this.input.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.chips = [...this.querySelectorAll("button[data-facet]")];
    for (const chip of this.chips) chip.addEventListener("click", () => this.toggle(chip.dataset.facet, chip.dataset.value));
    this.count = part("found");
    this.whole = this.count.textContent;
    this.clear = part("clear");
    this.clear.addEventListener("click", () => this.reset());
    this.marks = part("chosen");
    this.panel = part("panel");
    this.plus = part("plus");
    this.plus?.addEventListener("click", () => this.unfold(this.panel.hidden));
    this.panel?.addEventListener("focusout", ({ relatedTarget }) => this.leave(relatedTarget));
    this.loosen = part("loosen");
    this.hints = part("hints");
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.panel?.hidden !== false) return;
      this.unfold(false);
      this.plus.focus();
    });
  }

  /** Enter in the box. */
  submit() {}

  /** Opens or closes the panel of all values, which is built when it is opened first. */
  unfold(open) {
    if (open && !this.entries) this.fill();
    this.panel.hidden = !open;
    this.plus.setAttribute("aria-expanded", open);
    // On a phone its keyboard would cover the panel.
    if (open && matchMedia("(hover: hover)").matches) this.panel.querySelector("input").focus();
  }

  /** The panel lies over the list: it closes for what is pointed at or focused outside of it. */
  leave(target) {
    if (this.panel?.hidden === false && target && target !== this.plus && !this.panel.contains(target)) this.unfold(false);
  }

  fill() {
    const say = this.say;
    this.entries = [];
    const pick = make("input", { type: "search", className: "ac-pick", autocomplete: "off", placeholder: say("Find in these lists") });
    pick.setAttribute("aria-label", pick.placeholder);
    pick.addEventListener("input", () => this.pick(pick.value.trim().toLowerCase()));
    const grid = make("div", { className: "ac-facets" });
    for (const [id, title] of this.titles) if (!this.chips.some((chip) => chip.dataset.facet === id && id === "access")) grid.append(...this.facet(id, title));
    this.panel.append(pick, grid);
    this.number();
  }

  facet(id, title) {
    const counted = new Map();
    for (const item of this.items) for (const value of item.values.get(id)) counted.set(value, (counted.get(value) || 0) + 1);
    // What all entries have is no choice.
    if (counted.size < 2 && ![...counted.values()].some((number) => number < this.items.length)) return [];
    const list = make("ul");
    for (const value of [...counted.keys()].sort((a, b) => counted.get(b) - counted.get(a) || a.localeCompare(b))) list.append(this.line(id, value));
    const box = make("fieldset", { className: "ac-facet" }, make("legend", { textContent: title }));
    if (this.several.has(id)) box.append(this.modes(id));
    box.append(list);
    return [box];
  }

  /** Whether one of the values chosen is enough, or all are asked for. */
  modes(id) {
    const mode = (all, text) => {
      const radio = make("input", { type: "radio", name: `ac-mode-${id}` });
      radio.addEventListener("change", () => this.match(id, all));
      this.entries.push({ id, radio, all });
      return make("label", {}, radio, ` ${text}`);
    };
    return make("p", { className: "ac-modes" }, mode(true, this.say("all of them")), " ", mode(false, this.say("any of them")));
  }

  match(id, all) {
    this.loose[all ? "delete" : "add"](id);
    this.choices.every[all && this.choices.chosen.get(id).size > 1 ? "add" : "delete"](id);
    this.changed(true);
  }

  line(id, value) {
    const text = this.spell(value, id);
    const box = make("input", { type: "checkbox", name: id, value });
    const number = make("span", { className: "ac-number" });
    const not = make("button", { type: "button", className: "ac-not", textContent: this.say("not") });
    not.title = this.say("Without {what}", { what: text });
    not.setAttribute("aria-label", not.title);
    box.addEventListener("change", () => this.choose(id, value, box.checked ? "chosen" : ""));
    not.addEventListener("click", () => this.choose(id, value, this.choices.without.get(id).has(value) ? "" : "without"));
    const line = make("li", {}, make("label", {}, box, make("bdi", { textContent: text, title: text }), number), not);
    this.entries.push({ id, value, box, number, not, line });
    return line;
  }

  /** Narrows the values of all facets. */
  pick(part) {
    for (const { line } of this.entries) if (line) line.hidden = !line.querySelector("bdi").textContent.toLowerCase().includes(part);
    for (const facet of this.panel.querySelectorAll(".ac-facet")) facet.hidden = !facet.querySelector("li:not([hidden])");
  }

  toggle(id, value) {
    this.choose(id, value, this.choices.chosen.get(id).has(value) ? "" : "chosen");
  }

  /** Takes a value in ("chosen"), rules it out ("without"), or leaves it open (""). Who ticks two tools means both,
      unless they said otherwise. */
  choose(id, value, how) {
    for (const name of ["chosen", "without"]) this.choices[name].get(id)[how === name ? "add" : "delete"](value);
    const number = this.choices.chosen.get(id).size;
    if (how === "chosen" && number === 2 && this.several.has(id) && !this.loose.has(id)) this.choices.every.add(id);
    if (number < 2) this.choices.every.delete(id);
    this.changed(true);
  }

  isChip(id, value) {
    return this.chips.some(({ dataset }) => dataset.facet === id && dataset.value === value);
  }

  /** What is chosen, in view also when the panel is closed; each can be taken back. */
  recall() {
    const had = this.marks.contains(document.activeElement);
    const marks = [];
    for (const name of ["chosen", "without"]) {
      for (const [id, values] of this.choices[name]) {
        for (const value of values) {
          if (name === "chosen" && this.isChip(id, value)) continue;
          const what = `${this.titles.get(id)}: ${this.spell(value, id)}`;
          const first = name === "chosen" && value === [...values].find((other) => !this.isChip(id, other));
          const text = name === "without" ? this.say("not {what}", { what }) : first ? what
            : this.choices.every.has(id) ? this.say("and {what}", { what }) : this.say("or {what}", { what });
          const button = make("button", { type: "button" }, make("bdi", { textContent: text }), make("span", { textContent: " ×", ariaHidden: "true" }));
          button.setAttribute("aria-label", this.say("Leave out {what}", { what: text }));
          button.addEventListener("click", () => this.choose(id, value, ""));
          marks.push(make("li", {}, button));
        }
      }
    }
    this.marks.replaceChildren(...marks);
    // The button that was pressed is gone: the focus stays near.
    if (had) (this.marks.querySelector("button") || this.input).focus();
  }

  /** Takes the state from the address. */
  read() {
    const address = new URLSearchParams(location.search);
    this.input.value = address.get("find") || "";
    for (const [id, values] of this.choices.chosen) {
      values.clear();
      for (const value of address.getAll(id)) values.add(value);
    }
    for (const id of this.titles.keys()) this.choices.without.set(id, new Set(address.getAll(`not-${id}`)));
    this.choices.every = new Set(address.getAll("all").filter((id) => this.titles.has(id)));
    this.show();
  }

  /** Puts the state into the address: a choice is a step to go back from, a letter is not. */
  changed(step) {
    const text = this.input.value.trim();
    const values = { find: text ? [text] : [], all: [...this.choices.every] };
    for (const id of this.titles.keys()) {
      values[id] = [...this.choices.chosen.get(id)];
      values[`not-${id}`] = [...this.choices.without.get(id)];
    }
    this.address(values, step);
    this.show();
  }

  /** Sets parameters of the address: a list of values for each name. */
  address(values, step) {
    const url = new URL(location.href);
    for (const [name, list] of Object.entries(values)) {
      url.searchParams.delete(name);
      for (const value of list) url.searchParams.append(name, value);
    }
    history[step ? "pushState" : "replaceState"](history.state, "", url);
  }

  reset() {
    this.input.value = "";
    this.unchoose();
    this.changed(true);
    this.input.focus();
  }

  unchoose() {
    for (const values of [...this.choices.chosen.values(), ...this.choices.without.values()]) values.clear();
    this.choices.every.clear();
  }

  /** The words of the box that filter. */
  typed() {
    return this.input.value.toLowerCase().split(/[\s_]+/).filter(Boolean);
  }

  get hasChoice() {
    return [...this.choices.chosen.values(), ...this.choices.without.values()].some((values) => values.size > 0);
  }

  show() {
    const words = this.typed();
    this.matching = this.items.filter((item) => item.says(words, this.names));
    const shown = this.matching.filter((item) => item.fits(this.choices));
    const left = new Set(shown);
    for (const item of this.items) item.element.hidden = !left.has(item);
    this.number();
    const active = this.input.value.trim() !== "" || this.hasChoice;
    this.clear.hidden = !active;
    this.recall();
    this.tell(shown.length, active);
    this.suggest(shown.length, words);
    this.filtered(shown, active);
  }

  tell(number, active) {
    this.count.textContent = active && this.whole ? this.say("{found} of {what}", { found: number, what: this.whole }) : this.whole;
  }

  /** For each facet the entries of each value: those that a click on it would leave.
      `family` gives what is counted once. */
  tally(items, family = (item) => item) {
    const counts = new Map();
    for (const id of this.titles.keys()) {
      const values = new Map();
      // Of a facet of which an entry has several values, who chooses a second one asks for both.
      const isBoth = this.choices.chosen.get(id).size === 1 && this.several.has(id) && !this.loose.has(id);
      const choices = isBoth ? { ...this.choices, every: new Set([...this.choices.every, id]) } : this.choices;
      for (const item of items) {
        if (!item.fits(choices, id)) continue;
        for (const value of item.values.get(id)) values.set(value, (values.get(value) || new Set()).add(family(item)));
      }
      counts.set(id, values);
    }
    return counts;
  }

  /** Counts of what is shown in each case; the first that has any counts. */
  tallies() {
    return [this.tally(this.matching)];
  }

  /** The live count of each value. */
  number() {
    const tallies = this.tallies();
    const sum = (id, value) => tallies.reduce((number, counts) => number || counts.get(id).get(value)?.size, 0) || 0;
    for (const chip of this.chips) {
      const { facet, value } = chip.dataset;
      chip.setAttribute("aria-pressed", this.choices.chosen.get(facet).has(value));
      chip.querySelector(".ac-number").textContent = sum(facet, value);
    }
    // What a chip means is said in words once it is chosen: not everybody can point at it.
    this.hints.textContent = this.chips.filter((chip) => chip.getAttribute("aria-pressed") === "true").map(({ title }) => title).join(" ");
    for (const { id, value, box, number, not, line, radio, all } of this.entries || []) {
      if (radio) {
        const isEvery = this.choices.chosen.get(id).size > 1 ? this.choices.every.has(id) : !this.loose.has(id);
        radio.checked = isEvery === all;
        continue;
      }
      box.checked = this.choices.chosen.get(id).has(value);
      const isRuledOut = this.choices.without.get(id).has(value);
      number.textContent = sum(id, value);
      not.setAttribute("aria-pressed", isRuledOut);
      line.classList.toggle("ac-none", number.textContent === "0" && !box.checked && !isRuledOut);
    }
  }

  /** When nothing is left: what to loosen, each with what it would bring back. */
  suggest(number, words) {
    this.loosen.replaceChildren();
    if (number > 0 || !this.items.length) return;
    this.loosen.append(this.say("Nothing matches. Leave out:"), " ");
    const { chosen, without, every } = this.choices;
    if (words.length) this.offer(this.say("the words"), this.items.filter((item) => item.fits(this.choices)).length, () => {
      this.input.value = "";
    });
    for (const [id, title] of this.titles) {
      if (chosen.get(id).size + without.get(id).size === 0) continue;
      const open = [id, new Set()];
      const state = { chosen: new Map([...chosen, open]), without: new Map([...without, open]), every };
      this.offer(title, this.matching.filter((item) => item.fits(state)).length, () => {
        for (const values of [chosen, without]) values.get(id).clear();
      });
    }
  }

  offer(what, left, act) {
    if (left === 0) return;
    const button = make("button", { type: "button", textContent: `${what} (${left})` });
    button.addEventListener("click", () => {
      act();
      this.changed(true);
    });
    this.loosen.append(button, " ");
  }
}
