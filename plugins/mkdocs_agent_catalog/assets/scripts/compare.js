/* Two to four agents beside each other: every tool that one of them has, and where they differ. */

const MOST_COMPARED = 4;

function comparison(grid, rows, act) {
  const { say } = grid;
  // What a group of tools lets agents do is compared where they do not have the same tools.
  const isMixed = new Set(rows.map((row) => row.line.dataset.runtime)).size > 1;
  const has = (row, { index }) => grid.at(row, index).sign;
  const columns = grid.columns.filter((column) => (!column.whole || isMixed) && rows.some((row) => has(row, column)));
  const kinds = (column, of) => new Set(rows.map((row) => of(row, column))).size;
  const said = (row, column) => has(row, column) + grid.within(row, column.index);
  const decided = (row, column) => grid.outcome(row, column.index);
  // 3: one has what another has not; 2: all or none have it, in different ways; 1: what the page says of it is the
  // same, and what comes of it is not, as `Glob` beside `Bash` is not always there; 0: the same.
  const weight = (column) => [decided, said, holds(grid)].findLastIndex((of) => kinds(column, of) > 1) + 1;
  const words = [say("same"), `≈ ${say("same here, but not when they run")}`, `≈ ${say("in different ways")}`, `≠ ${say("differs")}`];
  const head = make("tr", {}, make("th", { scope: "col", className: "ac-corner", textContent: say("Tool") }));
  for (const row of rows) {
    const leave = make("button", { type: "button", className: "ac-close", textContent: "×" });
    leave.setAttribute("aria-label", say("Leave {name} out", { name: row.name }));
    leave.addEventListener("click", () => act(row));
    const link = make("a", { href: row.href, textContent: row.name, dir: "auto" });
    head.append(make("th", { scope: "col" }, link, " ", leave));
  }
  head.append(make("th", { scope: "col", textContent: say("Difference") }));
  const body = make("tbody", {});
  addFacts(grid, rows, body);
  for (const column of [...columns].sort((a, b) => weight(b) - weight(a))) {
    const name = column.href ? make("a", { href: column.href, textContent: column.name }) : column.name;
    const line = make("tr", {}, make("th", { scope: "row" }, name));
    line.append(...rows.map((row) => grid.cell(row, { ...column })));
    line.classList.toggle("ac-differs", weight(column) === 3);
    line.append(make("td", { textContent: words[weight(column)] }));
    body.append(line);
  }
  const table = make("table", { className: "ac-mx-table ac-mx-compare" });
  table.append(make("caption", { id: "ac-caption", textContent: say("Agents compared") }), make("thead", {}, head), body);
  return { table, words: difference(grid, rows, columns) };
}

/** Puts what the agents' pages say of them above the tools: a line for each fact, with whether it is the same. */
async function addFacts(grid, rows, body) {
  const { say } = grid;
  const facts = await Promise.all(rows.map(async (row) => readFacts(await fetchPage(row.href).catch(() => null), say)));
  const names = [...new Set(facts.flatMap((fact) => [...fact.keys()]))];
  const lines = names.map((name) => {
    const texts = facts.map((fact) => fact.get(name) ?? "");
    const differs = new Set(texts).size > 1;
    const line = make("tr", {}, make("th", { scope: "row", textContent: name }));
    // Two prompts beside each other would be two pages.
    const count = (text) => say.plural("1 word", "{n} words", text.split(/\s+/).filter(Boolean).length);
    const show = name === say("System prompt") ? count : (text) => text;
    line.append(...texts.map((text) => make("td", { className: "ac-purpose", dir: "auto", textContent: show(text) })));
    line.append(make("td", { textContent: differs ? `≠ ${say("differs")}` : say("same") }));
    line.classList.toggle("ac-differs", differs);
    return line;
  });
  body.prepend(...lines);
}

/** The facts on an agent's page by their names, as text; empty if there is no page. */
function readFacts(page, say) {
  const facts = new Map();
  const agent = page?.querySelector(".ac-agent");
  if (!agent) return facts;
  const put = (name, text) => text?.trim() && facts.set(name, text.replace(/\s+/g, " ").trim());
  // Where something stands is said of each agent in other words.
  for (const where of agent.querySelectorAll(".ac-where")) if (!where.closest(".ac-prompt")) where.remove();
  put(say("What it is for"), agent.querySelector(".ac-lead")?.textContent);
  put(say("Model"), agent.querySelector(".ac-byline bdi")?.textContent);
  // A long description would push all other rows off the screen: its beginning is enough to tell it.
  const description = (agent.querySelector("#description:not(.ac-lead)")?.textContent || "").trim();
  put(say("Description"), description.length > 240 ? `${description.slice(0, 240).replace(/\s\S*$/, "")} …` : description);
  for (const setting of agent.querySelectorAll(".ac-settings > span")) {
    const [key, ...value] = setting.textContent.split(": ");
    put(key, value.join(": "));
  }
  for (const field of agent.querySelectorAll(".ac-fields > div")) put(field.querySelector("dt").textContent, field.querySelector("dd").textContent);
  put(say("Settings and hooks"), [...agent.querySelectorAll(".ac-project > li")].map((line) => line.textContent).join(" "));
  // Of what an agent is connected with the names count, and not the reasons.
  const connections = [...agent.querySelectorAll("h2")].find(({ id }) => id === "connections");
  for (let node = connections?.nextElementSibling; node && node.localName !== "h2"; node = node.nextElementSibling) {
    const names = [...(node.matches("h3") ? node.nextElementSibling.querySelectorAll("li > a:first-child") : [])];
    if (names.length) put(node.firstChild.textContent, names.map((link) => link.textContent).sort().join(", "));
  }
  put(say("System prompt"), agent.querySelector(".ac-prompt")?.textContent);
  return facts;
}

/** Whether an agent has the tool of a column. In the declared view it does not inherit what nobody names. */
function holds(grid) {
  return (row, { index }) => grid.at(row, index).has || grid.at(row, index).state === "inherited";
}

/** What only one of the agents has, in words. */
function difference(grid, rows, columns) {
  const has = holds(grid);
  const lines = [];
  for (const row of rows) {
    const only = columns.filter((one) => has(row, one) && !rows.some((other) => other !== row && has(other, one)));
    const names = only.map(({ name }) => name).join(", ");
    if (names) lines.push(grid.say("Only {name}: {tools}", { name: row.name, tools: names }));
  }
  const all = columns.filter((one) => rows.every((row) => has(row, one))).map(({ name }) => name);
  if (all.length) lines.push(grid.say("All of them: {tools}", { tools: all.join(", ") }));
  return lines;
}
