/* The file of a definition, put in below the link to it when its `<details>` is opened. It is shown as text and
   never as HTML. Where it cannot be fetched (`file://`) the link is all there is. */
async function fill(details) {
  const code = details.querySelector("code[id='ac-raw-file']");
  const address = new URL(details.querySelector("a").href);
  if (code.textContent || !address.href.startsWith(new URL(".", location.href).href)) return;
  const answer = await fetch(address, { redirect: "error" }).catch(() => null);
  if (!answer?.ok) return;
  code.textContent = await answer.text();
  for (const hidden of details.querySelectorAll("[hidden]")) hidden.hidden = false;
}

if (!window.acRaw) {
  window.acRaw = true;
  // `toggle` does not bubble.
  document.addEventListener("toggle", (event) => event.target.matches?.("details.ac-raw[open]") && fill(event.target), true);
}
