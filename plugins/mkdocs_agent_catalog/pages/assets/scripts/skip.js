/* The link at the top of a page that leads past the navigation into the box that filters, where the page has one: the box
   is a script's, so is the link. */
const BOX = ".ac-page input[type='search']";

function offerBox() {
  const link = document.querySelector("a[data-ac-box]");
  if (!link || !document.querySelector(BOX)) return;
  link.hidden = false;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    // Material would take the click for a page to load.
    event.stopPropagation();
    document.querySelector(BOX)?.focus();
  });
}

offerBox();

/** Whom an address led past the navigation goes on in the content. The address for others is the plain one. */
function cutAnchor() {
  // The browser has to go there first.
  if (location.hash === "#ac-content") setTimeout(() => history.replaceState(history.state, "", location.pathname + location.search), 500);
}

cutAnchor();
