/* What a page says of its subject in a line or two, fetched when it is wanted and kept: one source for all who link to
   it. The page of an agent says it in its head; pages of others have a `<template class="ac-hover">`. Nothing can be
   fetched from `file://`. */
const kept = new Map();

/** The content (a fragment) for the page at `address`, or null. */
function content(address) {
  if (!kept.has(address)) {
    kept.set(address, fetch(address).then((answer) => (answer.ok ? answer.text() : "")).then((text) => {
      const page = new DOMParser().parseFromString(text, "text/html");
      return page.querySelector("template.ac-hover")?.content ?? summarize(page.querySelector(".ac-agent"));
    }).catch(() => null));
  }
  return kept.get(address);
}

/** The name of an agent, what it is for and what it can reach, as its page says it. */
function summarize(page) {
  const name = page?.querySelector("h1");
  if (!name) return null;
  const fragment = document.createDocumentFragment();
  const add = (words, properties) => {
    const line = Object.assign(document.createElement("p"), properties);
    line.append(words);
    fragment.append(line);
  };
  const summary = page.querySelector(".ac-lead")?.textContent;
  const reach = [...page.querySelectorAll(".ac-reach strong")].map((title) => title.textContent).join(" · ");
  add(Object.assign(document.createElement("strong"), { textContent: name.textContent, dir: "auto" }), {});
  if (summary) add(summary, { dir: "auto" });
  if (reach) add(reach, { className: "ac-hover-line" });
  return fragment;
}
