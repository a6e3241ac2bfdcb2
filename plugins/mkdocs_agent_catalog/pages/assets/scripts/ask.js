/* What ranks the agents of the index for a sentence, without a network, and says why.

   The words and their weights are in a script of data, which is loaded when somebody asks. */

// Two forms of a word begin alike, and few letters follow.
const LEAST_SHARED = 4;
const MOST_OTHER = 3;
// What another word for the same counts for.
const SYNONYM = 0.7;
// Who has much less of a question than the best does not fit.
const LEAST_SCORE = 0.2;
// Who lists tools was given them explicitly.
const LISTS = "Lists its tools";

/** What a table says of a word; words such as "constructor" are of no table by themselves. */
function entry(table, word, otherwise) {
  return Object.hasOwn(table, word) ? table[word] : otherwise;
}

/** Text that is written without blanks: a word of it is any two signs that follow each other. */
function unspaced() {
  return new RegExp(`[${window.acAskData.unspaced}]+`, "gu");
}

/** The words of a text as the index has them, in order. */
function wordsOf(text) {
  const { stop } = window.acAskData;
  const words = [];
  const rest = text.replace(unspaced(), (run) => {
    const signs = [...run];
    const pairs = signs.slice(1).map((sign, at) => signs[at] + sign);
    // Of two Japanese syllables many are endings.
    words.push(...pairs.filter((pair) => pairs.length < 3 || !/^[\u3041-\u309f]+$/.test(pair)));
    return " ";
  });
  words.push(...(rest.replaceAll("-", " ").match(/[\p{L}\p{N}][\p{L}\p{N}_+#.]+/gu) || []));
  const clean = words.map((word) => word.replace(/[._]+$/, ""));
  return [...new Set(clean.filter((word) => word.length > 1 && !stop.includes(word.toLowerCase())))];
}

/** The term of the data for a word: by its form, else of the known form that shares the longest beginning with it. */
function termOf(word) {
  const { terms, prompts, forms, same } = window.acAskData;
  const known = word.toLowerCase();
  const term = entry(forms, known, known);
  if (known.length < LEAST_SHARED || [terms, prompts, same].some((table) => Object.hasOwn(table, term))) return term;
  let [best, most] = [term, LEAST_SHARED - 1];
  for (const form of [...Object.keys(forms), ...Object.keys(terms)]) {
    let shared = 0;
    while (shared < form.length && form[shared] === known[shared]) shared += 1;
    if (shared > most && Math.max(form.length, known.length) - shared <= MOST_OTHER) [best, most] = [entry(forms, form, form), shared];
  }
  return best;
}

/** `words` with pairs of signs that follow each other put together again. */
function joinPairs(words) {
  const joined = [];
  for (const word of words) {
    const last = joined.length - 1;
    const follows = last >= 0 && word.length === 2 && unspaced().test(word) && joined[last].endsWith(word[0]) && unspaced().test(joined[last].at(-1));
    if (follows) joined[last] += word[1];
    else joined.push(word);
  }
  return joined;
}

/** `text` without what a phrase of the page's own says. */
function cut(text, pattern) {
  return text.replace(new RegExp(`(?<!\\p{Script=Latin})(?:${pattern})(?!\\p{Script=Latin})`, "giu"), " ");
}

/** The words of a question as they are written, without those around them; a word alone means itself. `known`: words that
    are names, too. */
function tellingWords(question, known, isAlone = true) {
  const words = question.split(/[\s,;+&?!"“”]+/).map((word) => word.replace(/[.:]+$/, "")).filter(Boolean);
  // Small letters are the word, others the name.
  const isJoining = (word) => window.acAskData.joining.includes(known?.has(word.toLowerCase()) ? word : word.toLowerCase());
  return words.length > 1 || !isAlone ? words.filter((word) => !isJoining(word)) : words;
}

/** What a question asks of the list, as pairs of a facet and a value, if it consists of that alone: of names of tools,
    servers and models, and of the words of the filter. */
function filtersIn(cards, question) {
  const known = new Map();
  // Agents of a kind share their values.
  for (const dataset of new Set(cards.map((card) => card.dataset))) {
    for (const facet of ["model", "server", "tool"]) for (const name of (dataset[facet] || "").split("|")) known.set(name.toLowerCase(), [facet, name]);
  }
  const filters = new Map();
  const add = (facet, value) => filters.set(`${facet}=${value}`, [facet, value]);
  let rest = question;
  for (const [facet, value, pattern] of window.acAskData.phrases) {
    const left = cut(rest, pattern);
    if (left === rest) continue;
    add(facet, value);
    // Who runs commands can do all the rest as well.
    if (facet === "not-reach") add("access", "No commands");
    rest = left;
  }
  let refused = "";
  for (const word of tellingWords(rest, known, rest === question)) {
    const [facet, name] = known.get(word.toLowerCase()) || [];
    if (window.acAskData.not.includes(word.toLowerCase())) refused = "not-";
    // What is lost without a server its own page says.
    else if (!facet || (refused && facet === "server")) return [];
    else add(refused + facet, name);
  }
  return [...filters.values()];
}

/** Whether a question is about what is called `name`: it says nothing else, or the name is no word of the language. */
function isAbout(question, name) {
  const { not } = window.acAskData;
  const telling = tellingWords(question.toLowerCase()).filter((word) => !not.includes(word)).join(" ");
  const known = name.toLowerCase().replace(/^\//, "");
  return telling === known || question.trim().toLowerCase() === known || (/[-\s\d]/.test(known) && ` ${telling} `.includes(` ${known} `));
}

class Ranking {
  /** `cards` are the agents in the order of the index; `allowed` is what a sentence rules out in vain. */
  constructor(cards, sentence, say, allowed) {
    Object.assign(this, { cards, say });
    this.without = [];
    this.unknown = 0;
    let rest = sentence;
    for (const [, , pattern, capability] of window.acAskData.phrases.filter(([, , , without]) => without)) {
      const left = cut(rest, pattern);
      if (left !== rest && !allowed.includes(capability)) this.without.push(capability);
      rest = left;
    }
    const { joining, not } = window.acAskData;
    const words = wordsOf(rest);
    this.words = words.filter((word) => ![...joining, ...not].includes(word.toLowerCase()));
    // A name may be such a word.
    if (!this.words.length) this.words = words;
    this.sentence = sentence;
    this.all = this.score();
    this.allowed = this.all.filter(({ card }) => this.allows(card));
  }

  /** Whether an agent cannot do what the sentence rules out, not through others either. */
  allows({ dataset: { reach = "", may = "" } }) {
    const possible = `${reach}|${may}`.split("|");
    return !possible.includes("*") && !this.without.some((capability) => possible.includes(capability));
  }

  /** The agents that have some of the words, the best first, each with the words that it has. */
  score() {
    const answers = new Map();
    const add = (number, weight, word) => {
      const answer = answers.get(number) || { number, card: this.cards[number], score: 0, words: [], hidden: [] };
      answer.score += weight;
      word(answer);
      answers.set(number, answer);
    };
    for (const word of this.words) {
      const best = new Map();
      const own = termOf(word);
      for (const [term, share] of [[own, 1], ...entry(window.acAskData.same, own, []).map((other) => [other, SYNONYM])]) {
        for (const pair of entry(window.acAskData.terms, term, "").split(",").filter(Boolean)) {
          const [number, weight] = pair.split(":").map(Number);
          best.set(number, Math.max(best.get(number) || 0, weight * share));
        }
      }
      for (const [number, weight] of best) add(number, weight, ({ words }) => words.push(word));
      // What only the prompt says counts for less.
      const [light, ...numbers] = entry(window.acAskData.prompts, own, "").split(",").filter(Boolean).map(Number);
      for (const number of numbers.filter((other) => !best.has(other))) add(number, light, ({ hidden }) => hidden.push(word));
      // Nobody has the word: if that is so of most, who has but one of the others hardly fits.
      this.unknown += !best.size && !numbers.length;
    }
    const ranked = [...answers.values()].sort((a, b) => b.score - a.score || a.number - b.number);
    const fitting = this.words.length < 2 ? ranked : ranked.filter(({ score }) => score >= LEAST_SCORE * ranked[0].score);
    // Who writes a whole name means it.
    const isNamed = ({ card }) => {
      const link = card.querySelector("a");
      return link && isAbout(this.sentence, link.textContent.trim() || "?");
    };
    return [...fitting.filter(isNamed), ...fitting.filter((answer) => !isNamed(answer))];
  }

  /** Why an agent fits, in a sentence. */
  reason({ words, hidden }) {
    const reasons = [...joinPairs(words), ...joinPairs(hidden).map((word) => this.say("{word} (in its prompt)", { word }))];
    return this.say("It fits: {words}.", { words: reasons.join(", ") });
  }
}
