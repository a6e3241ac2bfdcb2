/* What a page says of its subject in a line or two: it stands there in a `<template class="ac-hover">`, one source for
   all who link to it, fetched when it is wanted and kept. Nothing can be fetched from `file://`. */
const kept = new Map();

/** The content for the page at `address`, or null. */
function content(address) {
  if (!kept.has(address)) {
    kept.set(address, fetch(address).then((answer) => (answer.ok ? answer.text() : "")).then((text) => {
      const page = new DOMParser().parseFromString(text, "text/html");
      return page.querySelector("template.ac-hover");
    }).catch(() => null));
  }
  return kept.get(address);
}
