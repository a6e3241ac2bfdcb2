/* The form of edits. The address holds them (`?without=tool:Bash&set=agent:reviewer=Read`), so that an answer can be sent. */
const MOST_SHOWN = 12;

class WhatIf extends HTMLElement {
  connectedCallback() {
    if (this.data) return;
    this.hidden = false;
    this.say = speaker(this);
    this.data = JSON.parse(this.querySelector("template").content.textContent);
    const { agents, skills, servers, choices } = this.data;
    this.numbers = new Map([...agents.map(([id], n) => [`agent:${id}`, n]), ...skills.map(([id], n) => [`skill:${id}`, agents.length + n])]);
    const names = [...choices.capability.map((id) => `capability:${id}`), ...servers.map(([id]) => `server:${id}`), ...choices.tool.map((id) => `tool:${id}`)];
    this.names = new Set([...names, ...this.data.tools.filter(([runtime]) => runtime >= 0).map(([, name]) => `tool:${name}`)]);
    this.querySelector("#ac-offs").append(...[...names, ...this.numbers.keys()].map((value) => make("option", { value })));
    this.querySelector("#ac-listed").append(...agents.filter((agent) => agent[4] >= 0).map(([value]) => make("option", { value })));
    const [off, whose, tools] = this.querySelectorAll("input");
    const [first, second] = this.querySelectorAll("form");
    this.listen(first, [off], () => ["without", off.value.trim()]);
    this.listen(second, [whose, tools], () => ["set", `agent:${whose.value.trim()}=${tools.value.trim()}`]);
    for (const row of this.closest(".ac-page").querySelectorAll("tr[data-edit]")) this.addButton(row);
    const query = new URLSearchParams(location.search);
    this.edits = [...query].filter(([key]) => key === "without" || key === "set");
    this.show();
  }

