/* The menu of links. The page holds the address; when the menu is opened come the rows in the syntax of others and a
   button to copy each. A site that does not say its own address gets the one that it runs at. */
const UNKNOWN = "https://SITE/";
/** What a URL may hold as it is, and a wiki takes for markup. */
const MARKUP = /['()*!$+^{}|`~]/g;

class LinkMenu extends HTMLElement {
  connectedCallback() {
    if (this.status) return;
    this.say = speaker(this);
    this.status = make("span", { className: "ac-vh", role: "status" });
    this.append(this.status);
    const menu = this.querySelector("details");
    const open = () => menu.open && !this.querySelector("button") && this.fill();
    menu.addEventListener("toggle", open);
    open();
  }

  fill() {
    this.findRoot();
    for (const input of this.querySelectorAll("input")) input.value = this.complete(input.value);
    this.addRows();
    for (const label of this.querySelectorAll("label")) label.after(this.makeButton(label));
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

  /** The link goes below the address, the badges of an agent below its card. */
  addRows() {
    const labels = [...this.querySelectorAll("label")];
    const address = labels[0].querySelector("input").value;
    if (this.dataset.badges) {
      const images = JSON.parse(this.dataset.badges).map(([words, image]) => [words, this.complete(image)]);
      labels.at(-1).after(...formatImages(images, address, this.say).map(makeRow));
    }
    labels[0].after(...formatLink(this.dataset.title, address, this.say).map(makeRow));
  }

  makeButton(label) {
    const name = label.querySelector("span").textContent;
    const shown = make("span", { textContent: this.say("Copy") });
    const button = make("button", { type: "button" }, shown, make("span", { className: "ac-vh", textContent: ` ${name}` }));
    button.addEventListener("click", async () => {
      await this.copy(label.querySelector("input"));
      shown.textContent = this.say("Copied");
      this.status.textContent = this.say("Copied: {name}", { name });
      setTimeout(() => (shown.textContent = this.say("Copy")), 2000);
    });
    return button;
  }

  async copy(input) {
    if (navigator.clipboard) return navigator.clipboard.writeText(input.value);
    // Without a secure connection there is no clipboard but the old one, which takes what is selected.
    const button = document.activeElement;
    input.select();
    document.execCommand("copy");
    button.focus();
  }
}

function makeRow([name, value]) {
  return make("label", {}, make("span", { textContent: name }), make("input", { readOnly: true, dir: "ltr", value }));
}

if (!customElements.get("ac-take")) customElements.define("ac-take", LinkMenu);
