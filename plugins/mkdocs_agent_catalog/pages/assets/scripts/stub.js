/* Leads on at once, and takes along what was asked for and which place of the page was meant. */
const link = document.getElementById("ac-to");
if (link) {
  const to = new URL(link.href);
  if (location.search) to.search = location.search;
  if (location.hash) to.hash = location.hash;
  location.replace(to);
}
