/* The index's filter: a box to type into and facets that combine. Without this script the list is complete.

   The cards carry what they are found by (`data-words`, and a list for each facet); the state is in the
   address, so that a view can be sent to somebody. The parameter is not `q`: that opens the search of Material. */

const FACETS = [
  ["group", "Group"],
  ["tool", "Tool"],
  ["skill", "Skill"],
  ["server", "MCP server"],
  ["model", "Model"],
  ["reach", "Reach"],
  ["problems", "Problems"],
];

class Card {
  constructor(element) {
    this.element = element;
    this.words = element.dataset.words;
    this.values = new Map(
      FACETS.map(([id]) => [id, (element.dataset[id] || "").split("|").filter(Boolean)]),
    );
  }

  /** Whether every word typed begins or stands in a word of the card. */
  says(words) {
    return words.every((word) => this.words.includes(word));
  }

  /** Whether the card has one of the values chosen in each facet; `but` is a facet that is not asked. */
  fits(chosen, but) {
    for (const [facet, values] of chosen) {
      if (facet === but || values.size === 0) continue;
      if (!this.values.get(facet).some((value) => values.has(value))) return false;
    }
    return true;
  }
}

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

class Finder extends HTMLElement {
  connectedCallback() {
    if (this.cards) return;
    const page = this.closest(".ac-index");
    this.cards = [...page.querySelectorAll(".ac-card")].map((card) => new Card(card));
    this.groups = [...page.querySelectorAll(".ac-group")];
    this.chosen = new Map(FACETS.map(([id]) => [id, new Set()]));
    this.boxes = [];
    this.build();
    this.read();
    this.onAddress = () => this.read();
    window.addEventListener("popstate", this.onAddress);
  }

  disconnectedCallback() {
    window.removeEventListener("popstate", this.onAddress);
  }

  build() {
    this.input = element("input", { type: "search", id: "ac-filter", className: "ac-filter", autocomplete: "off" });
    this.input.placeholder = "Name, task, tool or skill";
    this.input.addEventListener("input", () => this.changed(false));
    this.count = element("p", { className: "ac-found" });
    this.count.setAttribute("role", "status");
    this.clear = element("button", { type: "button", className: "ac-clear", textContent: "Clear" });
    this.clear.addEventListener("click", () => this.reset());
    const label = element("label", { htmlFor: "ac-filter", textContent: "Filter agents" });
    const facets = element("div", { className: "ac-facets" });
    for (const [id, title] of FACETS) {
      const facet = this.facet(id, title);
      if (facet) facets.append(facet);
    }
    this.loosen = element("p", { className: "ac-loosen" });
    const line = element("div", { className: "ac-filterline" }, this.input, this.clear);
    this.append(label, line, facets, this.count, this.loosen);
  }

  facet(id, title) {
    const counted = new Map();
    for (const card of this.cards) {
      for (const value of card.values.get(id)) counted.set(value, (counted.get(value) || 0) + 1);
    }
    if (counted.size === 0 || (counted.size === 1 && id === "group")) return null;
    const values = [...counted.keys()].sort((a, b) => counted.get(b) - counted.get(a) || a.localeCompare(b));
    const list = element("ul", {});
    for (const value of values) {
      const box = element("input", { type: "checkbox", name: id, value });
      const number = element("span", { className: "ac-count" });
      box.addEventListener("change", () => this.changed(true));
      this.boxes.push({ box, id, value, number });
      list.append(element("li", {}, element("label", {}, box, ` ${value} `, number)));
    }
    const marked = element("span", { className: "ac-marked" });
    const summary = element("summary", {}, title, " ", marked);
    const details = element("details", { className: "ac-facet" }, summary, list);
    details.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && details.open) {
        details.open = false;
        summary.focus();
      }
    });
    details.facet = { id, marked };
    return details;
  }

  /** Takes the state from the address. */
  read() {
    const asked = new URLSearchParams(location.search);
    this.input.value = asked.get("find") || "";
    for (const { box, id, value } of this.boxes) box.checked = asked.getAll(id).includes(value);
    this.show();
  }

  /** Puts the state into the address: a choice is a step to go back from, a letter is not. */
  changed(step) {
    const url = new URL(location.href);
    for (const name of ["find", ...FACETS.map(([id]) => id)]) url.searchParams.delete(name);
    if (this.input.value.trim()) url.searchParams.set("find", this.input.value.trim());
    for (const { box, id, value } of this.boxes) if (box.checked) url.searchParams.append(id, value);
    history[step ? "pushState" : "replaceState"](history.state, "", url);
    this.show();
  }

  reset() {
    this.input.value = "";
    for (const { box } of this.boxes) box.checked = false;
    this.changed(true);
    this.input.focus();
  }

  show() {
    const words = this.input.value.toLowerCase().split(/[\s_]+/).filter(Boolean);
    for (const set of this.chosen.values()) set.clear();
    for (const { box, id, value } of this.boxes) if (box.checked) this.chosen.get(id).add(value);
    const said = this.cards.filter((card) => card.says(words));
    let found = 0;
    for (const card of this.cards) card.element.hidden = true;
    for (const card of said) {
      card.element.hidden = !card.fits(this.chosen);
      found += card.element.hidden ? 0 : 1;
    }
    for (const group of this.groups) {
      const shown = group.querySelectorAll(".ac-card:not([hidden])").length;
      group.hidden = shown === 0;
      group.querySelector("h2 .ac-count").textContent = shown;
    }
    this.number(said);
    const active = words.length > 0 || this.boxes.some(({ box }) => box.checked);
    this.clear.hidden = !active;
    this.count.textContent = active ? `${found} of ${this.cards.length} agents` : "";
    this.suggest(found, words);
  }

  /** The live count of each value: how many it would leave, given the choices in the other facets. */
  number(said) {
    for (const [id] of FACETS) {
      const near = said.filter((card) => card.fits(this.chosen, id));
      const counts = new Map();
      for (const card of near) for (const v of card.values.get(id)) counts.set(v, (counts.get(v) || 0) + 1);
      for (const entry of this.boxes) {
        if (entry.id !== id) continue;
        const number = counts.get(entry.value) || 0;
        entry.number.textContent = number;
        entry.box.closest("li").classList.toggle("ac-none", number === 0 && !entry.box.checked);
      }
    }
    for (const details of this.querySelectorAll("details")) {
      const number = this.chosen.get(details.facet.id).size;
      details.facet.marked.textContent = number ? `(${number})` : "";
    }
  }

  /** When nothing is left: what to loosen, each with what it would bring back. */
  suggest(found, words) {
    this.loosen.replaceChildren();
    if (found > 0) return;
    this.loosen.append("No agent matches. Leave out: ");
    if (words.length) this.offer("the words", this.cards.filter((card) => card.fits(this.chosen)).length, () => {
      this.input.value = "";
    });
    for (const [id, title] of FACETS) {
      if (this.chosen.get(id).size === 0) continue;
      const left = this.cards.filter((card) => card.says(words) && card.fits(this.chosen, id)).length;
      this.offer(title.toLowerCase(), left, () => {
        for (const entry of this.boxes) if (entry.id === id) entry.box.checked = false;
      });
    }
  }

  offer(what, left, act) {
    if (left === 0) return;
    const button = element("button", { type: "button", textContent: `${what} (${left})` });
    button.addEventListener("click", () => {
      act();
      this.changed(true);
    });
    this.loosen.append(button, " ");
  }
}

if (!customElements.get("ac-finder")) customElements.define("ac-finder", Finder);
