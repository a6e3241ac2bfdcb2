/* The form of edits. The address holds them (`?without=tool:Bash&set=agent:reviewer=Read`), so that an answer can be sent. */
const MOST_SHOWN = 12;
const MOST_ALIKE = 3;
const split = (text) => text.split(",").map((name) => name.trim()).filter(Boolean);

class WhatIf extends HTMLElement {
  connectedCallback() {
    if (this.data) return;
    this.say = speaker(this);
    this.data = JSON.parse(this.querySelector("template").content.textContent);
    const { agents, skills } = this.data;
    this.things = [...agents.map(([id]) => `agent:${id}`), ...skills.map(([id]) => `skill:${id}`)];
    this.subjects = new Map([...Object.keys(this.data.off), ...this.things].map((subject) => [subject, this.listNames(subject)]));
    const options = (names) => names.map((value) => make("option", { value }));
    const [offs, listed] = this.querySelectorAll("datalist");
    offs.append(...options(this.subjects.keys()));
    listed.append(...options(agents.filter((agent) => agent[4] >= 0).map(([id]) => id)));
    this.onsubmit = (event) => {
      event.preventDefault();
      const [first, second] = [...event.target.querySelectorAll("input")].map((input) => input.value.trim());
      if (first && !this.add(second === undefined ? ["without", first] : ["set", `agent:${first}=${second}`])) event.target.reset();
    };
    for (const button of this.parentElement.querySelectorAll("button[data-edit]")) {
      button.onclick = () => this.add(["without", button.dataset.edit]) || this.scrollIntoView();
    }
    this.edits = [];
    const edits = [...new URLSearchParams(location.search)].filter(([key]) => key === "without" || key === "set");
    const problems = edits.map((edit) => this.add(edit)).filter(Boolean);
    if (problems.length) this.show(problems.flatMap((problem) => [...problem, " "]));
  }

  /** What something that can be switched off is called, each name with its kind and without. */
  listNames(subject) {
    const { agents, skills, servers, titles } = this.data, [kind, id] = subject.split(/:(.*)/s), number = this.things.indexOf(subject);
    const title = number >= 0 ? this.name(number) : kind === "server" ? servers.find((server) => server[0] === id)[1] : kind === "capability" ? titles[id] : id;
    return [id, title].flatMap((name) => [name, `${kind}:${name}`]);
  }

  /** The subjects of a name; capitals matter only where they tell two things apart. */
  find(name) {
    if (this.subjects.has(name)) return [name];
    const list = (isName) => [...this.subjects].filter(([, names]) => names.some(isName)).map(([subject]) => subject);
    const exact = list((other) => other === name);
    return exact.length ? exact : list((other) => other.toLowerCase() === name.toLowerCase());
  }

  /** Adds an edit, in place of one about the same; says why if the data does not answer it. */
  add([key, text]) {
    const [name, list] = text.split(/=(.*)/s), subjects = this.find(name), [subject] = subjects;
    const edit = [key, list === undefined ? subject : `${subject}=${list}`];
    const problem = subjects.length === 1 ? this.explain(edit) : this.ask(name, subjects, key, list);
    if (!problem) this.edits = [...this.edits.filter(([, other]) => other.split("=")[0] !== subject), edit];
    this.show(problem);
    return problem;
  }

  /** Asks what a name means that several things have, or none: then those with a name that is alike. */
  ask(name, subjects, key, list) {
    const near = subjects.length ? subjects : findAlike(name, this.subjects).filter((subject) => key === "without" || subject.startsWith("agent:"));
    const text = subjects.length ? this.say("{n} are called {name}. Which one?", { n: subjects.length, name }) : this.say("Nothing here is called {name}.", { name });
    return [text, ...(near.length && !subjects.length ? [" ", this.say("Did you mean:")] : []), ...near.flatMap((subject) => {
      const button = make("button", { type: "button", className: "ac-edit", textContent: subject });
      button.onclick = () => this.add([key, list === undefined ? subject : `${subject}=${list}`]) || this.querySelector("form").reset();
      return [" ", button];
    })];
  }

