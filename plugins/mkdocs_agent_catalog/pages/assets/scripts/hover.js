/* What a page says of its subject in a line or two, fetched when it is wanted and kept: one source for all who link to
   it. The page of an agent says it in its head; pages of others have a `<template class="ac-hover">`. Nothing can be
   fetched from `file://`.

   A prompt may link to any file of the site. So only an answer that is a page of the catalog counts, and only its text is
   taken: no element of it ever comes into this page. */
const pages = new Map();

/** The lines for the page at `address`, or null: each has `text` and maybe `isName` or `isFact`, or it has `pills` (what an agent can do). */
function content(address) {
  if (!pages.has(address)) pages.set(address, fetchPage(address).then(readLines).catch(() => null));
  return pages.get(address);
}

/** The page at `address`, or null if what is there is no page of this site. */
async function fetchPage(address) {
  if (!/(\/|\.html)$/.test(new URL(address, location.href).pathname)) return null;
  const answer = await fetch(address);
  const isHere = new URL(answer.url).origin === location.origin;
  const isPage = /^text\/html\b/i.test(answer.headers.get("content-type") ?? "");
  return answer.ok && isHere && isPage ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

function readLines(page) {
  const template = page?.querySelector(".ac-page template.ac-hover");
  if (template) {
    return [...template.content.querySelectorAll("p")].map((line, index) => ({
      text: line.textContent, isName: !index, isFact: line.classList.contains("ac-hover-line"),
    }));
  }
  const agent = page?.querySelector(".ac-agent");
  const name = agent?.querySelector("h1")?.textContent;
  if (!name) return null;
  const pills = [...agent.querySelectorAll(":scope > .ac-pills > li")].map(({ textContent, className }) => ({
    text: textContent.trim(), id: /ac-pill--([a-z]+)/.exec(className)?.[1],
  }));
  const lines = [{ text: name, isName: true }, { text: agent.querySelector(".ac-lead")?.textContent }];
  return [...lines.filter(({ text }) => text), { pills }];
}
