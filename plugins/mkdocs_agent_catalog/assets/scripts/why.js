/* A reason that is opened is in the address, and an address that names it opens it: "why may it?" can be sent. */
function reveal() {
  const place = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const reason = place && place.matches("li[id]") && place.querySelector("details.ac-why");
  if (reason) reason.open = true;
}

function remember(event) {
  const reason = event.target;
  const place = reason.matches?.("details.ac-why[open]") && reason.closest("li[id]");
  if (place && location.hash !== `#${place.id}`) history.replaceState(history.state, "", `#${encodeURIComponent(place.id)}`);
}

if (!window.acWhy) {
  window.acWhy = true;
  // `toggle` does not bubble.
  document.addEventListener("toggle", remember, true);
  addEventListener("hashchange", reveal);
}
reveal();
