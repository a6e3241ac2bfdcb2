"""What a page says of itself to those who show a link to it, in Chromium."""

from __future__ import annotations

from browsing import opened, served_at
from heads import URL
from playwright.sync_api import Browser
from sites import REPOSITORY, Build


def test_a_browser_fetches_nothing_for_it_and_swaps_it(site: Build, browser: Browser) -> None:
    theme = {"name": "material", "font": False, "features": ["navigation.instant"]}
    home = {"docs/index.md": "# Home\n\n[lead](agents/one/lead.md) [plans](skills/plans.md)\n"}
    folder = site(REPOSITORY | home, strict=False, options={"embeds": True}, theme=theme)
    problems: list[str] = []
    asked: list[str] = []
    with served_at(folder) as base:
        # The addresses of this copy of the site, so that a link of it is followed as on the real one.
        for path in [*folder.rglob("*.html"), folder / "sitemap.xml"]:
            path.write_text(path.read_text(encoding="utf-8").replace(URL, base), encoding="utf-8")
        page = opened(browser, "light", 1300, problems, base)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(base)
        assert page.locator('meta[property="og:title"]').count() == 0
        for name, title in (("lead", "lead"), ("plans", "plans")):
            page.goto(base) if name == "plans" else None
            # The theme swaps pages only once it has read the list of all pages.
            page.wait_for_load_state("networkidle")
            page.evaluate("window.same = true")
            page.locator(".md-content a", has_text=name).first.click()
            page.wait_for_function(
                "title => document.querySelector('meta[property=\"og:title\"]')?.content === title", arg=title
            )
            assert page.evaluate("window.same"), "the page was loaded as a whole"
            assert page.locator('meta[property="og:title"]').count() == 1
            assert page.locator('script[type="application/ld+json"]').count() == 1
            assert page.locator('link[rel~="alternate"][type="application/json+oembed"]').count() == 1
            page.wait_for_load_state("networkidle")
        page.goto(f"{base}agents/one/lead/")
        page.wait_for_load_state("networkidle")
        page.close()
    maps = {url for url in asked if url.endswith("sitemap.xml")}
    assert maps == {f"{base}sitemap.xml"}, "the theme's own, of the site's top"
    assert not [url for url in asked if url.endswith(("oembed.json", "card.html"))]
    assert problems == []
