/* What ranks the agents of the index for a sentence, without a network, and says why.

   The words and their weights are in a script of data, which is loaded when somebody asks. */

// Two forms of a word begin alike, and few letters follow.
const LEAST_SHARED = 4;
const MOST_OTHER = 3;
// Who has much less of a question than the best does not fit.
const LEAST_SCORE = 0.2;
// What may stand between the names of tools, in a question for who has them.
const JOINING = new Set("a agent agents all and ambos as both can com e find has have having list os quais que quem show that the todos tool tools usa usam use uses using which who with".split(" "));
// What a sentence rules out: the words for it, and the capability that then must not be there.
const NOT = "(?:not|no|without|never|cannot|can't|don't|nothing|sem|não|nao)\\s+(?:[\\w'-]+\\s+){0,3}?";
const CONDITIONS = [
  ["Runs commands", `${NOT}(?:running|runs?|execut\\w*|commands?|shell|bash|comandos?)\\b(?:\\s+(?:any\\s+)?(?:commands?|anything|comandos?))?|コマンド(?:を|の)?(?:実行)?(?:せずに?|しない|なしで?)|不(?:运行|執行|执行)命令|명령(?:어)?(?:을|를)?\\s*(?:실행)?(?:하지|\\s*없이)`],
  ["Changes files", `${NOT}(?:writ\\w*|edit\\w*|chang\\w*|modif\\w*|touch\\w*|escrever|alterar)(?:\\s+(?:any\\s+)?(?:files?|code|anything|arquivos?))?|read[- ]only|only reads?|somente leitura|読み取り専用|只读|唯讀|읽기\\s*전용`],
  ["Reaches the network", `${NOT}(?:web|internet|network|online|rede)(?:\\s+access)?`],
];

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

/** The tools and MCP servers of `cards` that a question consists of: one that says anything else is for a task. */
function namesIn(cards, question) {
  const known = new Map();
  for (const { dataset } of cards) {
    for (const facet of ["tool", "server"]) for (const name of (dataset[facet] || "").split("|")) known.set(name.toLowerCase(), [facet, name]);
  }
  const words = question.split(/[\s,;+&?]+/).filter(Boolean);
  const telling = words.length > 1 ? words.filter((word) => !JOINING.has(known.has(word.toLowerCase()) ? word : word.toLowerCase())) : words;
  const names = telling.map((word) => known.get(word.toLowerCase()));
  return names.every(Boolean) ? [...new Set(names)] : [];
}

class Ranking {
  /** `cards` are the agents in the order of the index; `allowed` is what a sentence rules out in vain. */
  constructor(cards, sentence, say, allowed) {
    Object.assign(this, { cards, say });
    this.without = [];
    let rest = sentence;
    for (const [capability, pattern] of CONDITIONS) {
      const left = rest.replace(new RegExp(pattern, "giu"), " ");
      if (left !== rest && !allowed.includes(capability)) this.without.push(capability);
      rest = left;
    }
    this.words = wordsOf(rest);
    this.name = sentence.trim().toLowerCase();
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
    const found = new Map();
    const add = (number, weight, word) => {
      const answer = found.get(number) || { number, card: this.cards[number], score: 0, words: [], hidden: [] };
      answer.score += weight;
      word(answer);
      found.set(number, answer);
    };
    for (const word of this.words) {
      const best = new Map();
      const own = termOf(word);
      for (const [term, share] of [[own, 1], ...entry(window.acAskData.same, own, []).map((other) => [other, 0.5])]) {
        for (const pair of entry(window.acAskData.terms, term, "").split(",").filter(Boolean)) {
          const [number, weight] = pair.split(":").map(Number);
          best.set(number, Math.max(best.get(number) || 0, weight * share));
        }
      }
      for (const [number, weight] of best) add(number, weight, ({ words }) => words.push(word));
      // What only the prompt says counts for less.
      const [light, ...numbers] = entry(window.acAskData.prompts, own, "").split(",").filter(Boolean).map(Number);
      for (const number of numbers.filter((other) => !best.has(other))) add(number, light, ({ hidden }) => hidden.push(word));
    }
    const ranked = [...found.values()].sort((a, b) => b.score - a.score || a.number - b.number);
    const fitting = this.words.length < 2 ? ranked : ranked.filter(({ score }) => score >= LEAST_SCORE * ranked[0].score);
    // Who writes a whole name means it.
    const isNamed = ({ card }) => card.querySelector("a")?.textContent.trim().toLowerCase() === this.name;
    return [...fitting.filter(isNamed), ...fitting.filter((answer) => !isNamed(answer))];
  }

  /** Why an agent fits, in a sentence. */
  reason({ words, hidden }) {
    const reasons = [...joinPairs(words), ...joinPairs(hidden).map((word) => this.say("{word} (in its prompt)", { word }))];
    return this.say("It fits: {words}.", { words: reasons.join(", ") });
  }
}
