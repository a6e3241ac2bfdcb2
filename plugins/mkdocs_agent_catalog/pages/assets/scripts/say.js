/** The words of an element in the language of the page: its attribute `words` holds those that are not English. */
function speaker(element) {
  const words = JSON.parse(element.getAttribute("words") || "{}");
  const fill = (text, values) => text.replace(/{(\w+)}/g, (whole, name) => (name in values ? values[name] : whole));
  const say = (text, values = {}) => fill(words[text] || text, values);
  // Words with a plural hold a digit for each number, which says what form it has, and then the forms.
  say.plural = (singular, plural, n, values = {}) => {
    const [numbers, ...forms] = words[singular] || [];
    const form = numbers ? forms[numbers[n < 200 ? n : 100 + (n % 100)]] : n === 1 ? singular : plural;
    return fill(form, { n, ...values });
  };
  return say;
}

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}
