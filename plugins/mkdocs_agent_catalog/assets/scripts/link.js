/* The menu to share a page, and what else is copied: an invocation, the permalink of a heading. The page holds the
   permalink; when the menu is opened, all else becomes one choice: the syntax of others, frames and badges. A site that
   does not say its own address gets the one that it runs at. */
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
    for (const input of this.querySelectorAll("input")) input.value = this.complete(input.value);
    this.permalink = this.querySelector("input").value;
    const open = () => this.menu.open && !this.querySelector("button") && this.fill();
    this.menu.addEventListener("toggle", open);
    open();
    this.enlivenPage(this.closest(".ac-page"));
  }

  /** A file has an address that means nothing to others: the place-holder stays. */
  findRoot() {
    this.root = UNKNOWN;
    if (!this.dataset.root || !location.protocol.startsWith("http")) return;
    this.root = new URL(this.dataset.root, location.href).href.replace(MARKUP, encodePercent);
    this.querySelector(".ac-note").textContent = this.say("The site does not say its own address: these begin with where you are.");
  }

  complete(text) {
    return text.replaceAll(UNKNOWN, this.root);
  }

  fill() {
    const [first, ...labels] = this.querySelectorAll("label");
    const rows = labels.map((label) => [label.querySelector("span").textContent, label.querySelector("input").value, label.dataset.group]);
    if (this.dataset.badges) {
      const images = JSON.parse(this.dataset.badges).map(([words, image]) => [words, this.complete(image)]);
      rows.push(...formatImages(images, this.permalink, this.say));
    }
    rows.unshift(...formatLink(this.dataset.title, this.permalink, this.say));
    for (const label of labels) label.remove();
    first.after(this.makeButton(first), ...this.makeChoice(rows));
  }

  /** One list of everything but the permalink, and the text of what is chosen in it. */
  makeChoice(rows) {
    const choice = make("select", { ariaLabel: this.say("As") });
    const output = make("input", { readOnly: true, dir: "ltr" });
    const groups = new Map([[undefined, choice]]);
    for (const [name, value, group] of rows) {
      if (!groups.has(group)) {
        groups.set(group, make("optgroup", { label: group }));
        choice.append(groups.get(group));
      }
      const option = make("option", { textContent: name });
      option.dataset.text = value;
      groups.get(group).append(option);
    }
    const show = () => {
      output.value = choice.selectedOptions[0].dataset.text;
      output.setAttribute("aria-label", choice.value);
    };
    choice.value = recall() ?? "";
    if (choice.selectedIndex < 0) choice.selectedIndex = 0;
    show();
    choice.addEventListener("change", () => {
      show();
      recall(choice.value);
    });
    const row = make("div", {}, choice, output);
    return [row, this.makeButton(row)];
  }

  makeButton(row) {
    const field = row.querySelector("input");
    const name = () => field.getAttribute("aria-label") ?? row.querySelector("span").textContent;
    const shown = make("span", { textContent: this.say("Copy") });
    const hidden = make("span", { className: "ac-vh", textContent: ` ${name()}` });
    const button = make("button", { type: "button" }, shown, hidden);
    row.addEventListener("change", () => (hidden.textContent = ` ${name()}`));
    this.enliven(button, () => field.value, name, (isCopied) => (shown.textContent = this.say(isCopied ? "Copied" : "Copy")));
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
      this.enliven(button, () => text, () => text, (isCopied) => (button.textContent = this.say(isCopied ? "Copied" : "Copy")));
    }
    for (const heading of page.querySelectorAll(":is(h2, h3, h4, h5, h6)[id]")) {
      const words = this.say("Copy the permalink");
      const sign = make("button", { type: "button", className: "ac-permalink", title: words, ariaLabel: words, tabIndex: -1 });
      const address = `${this.permalink}#${encodeURIComponent(heading.id)}`;
      this.enliven(sign, () => address, () => address, (isCopied) => sign.classList.toggle("ac-permalink--copied", isCopied));
      heading.append(sign);
    }
  }
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