  listen(form, inputs, read) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!inputs[0].value.trim()) return inputs[0].focus();
      if (this.add(read())) for (const input of inputs) input.value = "";
    });
  }

  addButton(row) {
    const button = make("button", { type: "button", className: "ac-edit", textContent: this.say("Switch off") });
    button.setAttribute("aria-label", this.say("Switch off {name}", { name: row.dataset.edit }));
    button.addEventListener("click", () => {
      this.add(["without", row.dataset.edit]);
      this.querySelector("form").scrollIntoView();
    });
    row.firstElementChild.append(" ", button);
  }

  /** Adds an edit, in place of one about the same; false if it cannot be answered. */
  add(edit) {
    const subject = ([, text]) => text.split("=")[0];
    const others = this.edits.filter((other) => subject(other) !== subject(edit));
    const isRight = this.check(edit);
    if (isRight) this.edits = [...others, edit];
    this.show(isRight ? "" : this.problem);
    return isRight;
  }

  /** Whether the data answers an edit; `problem` says why it does not. */
  check([key, text]) {
    const [subject, listed] = text.split("="), number = this.numbers.get(subject);
    const known = number !== undefined || (key === "without" && this.names.has(subject));
    this.problem = this.say("Nothing here is called {name}.", { name: subject });
    if (!known) return false;
    this.problem = this.say("This page cannot answer it. The command can: {command}", { command: this.write([[key, text]]) });
    if (key === "without") return !this.data.shared.includes(number);
    const agent = this.data.agents[number];
    return Boolean(agent && listed !== undefined && agent[4] >= 0 && listTools(this.data, agent, split(listed)));
  }

  write(edits) {
    return ["agent-catalog what-if", ...edits.map(([key, text]) => `--${key} '${text.replaceAll("'", `'\\''`)}'`)].join(" ");
  }

  show(problem = "") {
    const wrong = this.edits.find((edit) => !this.check(edit));
    const message = this.querySelector("[role=alert]");
    message.textContent = problem || (wrong ? this.problem : "");
    message.hidden = !message.textContent;
    this.edits = this.edits.filter((edit) => this.check(edit));
    const query = new URLSearchParams(this.edits).toString().replaceAll("%3A", ":").replaceAll("%2F", "/");
    history.replaceState(history.state, "", `${location.pathname}${query && `?${query}`}${location.hash}`);
    this.querySelector(".ac-edit-list").replaceChildren(...this.edits.map((edit) => this.makeChip(edit)));
    this.querySelector(".ac-answer").replaceChildren(...(this.edits.length ? this.answer() : []));
  }

  makeChip(edit) {
    const [key, text] = edit;
    const words = key === "without" ? this.say("without {name}", { name: text }) : text;
    const button = make("button", { type: "button", className: "ac-edit", textContent: "×" });
    button.setAttribute("aria-label", this.say("Undo {name}", { name: text }));
    button.addEventListener("click", () => {
      this.edits = this.edits.filter((other) => other !== edit);
      this.show();
      this.querySelector("input").focus();
    });
    return make("li", {}, make("code", { textContent: words }), " ", button);
  }

  answer() {
    const edits = { off: [], gone: new Set(), lists: new Map() };
    for (const [key, text] of this.edits) {
      const [subject, listed] = text.split("="), number = this.numbers.get(subject);
      if (key === "set") edits.lists.set(number, split(listed));
      else if (number === undefined) edits.off.push(subject);
      else edits.gone.add(number);
    }
    const { lost, gained, broken } = findConsequences(this.data, edits);
    const { say } = this, title = (id) => this.data.titles[id], same = (name) => name;
    const any = (name) => (name === "*" ? say("any agent") : name);
    const links = new Map();
    for (const [origin, target] of broken) links.set(target, [...(links.get(target) || []), origin]);
    const stopped = group(lost, "starts");
    const sections = [
      [say("Can no longer start"), stopped, () => say("agents")],
      [say("Lose a capability"), group(lost, "capability"), title],
      [say("Have it through others only, from then on"), group(gained, "through"), title],
      [say("Lose it through others"), group(lost, "through"), title],
      [say("Lose an MCP server"), group(lost, "server"), same],
      [say("Lose a tool"), group(lost, "tool"), same],
      [say("May no longer start"), group(lost, "delegation"), any],
      [say("Lead to nothing"), links, (number) => this.name(number)],
      [say("Can start again"), group(gained, "starts"), () => say("agents")],
      [say("Gain a capability"), group(gained, "capability"), title],
      [say("Gain an MCP server"), group(gained, "server"), same],
      [say("Gain a tool"), group(gained, "tool"), same],
      [say("May start"), group(gained, "delegation"), any],
    ];
    const sum = say.plural("1 agent loses something", "{n} agents lose something", lost.size);
    const most = stopped.get("yes")?.length ?? 0;
    const head = make("h2", { textContent: most ? `${sum}; ${say.plural("1 can no longer start", "{n} can no longer start", most)}` : sum });
    const parts = sections.filter(([, found]) => found.size).map(([words, found, name]) => this.makeSection(words, found, name));
    const command = make("p", { className: "ac-note" }, say("On the command line:"), " ", make("code", { textContent: this.write(this.edits) }));
    return [head, ...parts, command];
  }

  /** What the same agents lose is one row. */
  makeSection(words, found, name) {
    const rows = new Map();
    for (const [key, numbers] of found) rows.set(numbers.join(), [...(rows.get(numbers.join()) || []), name(key)]);
    const parts = [...rows].map(([key, names]) => [names, key.split(",").map(Number)]).sort(([, a], [, b]) => b.length - a.length);
    const made = parts.map(([names, numbers]) => {
      const label = make("summary", {}, make("bdi", { textContent: names.join(", ") }), " ", make("span", { className: "ac-count", textContent: numbers.length }));
      const links = numbers.map((number) => make("li", {}, this.link(number)));
      return make("details", { className: "ac-fold", open: parts.length < MOST_SHOWN && numbers.length <= MOST_SHOWN }, label, make("ul", { className: "ac-names" }, ...links));
    });
    return make("section", {}, make("h3", { textContent: words }), ...made);
  }

  name(number) {
    const { agents, skills } = this.data;
    return number < agents.length ? nameAgent(agents[number]) : skills[number - agents.length][1];
  }

  link(number) {
    const { agents, skills, places } = this.data, isAgent = number < agents.length;
    const [id] = isAgent ? agents[number] : skills[number - agents.length];
    return make("a", { href: places[isAgent ? 0 : 1].replace("PLACE", id.split("/").map(encodeURIComponent).join("/")), textContent: this.name(number), dir: "auto" });
  }
}

const split = (text) => text.split(",").map((name) => name.trim()).filter(Boolean);

/** The numbers of the agents by the name of what changed for them. */
function group(changes, kind) {
  const groups = new Map();
  for (const [number, facts] of changes) for (const name of facts[kind] || []) groups.set(name, [...(groups.get(name) || []), number]);
  return groups;
}

if (!customElements.get("ac-what-if")) customElements.define("ac-what-if", WhatIf);
