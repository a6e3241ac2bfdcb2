/* The menu to share a page or a section of it, and what else is copied: an invocation, the permalink of a heading. The page
   holds the permalink; when the menu is opened, all else becomes one choice: the syntax of others, frames and badges. A
   site that does not say its own address gets the one that it runs at. */
const UNKNOWN = "https://SITE/";
/** What a URL may hold as it is, and a wiki takes for markup. */
const MARKUP = /['()*!$+^{}|`~]/g;
const CHOSEN = "agent-catalog-share";

class LinkMenu extends HTMLElement {
  connectedCallback() {
    if (this.status) return;
    this.say = speaker(this);
    this.status = make("span", { className: "ac-vh", role: "status" });
    this.append(this.status);
    this.menu = this.querySelector("details");
    this.findRoot();
    for (const field of this.querySelectorAll("textarea")) field.value = this.complete(field.value);
    this.permalink = this.querySelector("textarea").value;
    const open = () => {
      if (!this.menu.open) return;
      if (!this.querySelector("button")) this.fill();
      this.choose(location.hash.slice(1));
    };
    this.menu.addEventListener("toggle", open);
    open();
    this.enlivenPage(this.closest(".ac-page"));
  }

  /** A file has an address that means nothing to others: the place-holder stays. */
  findRoot() {
    this.root = UNKNOWN;
    if (!this.dataset.root || !location.protocol.startsWith("http")) return;
    this.root = new URL(this.dataset.root, location.href).href.replace(MARKUP, encodePercent);
    this.querySelector(".ac-note").textContent = this.say("The links begin with the address at which you see this site.");
  }

  complete(text) {
    return text.replaceAll(UNKNOWN, this.root);
  }

  fill() {
    const [first, ...labels] = this.querySelectorAll("label");
    this.field = first.querySelector("textarea");
    this.frames = labels.map((label) => [label.querySelector("span").textContent, label.querySelector("textarea").value, label.dataset.group]);
    for (const label of labels) label.remove();
    const headings = [...this.closest(".ac-page").querySelectorAll("h2[id]")];
    this.sections = new Map([["", this.say("Whole page")], ...headings.map((heading) => [heading.id, nameHeading(heading)])]);
    this.picks = [...this.sections].map(([value, name]) => this.makePick(value, document.getElementById(value)?.dataset.share || name));
    first.after(this.makeButton(first), ...this.makeChoice());
    // Of a page with parts people mostly want the link of one: its button copies it in the syntax that stands beside it.
    if (this.sections.size < 3) return;
    first.before(make("div", {}, make("div", {}, make("span", { textContent: this.say("Copy as") }), this.syntax), make("span", { className: "ac-line" }, ...this.picks)));
    this.syntaxName = make("span");
    this.output.before(this.syntaxName);
  }

  /** Shares the section that the address leads to, or the whole page. */
  choose(hash) {
    const target = hash && document.getElementById(decodeURIComponent(hash));
    const headings = target ? [...this.closest(".ac-page").querySelectorAll("h2[id]")] : [];
    const before = headings.filter((heading) => heading === target || heading.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING);
    this.section = before.at(-1)?.id || "";
    this.show();
  }

  /** A section: a click copies its link in the syntax chosen, and all else in the menu leads to it. */
  makePick(value, name) {
    const pick = make("button", { type: "button", value, textContent: name });
    const take = () => {
      this.section = value;
      this.show();
      return this.output.value;
    };
    this.enliven(pick, take, () => `${name}, ${this.syntax.value}`, (isCopied) => (pick.textContent = isCopied ? `✓ ${name}` : name));
    return pick;
  }

  /** One list of everything but the permalink, and the text of what is chosen in it. */
  makeChoice() {
    this.syntax = make("select", { ariaLabel: this.say("Copy as") });
    this.output = make("textarea", { readOnly: true, dir: "ltr", rows: 2 });
    const groups = new Map([[undefined, this.syntax]]);
    for (const [name, , group] of this.list(this.permalink)) {
      if (!groups.has(group)) {
        groups.set(group, make("optgroup", { label: group }));
        this.syntax.append(groups.get(group));
      }
      groups.get(group).append(make("option", { textContent: name }));
    }
    this.syntax.value = recall() ?? "Markdown";
    if (this.syntax.selectedIndex < 0) this.syntax.value = "Markdown";
    this.syntax.addEventListener("change", () => {
      this.show();
      recall(this.syntax.value);
    });
    this.output.setAttribute("aria-label", this.syntax.value);
    const row = make("div", {}, this.syntax, this.output);
    return [row, this.makeButton(row)];
  }

  /** Everything that leads to an address: name, text, and the group of some. */
  list(address, section) {
    const title = section ? `${this.dataset.title} – ${section}` : this.dataset.title;
    const images = JSON.parse(this.dataset.badges || "[]").map(([words, image]) => [words, this.complete(image)]);
    return [["URL", address], ...formatLink(title, address, this.say), ...this.frames, ...(images.length ? formatImages(images, address, this.say) : [])];
  }

  /** Puts in what leads to the section chosen. */
  show() {
    const id = this.section;
    for (const pick of this.picks) pick.setAttribute("aria-pressed", pick.value === id);
    const address = this.permalink + (id && `#${encodeURIComponent(id)}`);
    this.field.value = address;
    const name = this.syntax.value;
    this.output.value = this.list(address, id && this.sections.get(id)).find(([other]) => other === name)[1];
    this.output.setAttribute("aria-label", name);
    if (this.syntaxName) this.syntaxName.textContent = name;
  }

  makeButton(row) {
    const field = row.querySelector("textarea");
    const name = () => field.getAttribute("aria-label") ?? row.querySelector("span").textContent;
    const shown = make("span", { textContent: this.say("Copy") });
    const hidden = make("span", { className: "ac-vh", textContent: ` ${name()}` });
    const button = make("button", { type: "button" }, shown, hidden);
    row.addEventListener("change", () => (hidden.textContent = ` ${name()}`));
    this.enliven(button, () => field.value, name, (isCopied) => (shown.textContent = isCopied ? this.say("Copied") : this.say("Copy")));
    return button;
  }

  enliven(button, text, name, mark) {
    button.addEventListener("click", async () => {
      await copy(text(), button);
      mark(true);
      this.status.textContent = this.say("Copied: {name}", { name: name() });
      setTimeout(mark, 2000, false);
    });
  }

  /** What else of the page is copied. The signs beside headings are for a mouse: the table of contents leads a keyboard
      to the same addresses. */
  enlivenPage(page) {
    for (const button of page.querySelectorAll("[data-copy]")) {
      const text = button.previousElementSibling.textContent;
      button.hidden = false;
      this.enliven(button, () => text, () => text, (isCopied) => (button.textContent = isCopied ? this.say("Copied") : this.say("Copy")));
    }
    for (const button of page.querySelectorAll("[data-part]")) {
      const [words, address] = [button.textContent, `${this.permalink}#${button.dataset.part}`];
      button.hidden = false;
      this.enliven(button, () => address, () => address, (isCopied) => (button.textContent = isCopied ? `✓ ${this.say("Copied")}` : words));
    }
    for (const heading of page.querySelectorAll(":is(h2, h3, h4, h5, h6)[id]")) {
      const words = this.say("Copy the permalink");
      const sign = make("button", { type: "button", className: "ac-permalink", title: words, ariaLabel: words, tabIndex: -1 });
      const address = `${this.permalink}#${encodeURIComponent(heading.id)}`;
      sign.addEventListener("click", () => history.replaceState(history.state, "", `#${encodeURIComponent(heading.id)}`));
      this.enliven(sign, () => address, () => address, (isCopied) => sign.classList.toggle("ac-permalink--copied", isCopied));
      heading.append(sign);
    }
  }
}

/** What a heading says, without the signs and numbers beside it. */
function nameHeading(heading) {
  const words = [...heading.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE).map(({ textContent }) => textContent);
  return words.join("").trim() || heading.firstElementChild.textContent;
}

/** What was last chosen here, or what is chosen now: people have one wiki. */
function recall(chosen) {
  try {
    if (chosen) localStorage.setItem(CHOSEN, chosen);
    return localStorage.getItem(CHOSEN);
  } catch {
    return null;
  }
}

async function copy(text, button) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Without a secure connection there is no clipboard but the old one, which takes what is selected.
  const field = make("textarea", { value: text, readOnly: true });
  button.after(field);
  field.select();
  document.execCommand("copy");
  field.remove();
  button.focus();
}

if (!customElements.get("ac-take")) customElements.define("ac-take", LinkMenu);
