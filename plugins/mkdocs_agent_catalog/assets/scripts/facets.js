/* A box to type into and facets that combine, over any list of agents: the cards of the index, the rows of the
   matrix. Without this script the list is complete.

   What an agent is found by stands on its element (`data-words`, and a list for each facet). The state is in the
   address, so that a view can be sent to somebody. The parameter is not `q`: that opens the search of Material. */

// A list of values that is longer gets a box of its own to find one in.
const MANY = 12;
const FACETS = ["group", "runtime", "tool", "skill", "server", "model", "reach", "problems"];

class Item {
  constructor(element) {
    this.element = element;
    this.words = element.dataset.words;
    this.values = new Map(FACETS.map((id) => [id, (element.dataset[id] || "").split("|").filter(Boolean)]));
  }

  /** Whether every word typed stands in a word of the agent. One of `names`, the names of tools, stands there as a
      whole: `Bash` is not `BashOutput`. */
  says(words, names) {
    return words.every((word) => (names.has(word) ? ` ${this.words} `.includes(` ${word} `) : this.words.includes(word)));
  }

  /** Whether the agent has one of the values chosen in each facet (every one where `all` is asked for), and none of
      those ruled out. `but` is a facet whose choice is not asked, unless every value is. */
  fits(chosen, without, but) {
    for (const facet of FACETS) {
      const wanted = chosen.get(facet);
      const has = this.values.get(facet);
      if (wanted.all && [...wanted].some((value) => !has.includes(value))) return false;
      if (facet !== but && !wanted.all && wanted.size > 0 && !has.some((value) => wanted.has(value))) return false;
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
    this.items = this.elements().map((one) => new Item(one));
    this.chosen = new Map(FACETS.map((id) => [id, new Set()]));
    this.without = new Map(FACETS.map((id) => [id, new Set()]));
    this.boxes = [];
    this.every = new Map();
    this.names = new Set(this.items.flatMap((item) => item.values.get("tool")).map((name) => name.toLowerCase()));
    this.build();
    this.read();
    this.onAddress = () => this.read();
    window.addEventListener("popstate", this.onAddress);
  }

  disconnectedCallback() {
    window.removeEventListener("popstate", this.onAddress);
  }

  titles() {
    const say = this.say;
    return {
      group: say("Group"), runtime: say("Runtime"), tool: say("Tool"), skill: say("Skill"), server: say("MCP server"),
      model: say("Model"), reach: say("Reach"), problems: say("Problems"),
    };
  }

  /** A value in the language of the page; in the address it is the same in every language. */
  shown_as(value) {
    const say = this.say;
    const ours = {
      "Runs commands": say("Runs commands"), "Changes files": say("Changes files"),
      "Reaches the network": say("Reaches the network"), "Calls MCP servers": say("Calls MCP servers"),
      "Delegates to agents": say("Delegates to agents"), "Reads only": say("Reads only"),
      "Has no tools": say("Has no tools"), "Not known from the file": say("Not known from the file"),
      "General": say("General"), "not set": say("not set"),
    };
    return ours[value] || value;
  }

  build() {
    const say = this.say;
    this.input = make("input", { type: "search", id: "ac-filter", className: "ac-filter", autocomplete: "off" });
    this.input.placeholder = say("Name, task, tool or skill");
    this.input.addEventListener("input", () => this.changed(false));
    this.count = make("p", { className: "ac-found" });
    this.count.setAttribute("role", "status");
    this.clear = make("button", { type: "button", className: "ac-clear", textContent: say("Clear") });
    this.clear.addEventListener("click", () => this.reset());
    const label = make("label", { htmlFor: "ac-filter", textContent: say("Filter agents") });
    const facets = make("div", { className: "ac-facets" });
    for (const [id, title] of Object.entries(this.titles())) {
      const facet = this.facet(id, title);
      if (facet) facets.append(facet);
    }
    this.loosen = make("p", { className: "ac-loosen" });
    this.marks = make("ul", { className: "ac-chosen" });
    this.marks.setAttribute("aria-label", say("Chosen"));
    this.append(label, make("div", { className: "ac-filterline" }, this.input, this.clear), facets, this.marks, this.count, this.loosen);
  }

  facet(id, title) {
    const counted = new Map();
    for (const item of this.items) {
      for (const value of item.values.get(id)) counted.set(value, (counted.get(value) || 0) + 1);
    }
    if (counted.size === 0 || (counted.size === 1 && id === "group")) return null;
    const values = [...counted.keys()].sort((a, b) => counted.get(b) - counted.get(a) || a.localeCompare(b));
    const list = make("ul");
    for (const value of values) {
      const box = make("input", { type: "checkbox", name: id, value });
      const number = make("span", { className: "ac-count" });
      const not = make("button", { type: "button", className: "ac-not", textContent: "≠" });
      not.title = this.say("Without {what}", { what: this.shown_as(value) });
      not.setAttribute("aria-label", not.title);
      const entry = { box, id, value, number, not };
      box.addEventListener("change", () => this.choose(entry, box.checked ? "with" : ""));
      not.addEventListener("click", () => this.choose(entry, this.without.get(id).has(value) ? "" : "without"));
      this.boxes.push(entry);
      list.append(make("li", {}, make("label", {}, box, " ", make("bdi", { textContent: this.shown_as(value) }), " ", number), not));
    }
    const marked = make("span", { className: "ac-marked" });
    const summary = make("summary", {}, title, " ", marked);
    const note = make("p", { className: "ac-note", textContent: this.say("At least one of those ticked, and none of those marked ≠.") });
    if (id === "tool") note.append(" ", this.say("What agents can use; the words above look at what their files list."));
    const every = make("input", { type: "checkbox" });
    every.addEventListener("change", () => this.changed(true));
    this.every.set(id, every);
    const whole = make("p", { className: "ac-every" }, make("label", {}, every, " ", this.say("All of those ticked")));
    // An agent of one group cannot be in all of two.
    const hasMany = this.items.some((item) => item.values.get(id).length > 1);
    const panel = make("div", {}, ...(values.length > MANY ? [this.within(title, list)] : []), note, list, ...(hasMany ? [whole] : []));
    const details = make("details", { className: "ac-facet" }, summary, panel);
    details.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && details.open) {
        details.open = false;
        summary.focus();
      }
    });
    details.facet = { id, marked };
    return details;
  }

  /** A box that narrows the values of a long facet. */
  within(title, list) {
    const box = make("input", { type: "search", className: "ac-pick", autocomplete: "off", placeholder: this.say("Find in the list") });
    box.setAttribute("aria-label", this.say("Find in the list: {what}", { what: title }));
    box.addEventListener("input", () => {
      const part = box.value.trim().toLowerCase();
      for (const line of list.children) line.hidden = !line.querySelector("bdi").textContent.toLowerCase().includes(part);
    });
    return box;
  }

  /** What is chosen, in view also when the facets are closed; each can be taken back. */
  recall() {
    const titles = this.titles();
    const had = this.marks.contains(document.activeElement);
    const asked = this.boxes.filter(({ box, id, value }) => box.checked || this.without.get(id).has(value));
    this.marks.replaceChildren(...asked.map((entry) => {
      const { box, id, value } = entry;
      const text = `${titles[id]}: ${box.checked ? "" : "≠ "}${this.shown_as(value)}`;
      const button = make("button", { type: "button" }, make("bdi", { textContent: text }), make("span", { textContent: " ×", ariaHidden: "true" }));
      button.setAttribute("aria-label", this.say("Leave out {what}", { what: text }));
      button.addEventListener("click", () => this.choose(entry, ""));
      return make("li", {}, button);
    }));
    // The button that was pressed is gone: the focus stays near.
    if (had) (this.marks.querySelector("button") || this.input).focus();
  }

  /** Takes a value in ("with"), rules it out ("without"), or leaves it open (""). */
  choose({ box, id, value }, how) {
    box.checked = how === "with";
    this.without.get(id)[how === "without" ? "add" : "delete"](value);
    this.changed(true);
  }

  /** Takes the state from the address. */
  read() {
    const asked = new URLSearchParams(location.search);
    this.input.value = asked.get("find") || "";
    for (const id of FACETS) this.without.set(id, new Set(asked.getAll(`not-${id}`)));
    for (const { box, id, value } of this.boxes) box.checked = asked.getAll(id).includes(value);
    for (const [id, every] of this.every) every.checked = asked.getAll("all").includes(id);
    this.show();
  }

  /** Puts the state into the address: a choice is a step to go back from, a letter is not. */
  changed(step) {
    const values = { find: this.input.value.trim() ? [this.input.value.trim()] : [] };
    values.all = [...this.every].filter(([, every]) => every.checked).map(([id]) => id);
    for (const id of FACETS) {
      values[id] = this.boxes.filter((one) => one.id === id && one.box.checked).map((one) => one.value);
      values[`not-${id}`] = [...this.without.get(id)];
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
    for (const { box } of this.boxes) box.checked = false;
    for (const every of this.every.values()) every.checked = false;
    for (const set of this.without.values()) set.clear();
    this.changed(true);
    this.input.focus();
  }

  show() {
    const words = this.input.value.toLowerCase().split(/[\s_]+/).filter(Boolean);
    for (const set of this.chosen.values()) set.clear();
    for (const { box, id, value } of this.boxes) if (box.checked) this.chosen.get(id).add(value);
    for (const [id, every] of this.every) this.chosen.get(id).all = every.checked && this.chosen.get(id).size > 1;
    const said = this.items.filter((item) => item.says(words, this.names));
    const shown = said.filter((item) => item.fits(this.chosen, this.without));
    const kept = new Set(shown);
    for (const item of this.items) item.element.hidden = !kept.has(item);
    this.number(said);
    const active = words.length > 0 || [...this.chosen.values(), ...this.without.values()].some((set) => set.size > 0);
    this.clear.hidden = !active;
    this.recall();
    this.count.textContent = active
      ? this.say("{found} of {all} agents", { found: shown.length, all: this.items.length })
      : "";
    this.suggest(shown.length, words);
    this.filtered(shown, active);
  }

  /** The live count of each value: how many it would leave, given the choices in the other facets. */
  number(said) {
    for (const id of FACETS) {
      const counts = new Map();
      for (const item of said) {
        if (item.fits(this.chosen, this.without, id)) for (const v of item.values.get(id)) counts.set(v, (counts.get(v) || 0) + 1);
      }
      for (const entry of this.boxes) {
        if (entry.id !== id) continue;
        const number = counts.get(entry.value) || 0;
        entry.number.textContent = number;
        const ruledOut = this.without.get(id).has(entry.value);
        entry.box.closest("li").classList.toggle("ac-none", number === 0 && !entry.box.checked && !ruledOut);
        entry.not.setAttribute("aria-pressed", ruledOut);
      }
    }
    for (const details of this.querySelectorAll("details.ac-facet")) {
      const number = this.chosen.get(details.facet.id).size + this.without.get(details.facet.id).size;
      details.facet.marked.textContent = number ? `(${number})` : "";
    }
  }

  /** When nothing is left: what to loosen, each with what it would bring back. */
  suggest(found, words) {
    this.loosen.replaceChildren();
    if (found > 0 || this.items.length === 0) return;
    this.loosen.append(this.say("No agent matches. Leave out:"), " ");
    if (words.length) this.offer(this.say("the words"), this.items.filter((item) => item.fits(this.chosen, this.without)).length, () => {
      this.input.value = "";
    });
    for (const [id, title] of Object.entries(this.titles())) {
      const open = new Map([...this.without, [id, new Set()]]);
      if (this.chosen.get(id).size + this.without.get(id).size === 0) continue;
      const left = this.items.filter((item) => item.says(words, this.names) && item.fits(new Map([...this.chosen, [id, new Set()]]), open, id)).length;
      this.offer(title, left, () => {
        for (const entry of this.boxes) if (entry.id === id) entry.box.checked = false;
        this.without.get(id).clear();
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
