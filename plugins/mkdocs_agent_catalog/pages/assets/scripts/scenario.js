/* What comes of edits, from the data of `rights/what_if_data.py`: sets, and who may start whom. What the edits leave is
   compared with what there is. */
const CLASSES = ["commands", "files", "network", "mcp", "delegates"];
const MCP = 3;

/** The row of an agent whose list of tools is `names`; nothing for a name that the data does not know. */
function listTools(data, agent, names) {
  const [empty, isRefused, always, reachedAlways, others] = data.lists[agent[4]];
  const tools = [...always], servers = [...reachedAlways], needs = [[], []];
  let isLimited = 0, isKept = !isRefused;
  for (const name of names) {
    const number = data.tools.findIndex(([runtime, tool]) => runtime === agent[2] && tool === name);
    const server = data.servers.findIndex(([id]) => name === `mcp__${id}`);
    if (!data.listed[agent[2]].includes(number) && (server < 0 || !data.listsServers)) return undefined;
    const usual = number < 0 ? [[], [server], 1, 0] : [[number], [], 1, 0];
    const [gives, reached, state, limits] = others[name] || usual;
    tools.push(...gives);
    servers.push(...reached);
    isLimited ||= limits;
    if (state === 2) isKept = true;
    if (state === 1) needs[number < 0 ? 1 : 0].push(number < 0 ? server : number);
  }
  if (!names.length) return empty;
  return [isKept || needs.flat().length, tools, servers, isLimited, ...(isKept ? [] : [needs])];
}

/** What each agent has: `starts`, and sets by kind. `edits`: `off` (names), `gone` (numbers), `lists` (names by number). */
function findFacts(data, edits) {
  const [offTools, offServers] = [0, 1].map((which) => new Set(edits.off.flatMap((name) => data.off[name][which])));
  // Some servers are there only because of agents: negative numbers are those that name them in their lists alone.
  const listed = new Set([...edits.lists.values()].flat());
  const isNamer = (n) => (n < 0 ? !edits.gone.has(-1 - n) && !edits.lists.has(-1 - n) : !edits.gone.has(n));
  const isThere = ([id, , namers]) => !namers || listed.has(`mcp__${id}`) || namers.some(isNamer);
  const there = data.servers.map(isThere);
  // Behind the servers stands whichever of them a session has: no name, and nothing where no file speaks of a server.
  const servers = [...there, there.some(Boolean)].map((is, number) => is && !offServers.has(number));
  const reduce = ([starts, tools, reached, isLimited, needs]) => {
    const left = new Set(tools.filter((tool) => !offTools.has(tool)));
    const called = new Set(reached.filter((server) => servers[server]));
    const isLeft = !needs || !needs[0].every((tool) => offTools.has(tool)) || !needs[1].every((server) => offServers.has(server));
    const classes = new Set([...left].filter((tool) => data.tools[tool][0] >= 0 && data.tools[tool][2] >= 0).map((tool) => data.tools[tool][2]));
    if (called.size) classes.add(MCP);
    return { starts: Boolean(starts && isLeft), tools: left, servers: called, classes, isLimited };
  };
  const rows = data.rows.map(reduce);
  const states = data.agents.map((agent, number) => {
    if (edits.gone.has(number)) return null;
    return edits.lists.has(number) ? reduce(listTools(data, agent, edits.lists.get(number))) : rows[agent[3]];
  });
  const started = states.map((state, number) => (state && data.started.length ? rows[data.started[number]] : state));
  // Whoever may start any agent has the same to choose from: the first with a capability stands for all.
  const first = new Map();
  started.forEach((state, number) => {
    if (!state?.starts) return;
    for (const id of state.classes) {
      const key = `${data.agents[number][2]} ${id}`;
      if (!first.has(key)) first.set(key, number);
    }
  });
  const isAnyWith = (number, id) => {
    const runtime = data.agents[number][2], target = first.get(`${runtime} ${id}`);
    if (target !== undefined && target !== number) return true;
    const isBuiltin = data.runtimes[runtime][2] && id !== MCP;
    return Boolean(isBuiltin && data.tools.some((tool, n) => tool[0] === runtime && tool[2] === id && !offTools.has(n)));
  };
  return states.map((state, number) => {
    if (!state) return null;
    const tool = data.runtimes[data.agents[number][2]][1];
    const may = state.starts && state.tools.has(tool);
    const named = (data.agents[number][5] || []).filter((n) => !edits.gone.has(n));
    const others = named.map((n) => [n, started[n]]).filter(([, other]) => other.starts);
    const reaches = (id) =>
      state.isLimited
        ? others.some(([n, other]) => other.classes.has(id) || (other.tools.has(tool) && !other.isLimited && isAnyWith(n, id)))
        : isAnyWith(number, id);
    const through = may ? [0, 1, 2, MCP].filter((id) => !state.classes.has(id) && reaches(id)) : [];
    return {
      starts: state.starts ? ["yes"] : [],
      capability: state.starts ? [...state.classes].map((id) => CLASSES[id]) : [],
      through: through.map((id) => CLASSES[id]),
      server: [...state.servers].filter((n) => data.servers[n]).map((n) => data.servers[n][1]),
      tool: [...state.tools].map((n) => data.tools[n][1]),
      delegation: !may ? [] : state.isLimited ? [...new Set(named.map((n) => nameAgent(data.agents[n])))] : ["*"],
    };
  });
}

const nameAgent = ([id, name]) => name || id.slice(id.lastIndexOf("/") + 1);

/** What of `facts` is not in `others`, by kind. */
function subtract(facts, others) {
  const left = Object.entries(facts).map(([kind, names]) => [kind, names.filter((name) => !others[kind].includes(name))]);
  return Object.fromEntries(left.filter(([, names]) => names.length));
}

/** `lost` and `gained` by the number of the agent, and `broken`: links `[origin, target]` to what is gone. */
function findConsequences(data, edits) {
  const before = findFacts(data, { off: [], gone: new Set(), lists: new Map() });
  const lost = new Map(), gained = new Map();
  findFacts(data, edits).forEach((facts, number) => {
    if (!facts) return;
    const [less, more] = [subtract(before[number], facts), subtract(facts, before[number])];
    if (Object.keys(less).length) lost.set(number, less);
    if (Object.keys(more).length) gained.set(number, more);
  });
  const links = data.links.filter(([target]) => edits.gone.has(target));
  const broken = links.flatMap(([target, ...origins]) => origins.filter((n) => !edits.gone.has(n)).map((n) => [n, target]));
  return { lost, gained, broken };
}
