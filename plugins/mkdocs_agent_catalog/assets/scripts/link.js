/* The menu of links: a button to copy each, and the address of a site that does not say its own. */
const UNKNOWN = "https://SITE/";
/** What a URL may hold as it is, and a wiki takes for markup. */
const MARKUP = /['()*!$+^{}|`~]/g;

class Take extends HTMLElement {
  connectedCallback() {
    if (this.status) return;
    this.say = speaker(this);
    this.complete();
    this.status = make("span", { className: "ac-vh", role: "status" });
    this.append(this.status);
    for (const label of this.querySelectorAll("label")) label.after(this.button(label));
  }

  /** A file has an address that means nothing to others: the place-holder stays. */
  complete() {
    if (!this.dataset.root || !location.protocol.startsWith("http")) return;
    const root = new URL(this.dataset.root, location.href).href.replace(MARKUP, (sign) => `%${sign.charCodeAt().toString(16).toUpperCase()}`);
    for (const input of this.querySelectorAll("input")) input.value = input.value.replaceAll(UNKNOWN, root);
    this.querySelector(".ac-note").textContent = this.say("The site does not say its own address: these begin with where you are.");
  }

  button(label) {
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

if (!customElements.get("ac-take")) customElements.define("ac-take", Take);
