/* "What do you want done?": ranks the agents of the index for a sentence, without a network, and says why.

   The words and their weights are in a script of data, which is loaded when the box is used. */

const MOST_ANSWERS = 5;
// Two forms of a word begin alike, and few letters follow.
const LEAST_SHARED = 4;
const MOST_OTHER = 3;
// What a sentence rules out: the words for it, and the reach that then must not be there.
const NOT = "(?:not|no|without|never|cannot|can't|don't|nothing|sem|não|nao)\\s+(?:[\\w'-]+\\s+){0,3}?";
const CONDITIONS = [
  ["Runs commands", `${NOT}(?:running|runs?|execut\\w*|commands?|shell|bash|comandos?)\\b(?:\\s+(?:any\\s+)?(?:commands?|anything|comandos?))?`],
  ["Changes files", `${NOT}(?:writ\\w*|edit\\w*|chang\\w*|modif\\w*|touch\\w*|escrever|alterar)(?:\\s+(?:any\\s+)?(?:files?|code|anything|arquivos?))?|read[- ]only|only reads?|somente leitura`],
  ["Reaches the network", `${NOT}(?:web|internet|network|online|rede)(?:\\s+access)?`],
];

/** What a table says of a word; words such as "constructor" are of no table by themselves. */
function entry(table, word, otherwise) {
  return Object.hasOwn(table, word) ? table[word] : otherwise;
}

/** The term of the data for a word: by its form, else of the known form that shares the longest beginning with it. */
function termOf(word) {
  const { terms, prompts, forms, same } = window.acAskData;
  const known = word.toLowerCase().replace(/[._]+$/, "");
  const term = entry(forms, known, known);
  if ([terms, prompts, same].some((table) => Object.hasOwn(table, term))) return term;
  let [best, most] = [term, LEAST_SHARED - 1];
  for (const form of [...Object.keys(forms), ...Object.keys(terms)]) {
    let shared = 0;
    while (shared < form.length && form[shared] === known[shared]) shared += 1;
    if (shared > most && Math.max(form.length, known.length) - shared <= MOST_OTHER) [best, most] = [entry(forms, form, form), shared];
  }
  return best;
}

class Ask extends HTMLElement {
  connectedCallback() {
    if (this.input) return;
    this.say = speaker(this);
    this.cards = [...this.closest(".ac-index").querySelectorAll(".ac-card")];
    this.build();
    this.onAddress = () => this.read();
    window.addEventListener("popstate", this.onAddress);
    this.read();
  }

  disconnectedCallback() {
    window.removeEventListener("popstate", this.onAddress);
  }

  build() {
    const say = this.say;
    this.input = make("input", { type: "search", id: "ac-ask", className: "ac-filter", autocomplete: "off" });
    this.input.placeholder = say("review my SQL for slow queries");
    const form = make("form", { className: "ac-filterline" }, this.input, make("button", { type: "submit", textContent: say("Find") }));
    form.setAttribute("role", "search");
    form.setAttribute("aria-label", say("What do you want done?"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask(this.input.value, true);
    });
    this.input.addEventListener("focus", () => this.load(), { once: true });
    this.input.addEventListener("input", () => this.input.value || this.ask("", true));
    this.status = make("p", { className: "ac-found" });
    this.status.setAttribute("role", "status");
    this.answers = make("ol", { className: "ac-answers" });
    this.append(make("label", { htmlFor: "ac-ask", textContent: say("What do you want done?") }), form, this.status, this.answers);
  }

