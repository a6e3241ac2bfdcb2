/* What opens over a page closes on Escape, and when something else is pressed. */
const POPUPS = "details:is(.ac-popup, .ac-facet, .ac-take > *)[open]";

function closePopups(event) {
  if (event.type === "keydown" && event.key !== "Escape") return;
  for (const popup of document.querySelectorAll(POPUPS)) {
    const isInside = popup.contains(event.type === "keydown" ? document.activeElement : event.target);
    if (event.type !== "keydown" && isInside) continue;
    popup.open = false;
    if (isInside) popup.querySelector("summary").focus();
  }
}

if (!window.acPopups) {
  window.acPopups = true;
  document.addEventListener("keydown", closePopups);
  document.addEventListener("pointerdown", closePopups);
}
