"""The same catalog by every engine: are the articles the same, and do search, finder and matrix work?

    python benchmarks/engines.py REPOSITORY --properdocs PATH --zensical PATH

The two paths are those of the programs; an engine that is not named is left out. Each gets a copy of the
repository. Prints a line for each engine: pages, articles that differ from those of ``agent-catalog build``,
whether the three work in a browser, console errors and requests to other hosts.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Error, Page

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from browsing import open_browser, opened, served_at

CONFIG = "site_name: Agents\ntheme:\n  name: {theme}\n  font: false\nplugins: [search{plugin}]\n"
CONFIG += "use_directory_urls: false\n"
# The site without an engine colours code too.
CONFIG += "markdown_extensions: [pymdownx.highlight, pymdownx.superfences]\n"
# How the search of each is opened, and what its results match.
SEARCHES = {
    "none": ("ac-search input", "ac-search a[href]"),
    "zensical": ("", "text=/[1-9]\\d* results?/"),
}
SEARCH = (".md-search__input", ".md-search-result__link")


def build_site(engine: str, repository: Path, work: Path, program: str) -> Path:
    """Builds the catalog of a copy of ``repository`` below ``work``; returns the site."""
    copy, site = work / engine, work / engine / "site"
    shutil.copytree(repository, copy, ignore=shutil.ignore_patterns("site", ".git"))
    for name in ("mkdocs.yml", "mkdocs.yaml"):
        (copy / name).unlink(missing_ok=True)
    shutil.rmtree(copy / "docs", ignore_errors=True)
    catalog = str(Path(sys.executable).with_name("agent-catalog"))
    if engine == "none":
        command = [catalog, "build", "-C", copy, "-d", site, "--no-directory-urls"]
        subprocess.run(command, check=True, capture_output=True)
        return site
    (copy / "docs").mkdir()
    plugin = "" if engine == "zensical" else ", agent-catalog"
    theme = "materialx" if engine == "properdocs" else "material"
    config = CONFIG.format(theme=theme, plugin=plugin)
    if engine == "zensical":
        done = subprocess.run([catalog, "export", "-C", copy, copy / "docs"], check=True, capture_output=True)
        config = config.replace("use_directory_urls: false\n", "") + done.stdout.decode()
    if not (copy / "docs/index.md").exists():
        (copy / "docs/index.md").write_text("# Home\n", encoding="utf-8")
    (copy / "mkdocs.yml").write_text(config, encoding="utf-8")
    command = [program, "build"] + ([] if engine == "zensical" else ["-q", "-d", str(site)])
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True)
    if done.returncode or not site.is_dir():
        raise SystemExit(f"{engine}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return site


def read_article(file: Path) -> str | None:
    """The HTML of the catalog's part of a page, in one form; None for a page that is not the catalog's."""
    from lxml import html

    whole = html.fromstring(file.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    parts = whole.xpath('//div[contains(concat(" ", @class, " "), " ac-page ")]')
    if not parts:
        return None
    text = html.tostring(parts[0], encoding="unicode", with_tail=False)
    return re.sub(r"\s+", " ", text).replace("> <", "><").replace('.md.txt"', '.md"')


def compare_articles(expected: Path, site: Path) -> tuple[int, list[str]]:
    """The number of pages of the catalog, and the paths of those that differ or are missing in ``site``."""
    count, different = 0, []
    for file in sorted(expected.rglob("*.html")):
        path = file.relative_to(expected)
        article = read_article(file)
        if article is None or str(path) in ("404.html", "index.html"):
            continue
        count += 1
        if not (site / path).is_file() or read_article(site / path) != article:
            different.append(str(path))
    return count, different


def try_page(browser: Browser, base: str, engine: str) -> str:
    """What works in a browser, and what it complained of or asked other hosts for."""
    complaints: list[str] = []
    page = opened(browser, "light", 1440, complaints, base)
    page.goto(f"{base}agents/index.html")
    word = page.locator(".ac-card a").first.inner_text().split("-")[0].strip()
    works = {
        "search": try_search(page, engine, word),
        "finder": try_finder(page, base, word),
        "matrix": try_matrix(page, base),
    }
    page.context.close()
    text = ", ".join(f"{name} {'works' if is_right else 'FAILS'}" for name, is_right in works.items())
    return f"{text}, {len(complaints)} errors and requests to others {complaints[:1] or ''}"


def try_search(page: Page, engine: str, word: str) -> bool:
    field, results = SEARCHES.get(engine, SEARCH)
    if field:
        page.locator(field).first.click()
    else:
        page.wait_for_timeout(1000)
        page.keyboard.press("Control+k")
        page.wait_for_timeout(1000)
    page.keyboard.type(word, delay=30)
    try:
        page.locator(results).first.wait_for(timeout=8000)
    except Error:
        return False
    return True


def try_finder(page: Page, base: str, word: str) -> bool:
    page.goto(f"{base}agents/index.html")
    before = page.locator(".ac-card:visible").count()
    page.locator("#ac-filter input, .ac-finder input").first.fill(word)
    page.wait_for_timeout(800)
    return 0 < page.locator(".ac-card:visible").count() < before


def try_matrix(page: Page, base: str) -> bool:
    page.goto(f"{base}matrix.html")
    page.wait_for_timeout(800)
    return page.locator("table tbody tr:visible").count() > 3


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("repository", type=Path)
    parser.add_argument("--properdocs")
    parser.add_argument("--zensical")
    chosen = parser.parse_args()
    programs = {
        "none": "",
        "mkdocs": str(Path(sys.executable).with_name("mkdocs")),
        "properdocs": chosen.properdocs,
        "zensical": chosen.zensical,
    }
    with tempfile.TemporaryDirectory() as folder, open_browser() as browser:
        work = Path(folder)
        sites = {
            engine: build_site(engine, chosen.repository.resolve(), work, program)
            for engine, program in programs.items()
            if program is not None
        }
        for engine, site in sites.items():
            count, different = compare_articles(sites["none"], site)
            with served_at(site) as base:
                print(
                    engine,
                    f"{count} articles, {len(different)} differ",
                    try_page(browser, base, engine),
                    *different[:2],
                )


if __name__ == "__main__":
    main()