  /** Why the data does not answer an edit; nothing if it does. */
  explain([key, text]) {
    const { agents, shared } = this.data, [subject, list] = text.split("="), number = this.things.indexOf(subject);
    const agent = key === "set" && agents[number];
    const isAnswered = key === "without" ? !shared.includes(number) : agent && agent[4] >= 0 && listTools(this.data, agent, split(list || ""));
    return isAnswered ? undefined : [this.say("This page cannot answer it. The command can: {command}", { command: this.write([[key, text]]) })];
  }

  write(edits) {
    return ["agent-catalog what-if", ...edits.map(([key, text]) => `--${key} '${text.replaceAll("'", `'\\''`)}'`)].join(" ");
  }

  show(problem = []) {
    const alert = this.querySelector("[role=alert]");
    alert.replaceChildren(...problem);
    alert.hidden = !problem.length;
    const query = new URLSearchParams(this.edits).toString().replaceAll("%3A", ":").replaceAll("%2F", "/");
    history.replaceState(history.state, "", `${location.pathname}${query && `?${query}`}${location.hash}`);
    this.querySelector(".ac-edit-list").replaceChildren(...this.edits.map((edit) => this.makeChip(edit)));
    this.querySelector(".ac-answer").replaceChildren(...(this.edits.length ? this.answer() : []));
  }

  makeChip(edit) {
    const [kind, name] = edit[1].split(/:(.*)/), text = { tool: name, capability: this.data.titles[name] }[kind] || edit[1];
    const button = make("button", { type: "button", className: "ac-edit", textContent: "×", ariaLabel: this.say("Undo {name}", { name: text }) });
    button.onclick = () => {
      this.edits = this.edits.filter((other) => other !== edit);
      this.show();
      this.querySelector("input").focus();
    };
    return make("li", {}, make("code", { textContent: edit[0] === "set" ? text : this.say("without {name}", { name: text }) }), " ", button);
  }

  answer() {
    const edits = { off: [], gone: new Set(), lists: new Map() };
    for (const [key, text] of this.edits) {
      const [subject, list] = text.split("="), number = this.things.indexOf(subject);
      if (key === "set") edits.lists.set(number, split(list));
      else if (number < 0) edits.off.push(subject);
      else edits.gone.add(number);
    }
    const { lost, gained, broken } = findConsequences(this.data, edits), { say } = this;
    const [sentences, naming] = (this.edits.length === 1 && this.data.told[this.edits[0][1]]) || [];
    const links = new Map();
    for (const [origin, target] of broken) links.set(this.name(target), [...(links.get(this.name(target)) || []), origin]);
    const losses = [["starts", say("Can no longer start")], ["capability", say("Lose a capability")], ["through", say("Lose it through others")],
      ["server", say("Lose an MCP server")], ["tool", say("Lose a tool")], ["delegation", say("May no longer start")]];
    const gains = [["starts", say("Can start again")], ["capability", say("Gain a capability")], ["through", say("Gain a capability through others")],
      ["server", say("Gain an MCP server")], ["tool", say("Gain a tool")], ["delegation", say("May start")]];
    const stopped = [...lost.values()].filter((facts) => facts.starts).length;
    const sums = [lost.size ? say.plural("1 agent loses something", "{n} agents lose something", lost.size) : say("No agent loses anything")];
    if (stopped) sums.push(say.plural("1 can no longer start", "{n} can no longer start", stopped));
    else if (lost.size) sums.push(say("all can still start"));
    return [
      make("h2", { textContent: sums.join("; ") }),
      ...(sentences ? [make("p", {}, this.link(this.edits[0][1]), ": ", sentences)] : []),
      ...this.makeSections(lost, losses, (number, facts) => this.nameLoss(facts, gained.get(number), naming && (naming.includes(number) ? say("its file lists it") : say("inherited")))),
      ...(links.size ? [this.makeSection(say("Lead to nothing"), links)] : []),
      ...this.makeSections(gained, gains, (number, facts) => this.nameFacts(facts)),
      make("p", { className: "ac-note" }, say("On the command line:"), " ", make("code", { textContent: this.write(this.edits) })),
    ];
  }

  /** What is lost, in words; `gained` takes what is there through others from then on. */
  nameLoss(facts, gained, how) {
    const kept = (facts.capability || []).filter((id) => gained?.through?.includes(id));
    if (kept.length) gained.through = gained.through.filter((id) => !kept.includes(id));
    const names = this.nameFacts(facts, kept);
    return how ? `${names} (${how})` : names;
  }

  /** Facts in words, those of `kept` as what others still do. */
  nameFacts(facts, kept = []) {
    const { say } = this, { titles } = this.data, name = (names, word) => (names || []).map(word);
    return [
      ...name(facts.capability, (id) => (kept.includes(id) ? say("{name} (still through others)", { name: titles[id] }) : titles[id])),
      ...name(facts.through, (id) => say("{name} (through others)", { name: titles[id] })),
      ...name(facts.server, (text) => text), ...name(facts.tool, (text) => text),
      ...name(facts.delegation, (text) => say("starting {name}", { name: text === "*" ? say("any agent") : text })),
    ].join(", ") || say("agents");
  }

  /** A section for each kind of change. An agent is in the first that is about it, with all that changes for it. */
  makeSections(changes, kinds, describe) {
    const sections = new Map(kinds.map(([kind]) => [kind, new Map()]));
    for (const [number, facts] of changes) {
      const text = describe(number, facts), kind = kinds.find(([name]) => facts[name]?.length)?.[0];
      if (kind) sections.get(kind).set(text, [...(sections.get(kind).get(text) || []), number]);
    }
    return kinds.filter(([kind]) => sections.get(kind).size).map(([kind, title]) => this.makeSection(title, sections.get(kind)));
  }

  makeSection(title, rows) {
    const folds = [...rows].sort(([, a], [, b]) => b.length - a.length).map(([names, numbers]) => {
      const label = make("summary", {}, make("bdi", { textContent: names }), " ", make("span", { className: "ac-count", textContent: numbers.length }));
      const open = rows.size < MOST_SHOWN && numbers.length <= MOST_SHOWN;
      return make("details", { className: "ac-fold", open }, label, make("ul", { className: "ac-names" }, ...numbers.map((number) => make("li", {}, this.link(this.things[number]), ...this.placeOf(number)))));
    });
    return make("section", {}, make("h3", { textContent: title }), ...folds);
  }

  /** The folder of an agent whose name another one has. */
  placeOf(number) {
    const { agents } = this.data;
    if (!this.sizes) {
      this.sizes = new Map();
      agents.forEach((agent) => this.sizes.set(nameAgent(agent), (this.sizes.get(nameAgent(agent)) || 0) + 1));
    }
    const folder = number < agents.length && this.sizes.get(this.name(number)) > 1 && agents[number][0].split("/").slice(0, -1).join("/");
    return folder ? [" ", make("small", { textContent: folder, dir: "auto" })] : [];
  }

  name(number) {
    const { agents, skills } = this.data;
    return number < agents.length ? nameAgent(agents[number]) : skills[number - agents.length][1];
  }

  link(subject) {
    const [kind, id] = subject.split(/:(.*)/s), number = this.things.indexOf(subject), name = number < 0 ? this.subjects.get(subject)[2] : this.name(number);
    return make("a", { href: this.data.places[kind].replace("PLACE", id.split("/").map(encodeURIComponent).join("/")), textContent: name, dir: "auto" });
  }
}

/** The subjects with a name that shares most pairs of letters with `name`: few, the nearest first. */
function findAlike(name, subjects) {
  const pair = (text) => new Set([...`^${text.toLowerCase()}$`].map((letter, at, letters) => letter + letters[at + 1]));
  const own = pair(name.replace(/^\w+:/, ""));
  const compare = (other) => {
    const theirs = pair(other);
    if (other.toLowerCase().includes(name.toLowerCase())) return 1;
    return (2 * [...own].filter((letters) => theirs.has(letters)).length) / (own.size + theirs.size);
  };
  const near = [...subjects].map(([subject, names]) => [Math.max(...names.map(compare)), subject]).filter(([likeness]) => likeness > 0.5);
  return near.sort(([a], [b]) => b - a).slice(0, MOST_ALIKE).map(([, subject]) => subject);
}

if (!customElements.get("ac-what-if")) customElements.define("ac-what-if", WhatIf);
