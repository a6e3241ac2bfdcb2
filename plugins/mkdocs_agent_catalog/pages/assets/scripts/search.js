/* The search of a site that no engine builds. Its entries are in a script of data: that can be read from `file://`. */

const MOST_FOUND = 12;

/** The words of a text without case and accents. Signs of scripts without spaces stand for themselves. */
function wordsOf(text) {
  const plain = text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  return plain.match(/[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[\p{L}\p{N}]+/gu) || [];
}

class Search extends HTMLElement {
  connectedCallback() {
    if (this.input) return;
    const say = speaker(this);
    this.say = say;
    this.input = make("input", { type: "search", placeholder: say("Search"), autocomplete: "off" });
    this.input.setAttribute("aria-label", say("Search"));
    this.list = make("ul");
    this.status = make("p", { className: "ac-vh" });
    this.status.setAttribute("role", "status");
    this.append(this.input, this.list, this.status);
    this.input.addEventListener("focus", () => this.load(), { once: true });
    this.input.addEventListener("input", () => this.load().then(() => this.show()));
    this.addEventListener("keydown", (event) => this.move(event));
    document.addEventListener("click", (event) => { if (!this.contains(event.target)) this.list.replaceChildren(); });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select")) return;
      // The page's own box has the key.
      if (document.querySelector(".ac-page input[type='search']")) return;
      event.preventDefault();
      this.input.focus();
    });
  }

  /** Loads the entries once. */
  load() {
    this.loading ||= new Promise((done) => {
      const script = make("script", { src: this.dataset.index });
      script.addEventListener("load", done);
      document.head.append(script);
    });
    return this.loading;
  }

  show() {
    const wanted = wordsOf(this.input.value);
    const hits = wanted.length ? this.find(wanted) : [];
    this.list.replaceChildren(...hits.slice(0, MOST_FOUND).map(([address, kind, title, text]) => {
      const link = make("a", { href: this.dataset.root + address });
      link.append(make("strong", { textContent: title }), ` ${kind}`, make("small", { textContent: text }));
      const item = make("li");
      item.append(link);
      return item;
    }));
    this.status.textContent = wanted.length ? (hits.length ? String(hits.length) : this.say("Nothing found")) : "";
    if (wanted.length && !hits.length) this.list.append(make("li", { textContent: this.say("Nothing found") }));
  }

  /** The entries that have a word beginning like each of those wanted; titles count most. */
  find(wanted) {
    const scored = [];
    for (const entry of window.acSearchData) {
      entry.words ||= [wordsOf(entry[2]), wordsOf(`${entry[3]} ${entry[4]}`)];
      let score = 0;
      const isHit = wanted.every((word) => {
        const [inTitle, inText] = entry.words.map((words) => words.some((other) => other.startsWith(word)));
        score += inTitle ? 5 : 1;
        return inTitle || inText;
      });
      if (isHit) scored.push([score + entry[5], entry]);
    }
    return scored.sort(([a], [b]) => b - a).map(([, entry]) => entry);
  }

  move(event) {
    if (event.key === "Escape") {
      this.list.replaceChildren();
      this.input.focus();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const stops = [this.input, ...this.querySelectorAll("li > a")];
    if (!step || stops.length < 2) return;
    event.preventDefault();
    stops.at((stops.indexOf(document.activeElement) + step) % stops.length).focus();
  }
}
customElements.define("ac-search", Search);
