/* Agents of other repositories that are too many for one file: their terms are in files by the beginnings of words, and
   what an answer shows of them is in files of some agents each (`pages/finder/other_agents.py`). */

/** An agent that this page has no card of: it gets one when it is an answer. */
class FarCard {
  constructor(dataset) {
    this.dataset = dataset;
  }

  querySelector(selector) {
    return this.card ? this.card.querySelector(selector) : null;
  }
}

class Apart {
  /** `load` loads the script that sets a name; `folder` has them all; `own` is how many agents come before these. */
  constructor(load, folder, own) {
    [, this.shards, this.beginning, this.block] = window.acAskData.apart;
    Object.assign(this, { folder, own, parts: new Map() });
    this.load = (name) => {
      if (!this.parts.has(name)) this.parts.set(name, load(`acAsk-${name}`, new URL(`${name}.js`, folder)).then(() => window[`acAsk-${name}`]));
      return this.parts.get(name);
    };
  }

  async agents() {
    const { facets, kinds, agents } = await this.load("agents");
    const values = kinds.map((kind) => ({ words: "", ...Object.fromEntries(kind.map((value, at) => [facets[at], value])) }));
    this.cards = agents.map((kind) => new FarCard(values[kind]));
    return this.cards;
  }

  /** Adds to the data what it needs for a question. */
  async terms(text) {
    const words = wordsOf(text).map((word) => word.toLowerCase());
    await this.add(words);
    await this.add(words.map(termOf).flatMap((term) => [term, ...entry(window.acAskData.same, term, [])]));
  }

  add(words) {
    const { terms, forms } = window.acAskData;
    const number = (word) => [...word].slice(0, this.beginning).reduce((sum, sign) => (31 * sum + sign.codePointAt(0)) % this.shards, 0);
    return Promise.all([...new Set(words.map(number))].map(async (shard) => {
      const part = await this.load(`terms-${shard}`);
      Object.assign(forms, part.forms);
      for (const [term, holders] of Object.entries(part.terms)) terms[term] = [entry(terms, term, ""), holders].filter(Boolean).join(",");
      // Each is added once.
      part.terms = {};
    }));
  }

  /** Makes the cards of these answers; whether there was one to make. */
  async rows(answers) {
    const missing = answers.filter(({ card }) => card instanceof FarCard && !card.card);
    await Promise.all([...new Set(missing.map(({ number }) => Math.floor((number - this.own) / this.block)))].map(async (block) => {
      const rows = await this.load(`rows-${block}`);
      rows.forEach(([title, address, summary], at) => {
        const link = make("a", { href: new URL(`../../${address}`, this.folder), textContent: title });
        this.cards[block * this.block + at].card = make("li", {}, link, make("p", { textContent: summary }));
      });
    }));
    return !!missing.length;
  }
}