  /** The words, loaded once, and the agents where the page has no cards of them. */
  load() {
    const { words, agents } = this.dataset;
    this.loading ||= Promise.all([this.script("acAskData", words), agents && this.script("acAskAgents", agents)]).then(() => {
      if (agents) this.cards = this.distant(window.acAskAgents);
    });
    return this.loading;
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
  distant({ kinds, agents }) {
    const file = new URL(this.dataset.agents, location.href);
    return agents.map(([title, address, summary, kind]) => {
      const link = make("a", { href: new URL(`../${address}`, file), textContent: title });
      const card = make("li", {}, link, make("p", { textContent: summary }));
      [card.dataset.reach, card.dataset.tool, card.dataset.server, card.dataset.may] = kinds[kind];
      return card;
    });
  }

  /** Asks for `sentence`, as if it had been typed. */
  asked(sentence) {
    this.input.value = sentence;
    this.input.focus();
    return this.ask(sentence, true);
  }

  read() {
    const address = new URLSearchParams(location.search);
    // Where there is no filter, as the agents are on other pages, its words are a question too.
    const asked = address.get("ask") || (this.dataset.agents && address.get("find")) || "";
    this.input.value = asked;
    this.ask(asked, false);
  }

  async ask(sentence, step) {
    if (step) {
      const url = new URL(location.href);
      if (sentence.trim()) url.searchParams.set("ask", sentence.trim());
      else url.searchParams.delete("ask");
      history.pushState(history.state, "", url);
    }
    this.answers.replaceChildren();
    this.status.textContent = "";
    const turn = (this.turn = (this.turn || 0) + 1);
    if (!sentence.trim()) return;
    await this.load();
    // Only the last question is answered.
    if (turn !== this.turn) return;
    const { words, without } = this.understood(sentence);
    const ranked = this.ranked(words, without);
    const kept = ranked.filter(({ card }) => this.within(card));
    this.tell(words, without, kept.slice(0, MOST_ANSWERS), ranked.length - kept.length);
  }

  /** What is looked for, and what is ruled out. */
  understood(sentence) {
    const without = [];
    let rest = sentence;
    for (const [reach, pattern] of CONDITIONS) {
      const left = rest.replace(new RegExp(pattern, "giu"), " ");
      if (left !== rest) without.push(reach);
      rest = left;
    }
    const stop = new Set(window.acAskData.stop);
    const found = rest.replaceAll("-", " ").match(/[\p{L}\p{N}][\p{L}\p{N}_+#.]+/gu) || [];
    return { words: [...new Set(found.filter((word) => !stop.has(word.toLowerCase())))], without };
  }

  ranked(words, without) {
    const scores = new Map();
    const reasons = new Map();
    for (const word of words) {
      const best = new Map();
      const own = termOf(word);
      for (const [term, share] of [[own, 1], ...entry(window.acAskData.same, own, []).map((one) => [one, 0.5])]) {
        for (const pair of entry(window.acAskData.terms, term, "").split(",").filter(Boolean)) {
          const [number, weight] = pair.split(":").map(Number);
          best.set(number, Math.max(best.get(number) || 0, weight * share));
        }
      }
      for (const [number, weight] of best) {
        scores.set(number, (scores.get(number) || 0) + weight);
        reasons.set(number, [...(reasons.get(number) || []), word]);
      }
      // What only the prompt says counts for less.
      const [light, ...numbers] = entry(window.acAskData.prompts, own, "").split(",").filter(Boolean).map(Number);
      for (const number of numbers.filter((one) => !best.has(one))) {
        scores.set(number, (scores.get(number) || 0) + light);
        reasons.set(number, [...(reasons.get(number) || []), this.say("{word} (in its prompt)", { word })]);
      }
    }
    return [...scores]
      .filter(([number]) => {
        const { reach = "", may = "" } = this.cards[number].dataset;
        const possible = `${reach}|${may}`.split("|");
        return !possible.includes("*") && !without.some((one) => possible.includes(one));
      })
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .map(([number]) => ({ card: this.cards[number], reasons: reasons.get(number) }));
  }

  /** Whether what is chosen in the filter below leaves an agent in; the words typed there are another matter. */
  within(card) {
    const finder = this.closest(".ac-index").querySelector("ac-finder");
    const item = finder?.items?.find((one) => one.element === card);
    return !item || item.fits(finder.chosen, finder.without);
  }

  /** Asks once more, for the filter has changed. */
  again() {
    if (this.input?.value.trim()) this.ask(this.input.value, false);
  }

  tell(words, without, ranked, more) {
    const say = this.say;
    let ruled = without.length ? ` ${say("Left out: agents with “{reach}”, also through others, and those of whom it is not known.", { reach: without.map((one) => say(one)).join("”, “") })}` : "";
    if (more) ruled += ` ${say("Left out by the filter below: {n}.", { n: more })}`;
    if (ranked.length === 0) {
      const looked = words.length ? words.join(", ") : "–";
      this.status.textContent = say("No agent fits. Looked for: {words}.", { words: looked }) + ruled;
      return;
    }
    const count = say.plural("One agent fits.", "The {n} that fit best.", ranked.length);
    this.status.textContent = count + ruled;
    for (const answer of ranked) this.answers.append(this.answer(answer, ranked[0]));
  }

  answer({ card, reasons }, first) {
    const say = this.say;
    const link = card.querySelector("a");
    const line = make("li", {}, make("a", { href: link.href, textContent: link.textContent, dir: "auto" }), " ",
      make("span", { className: "ac-summary", textContent: card.querySelector("p").textContent, dir: "auto" }));
    let why = say("It fits: {words}.", { words: reasons.join(", ") });
    if (card !== first.card) why += ` ${this.unlike(card, first.card)}`;
    line.append(make("small", { textContent: why }));
    return line;
  }

  /** What an agent can use that the first answer cannot, and the other way round. */
  unlike(card, first) {
    const tools = (one) => new Set(`${one.dataset.tool}|${one.dataset.server}`.split("|").filter(Boolean));
    const [mine, theirs] = [tools(card), tools(first)];
    const short = (names) => names.slice(0, 4).join(", ") + (names.length > 4 ? ` +${names.length - 4}` : "");
    const more = [...mine].filter((one) => !theirs.has(one));
    const less = [...theirs].filter((one) => !mine.has(one));
    const parts = [];
    if (more.length) parts.push(this.say("can also use {tools}", { tools: short(more) }));
    if (less.length) parts.push(this.say("cannot use {tools}", { tools: short(less) }));
    const own = this.telling(card, first);
    if (own.length) parts.push(this.say("speaks of {words}", { words: own.join(", ") }));
    const name = first.querySelector("a").textContent;
    return this.say("Unlike {name}: {differs}.", { name, differs: parts.join("; ") || this.say("nothing that the summaries say") });
  }

  /** The words of a summary that are rarest in the catalog and not in the other summary. */
  telling(card, first) {
    const words = (one) => (one.querySelector("p").textContent.match(/[\p{L}\p{N}][\p{L}\p{N}+#]+/gu) || []);
    const { stop, terms } = window.acAskData;
    const theirs = new Set(words(first).map(termOf));
    const holders = (word) => entry(terms, termOf(word), "").split(",").length;
    const mine = words(card).filter((word) => !stop.includes(word.toLowerCase()) && !theirs.has(termOf(word)) && entry(terms, termOf(word), ""));
    const single = [...new Map(mine.map((word) => [termOf(word), word])).values()];
    return single.sort((a, b) => holders(a) - holders(b)).slice(0, 3);
  }
}

if (!customElements.get("ac-ask")) customElements.define("ac-ask", Ask);
