/* A small card beside a link to an agent, a tool, a skill or a server, when it is pointed at or focused.

   Where nothing can be fetched (`file://`) a link is a link. */

const WAIT = 350;
// Where the text of a page is, in Material and in the themes of MkDocs.
const PLACES = ".md-content, [role='main'], .wy-nav-content";
let shown = null;

function candidate(target) {
  const link = target.closest?.("a[href]");
  if (!link || !link.closest(PLACES) || link.closest(".ac-hovercard, .ac-card, .ac-answers, nav, .headerlink")) return null;
  const address = new URL(link.href?.baseVal ?? link.getAttribute("xlink:href") ?? link.href, location.href);
  if (address.origin !== location.origin || address.hash || address.pathname === location.pathname) return null;
  if (!/\/(agents|tools|skills|servers)\/.+/.test(address.pathname) || /\/index\.html$/.test(address.pathname)) return null;
  return { link, address: address.origin + address.pathname };
}

function hide() {
  if (!shown) return;
  clearTimeout(shown.timer);
  shown.card?.remove();
  shown.link.removeAttribute("aria-describedby");
  if (shown.title) shown.link.setAttribute("title", shown.title);
  shown = null;
}

function place(card, link) {
  const box = link.getBoundingClientRect();
  const size = card.getBoundingClientRect();
  const below = box.bottom + size.height + 8 < innerHeight || box.top < size.height + 8;
  card.style.setProperty("top", `${below ? box.bottom + 4 : box.top - size.height - 4}px`);
  card.style.setProperty("left", `${Math.max(8, Math.min(box.left, document.documentElement.clientWidth - size.width - 8))}px`);
}

function drawPills(pills) {
  const list = document.createElement("ul");
  list.className = "ac-pills";
  for (const { text, id } of pills) {
    const pill = document.createElement("li");
    pill.className = `ac-pill ac-pill--${id}`;
    pill.textContent = text;
    list.append(pill);
  }
  return list;
}

async function show(state) {
  const lines = await content(state.address);
  if (shown !== state || !lines || !state.link.isConnected) return;
  const card = document.createElement("div");
  card.className = "ac-hovercard";
  card.id = "ac-hovercard";
  card.setAttribute("role", "tooltip");
  for (const { text, isName, isFact, pills } of lines) {
    if (pills) {
      card.append(drawPills(pills));
      continue;
    }
    const line = document.createElement("p");
    const words = isName ? document.createElement("strong") : line;
    words.textContent = text;
    if (isName) line.append(words);
    if (isFact) line.className = "ac-hover-line";
    else words.dir = "auto";
    card.append(line);
  }
  state.link.closest(PLACES).append(card);
  state.card = card;
  state.link.setAttribute("aria-describedby", card.id);
  // The card says it all: no second tooltip beside it.
  state.title = state.link.getAttribute("title");
  state.link.removeAttribute("title");
  place(card, state.link);
}

function start(event) {
  if (event.target.closest?.(".ac-hovercard")) return;
  const target = candidate(event.target);
  if (target?.link === shown?.link) return clearTimeout(shown?.leaving);
  // The pointer says nothing where there is no link: the card may be there for the focus.
  if (!target && event.type === "pointerover") return;
  hide();
  if (!target || innerWidth < 640 || event.pointerType === "touch") return;
  const state = { ...target };
  shown = state;
  state.timer = setTimeout(() => show(state), WAIT);
}

/** The pointer may go over to the card: it stays for a moment. */
function leave(event) {
  const to = event.relatedTarget;
  if (!shown || !event.target.closest?.(".ac-hovercard, a") || to?.closest?.(".ac-hovercard") || to?.closest?.("a") === shown.link) return;
  if (event.type === "pointerout" && shown.link === document.activeElement) return;
  clearTimeout(shown.leaving);
  const state = shown;
  state.leaving = setTimeout(() => shown === state && !state.card?.matches(":hover") && hide(), 150);
}

if (!window.acCards) {
  window.acCards = true;
  document.addEventListener("pointerover", start);
  document.addEventListener("focusin", start);
  document.addEventListener("pointerout", leave);
  document.addEventListener("focusout", leave);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  document.addEventListener("click", hide);
  addEventListener("scroll", hide, { passive: true, capture: true });
}
