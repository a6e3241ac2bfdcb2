/* A reason that is opened is in the address, and an address that names what it is about opens it: "why may it?" can be
   sent. One reason may be that of several tools. */
function reveal() {
  const place = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const reason = place && (place.closest(".ac-decision")?.querySelector("details.ac-why") || place.closest("details.ac-fold"));
  if (!reason || reason.open) return;
  reason.open = true;
  if (reason.contains(place)) place.scrollIntoView();
}

function remember(event) {
  const decision = event.target.matches?.("details.ac-why[open]") && event.target.closest(".ac-decision");
  if (!decision || [...decision.querySelectorAll("li[id]")].some((tool) => location.hash === `#${tool.id}`)) return;
  history.replaceState(history.state, "", `#${encodeURIComponent(decision.querySelector("li[id]").id)}`);
}

if (!window.acWhy) {
  window.acWhy = true;
  // `toggle` does not bubble.
  document.addEventListener("toggle", remember, true);
  addEventListener("hashchange", reveal);
}
reveal();
