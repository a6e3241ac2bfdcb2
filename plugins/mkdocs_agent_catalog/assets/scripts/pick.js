/** A box that takes one of many by typing a part of its name: a list of a thousand is not to be scrolled through.
    `options` are pairs of a value and its text; `act` gets the value chosen, or "" when the box is emptied. */
class Picker {
  constructor(id, title, hint, options, act) {
    this.values = new Map();
    for (const [value, text, more] of options) this.values.set(this.values.has(text) ? `${text} (${more || value})` : text, value);
    this.texts = new Map([...this.values].map(([text, value]) => [value, text]));
    const list = make("datalist", { id: `${id}-list` }, ...[...this.values.keys()].map((value) => make("option", { value })));
    this.input = make("input", { id, className: "ac-pick", autocomplete: "off", placeholder: hint });
    this.input.setAttribute("list", list.id);
    const chosen = () => {
      const text = this.input.value.trim();
      if (text === "" || this.values.has(text)) act(this.values.get(text) || "");
    };
    this.input.addEventListener("change", chosen);
    // What is picked from the list counts at once, what is typed when it is finished.
    this.input.addEventListener("input", (event) => {
      if (this.input.value && (!event.inputType || event.inputType === "insertReplacementText")) chosen();
    });
    this.element = make("span", { className: "ac-choice" }, make("label", { htmlFor: id, textContent: title }), " ", this.input, list);
  }

  set value(value) {
    this.input.value = this.texts.get(value) || "";
  }
}
