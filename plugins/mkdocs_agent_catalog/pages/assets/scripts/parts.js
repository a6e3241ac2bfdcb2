/* The page of a list that is cut into parts: what an address asks for (a filter, an order, a cell) is asked of
   the part that is chosen. */

class Parts extends HTMLElement {
  connectedCallback() {
    for (const link of this.querySelectorAll("ul a, .ac-group-row a")) link.search = location.search;
  }
}

if (!customElements.get("ac-parts")) customElements.define("ac-parts", Parts);
