/* A box that takes one of many by typing a part of its name: a list of a thousand is not to be scrolled through.
   `options` gives pairs of a value and its text; `act` gets the values chosen: several if all that is typed are such
   texts ("Bash, Grep" or "Bash and Grep", whatever "and" is in the language of the reader). */
function listen(input, options, act) {
  const list = input.list;
  let values;
  const fill = () => {
    if (values) return;
    values = new Map();
    const texts = [];
    for (const [value, text, more] of options()) {
      texts.push(values.has(text.toLowerCase()) ? `${text} (${more || value})` : text);
      values.set(texts.at(-1).toLowerCase(), value);
    }
    if (!list.children.length) list.append(...texts.map((text) => make("option", { value: text })));
  };
  const find = (text) => {
    const parts = values.has(text) ? [text] : text.split(/[\s,;&+]+/).filter((part) => values.has(part) || part.length > 3);
    return parts.every((part) => values.has(part)) ? parts.map((part) => values.get(part)) : null;
  };
  input.addEventListener("focus", fill);
  const chosen = () => {
    fill();
    const values = find(input.value.trim().toLowerCase());
    if (!values) return;
    act(values);
    input.value = "";
  };
  input.addEventListener("change", chosen);
  // What is picked from the list counts at once, what is typed when it is finished.
  input.addEventListener("input", (event) => {
    if (input.value && (!event.inputType || event.inputType === "insertReplacementText")) chosen();
  });
}
