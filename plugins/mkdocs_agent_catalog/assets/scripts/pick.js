/* A box that takes one of many by typing a part of its name: a list of a thousand is not to be scrolled through.
   `options` gives pairs of a value and its text; `act` gets the value chosen. */
function listen(input, options, act) {
  const list = input.list;
  let values;
  const fill = () => {
    if (values) return;
    values = new Map();
    for (const [value, text, more] of options()) values.set(values.has(text) ? `${text} (${more || value})` : text, value);
    if (!list.children.length) list.append(...[...values.keys()].map((value) => make("option", { value })));
  };
  input.addEventListener("focus", fill);
  const chosen = () => {
    fill();
    const text = input.value.trim();
    if (text !== "" && !values.has(text)) return;
    act(values.get(text) || "");
    input.value = "";
  };
  input.addEventListener("change", chosen);
  // What is picked from the list counts at once, what is typed when it is finished.
  input.addEventListener("input", (event) => {
    if (input.value && (!event.inputType || event.inputType === "insertReplacementText")) chosen();
  });
}
