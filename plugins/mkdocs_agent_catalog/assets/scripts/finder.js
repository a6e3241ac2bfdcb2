/* The filter of the index. */
class Finder extends Facets {
  elements() {
    this.page = this.closest(".ac-index");
    return [...this.page.querySelectorAll(".ac-card")];
  }

  /** A group is shown with the number of its agents that are left. */
  filtered() {
    for (const group of this.page.querySelectorAll(".ac-group")) {
      const shown = group.querySelectorAll(".ac-card:not([hidden])").length;
      group.hidden = shown === 0;
      group.querySelector("h2 .ac-count").textContent = shown;
    }
  }
}

if (!customElements.get("ac-finder")) customElements.define("ac-finder", Finder);
