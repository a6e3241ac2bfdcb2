/** The words of an element in the language of the page: its attribute `words` holds those that are not English. */
function speaker(element) {
  const words = JSON.parse(element.getAttribute("words") || "{}");
  return (text, values = {}) =>
    (words[text] || text).replace(/{(\w+)}/g, (whole, name) => (name in values ? values[name] : whole));
}

function make(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
