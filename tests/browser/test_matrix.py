"""The matrix in Chromium: filter, fold, sort, prove, compare; and what it is when a catalog is large."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from browsing import THEIRS, open_page, opened, run_axe, served_at
from mkdocs_agent_catalog.build import BuiltCatalog, Options, build
from mkdocs_agent_catalog.model.address_lock import AddressLock, LockEntry, dump_lock
from mkdocs_agent_catalog.pages.pagination import PageLimits
from playwright.sync_api import Browser, Page
from sites import Build, agent

FILES = {
    "agents/quality/sql-reviewer.md": agent("sql-reviewer", "tools: Read, Grep\n"),
    "agents/quality/code-reviewer.md": agent("code-reviewer", "tools: Read, Grep\n"),
    "agents/quality/doc-reviewer.md": agent("doc-reviewer", "tools: Read, Grep\n"),
    "agents/quality/css-reviewer.md": agent("css-reviewer", "tools: Read, Grep\n"),
    "agents/quality/api-reviewer.md": agent("api-reviewer", "tools: Read, Grep, Write\n"),
    "agents/build/maker.md": agent("maker", "tools: Read, Bash(git:*), Write\n"),
    "agents/build/free.md": agent("free"),
}


@pytest.fixture
def page(shared_site: Build, browser: Browser) -> Iterator[Page]:
    built = shared_site(FILES, theme={"name": "material", "font": False, "features": ["navigation.instant"]})
    problems: list[str] = []
    with served_at(built) as base:
        page = opened(browser, "light", 1300, problems, base)
        page.goto(f"{base}matrix/")
        page.wait_for_selector("ac-matrix[ready]")
        yield page
        page.close()
    assert problems == []


def names(page: Page) -> list[str]:
    return page.locator(".ac-mx tbody tr[data-id] th a").all_inner_texts()


def switch(page: Page, name: str) -> None:
    """Presses a button of the menu "View", and closes the menu."""
    page.locator(".ac-mx-actions summary", has_text="View").click()
    page.get_by_role("button", name=name).click()
    page.keyboard.press("Escape")


def test_the_filter_of_the_index_filters_the_matrix(page: Page) -> None:
    page.locator(".ac-filter").fill("reviewer")
    assert len(names(page)) == 5
    # Only columns in use.
    assert page.locator(".ac-column a").all_inner_texts() == ["Read", "Write", "Grep"]
    page.reload()
    page.wait_for_selector("ac-matrix[ready]")
    assert len(names(page)) == 5
    page.locator(".ac-clear").click()
    assert len(names(page)) == 7


def test_groups_of_columns_and_rows_fold_with_their_totals(page: Page) -> None:
    page.get_by_role("button", name="quality", exact=True).click()
    assert names(page) == ["free", "maker"]
    row = page.locator(".ac-group-row", has_text="quality")
    assert row.locator("td").all_inner_texts() == ["5", "1", "5", "", ""]
    assert page.get_by_role("button", name="quality", exact=True).get_attribute("aria-expanded") == "false"
    page.locator(".ac-mx thead button.ac-fold", has_text="Write").click()
    assert page.evaluate("location.search") == "?open=quality&fold=write"
    assert "1/1" in page.locator("tr[data-id='build/maker'] td").all_inner_texts()
    page.go_back()
    page.wait_for_function("!location.search.includes('fold')")
    assert "1/1" not in page.locator("tr[data-id='build/maker'] td").all_inner_texts()


def test_what_heads_the_columns_is_read_whole(page: Page) -> None:
    for width in (1300, 375):
        page.set_viewport_size({"width": width, "height": 900})
        heads = page.locator(".ac-mx-group, .ac-mx-group bdi, .ac-mx .ac-column > span, .ac-group-row th")
        cut = heads.evaluate_all(
            "all => all.filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth)"
            ".map((one) => one.textContent)"
        )
        assert not cut, width
    texts = page.locator(".ac-mx-group").all_inner_texts()
    assert {"Read", "Write", "Search", "Execution"} == set(texts)


def test_rows_are_sorted_by_name_and_by_number(page: Page) -> None:
    page.get_by_role("button", name="Sort by Agent").click()
    assert names(page) == sorted(names(page))
    for sort, last in (("total", "sql-reviewer"), ("fewest", "free")):
        page.get_by_role("button", name="Sort by Total").click()
        assert f"sort={sort}" in page.url
        assert names(page)[-1] == last
    page.get_by_role("button", name="Sort by Total").click()
    assert "sort" not in page.url


def test_the_number_of_a_column_leaves_who_has_the_tool(page: Page) -> None:
    page.get_by_role("button", name="3: Can use it, Write").click()
    assert names(page) == ["free", "maker", "api-reviewer"]
    # The table has become smaller: a link that is below the pointer now would show its card over the number.
    page.mouse.move(0, 0)
    page.get_by_role("button", name="2: Can use it, Bash").click()
    assert names(page) == ["free", "maker"]
    assert page.evaluate("location.search") == "?has=Write&has=Bash"
    page.get_by_role("button", name="Leave out Can use it: Write").click()
    page.mouse.move(0, 0)
    page.get_by_role("button", name="2: Can use it, Bash").click()
    assert len(names(page)) == 7
    page.goto(page.url.split("?")[0] + "?column=Bash")
    assert names(page) == ["free", "maker"], "an address from before"


def test_rows_of_the_same_tools_are_sorted_too(page: Page) -> None:
    switch(page, "Group identical")
    assert names(page)[0] == "code-reviewer"
    page.get_by_role("button", name="Sort by Agent").click()
    assert names(page)[:2] == ["api-reviewer", "code-reviewer"]
    assert not page.locator(".ac-more").is_visible()


def test_a_value_is_ruled_out(page: Page) -> None:
    page.get_by_role("button", name="+ Filter").click()
    page.get_by_label("Without Bash").click()
    page.keyboard.press("Escape")
    assert names(page) == ["api-reviewer", "code-reviewer", "css-reviewer", "doc-reviewer", "sql-reviewer"]


def test_a_cell_opens_its_proof_which_has_an_address(page: Page) -> None:
    cell = page.locator("tr[data-id='build/maker'] td.ac-cell").nth(2)
    cell.click()
    proof = page.get_by_role("dialog", name="maker · Bash")
    assert "granted with a specifier Bash(git:*)" in proof.inner_text().replace("\n", " ")
    assert "agents/build/maker.md:4" in proof.inner_text()
    assert "allowed: specifier not enforced" in proof.inner_text()
    assert proof.locator("a[href*='grants/#rule-']").count() == 1
    address = page.url
    assert "cell=build" in address
    page.keyboard.press("Escape")
    assert not proof.is_visible()
    assert "cell=" not in page.url
    page.goto(address)
    assert page.get_by_role("dialog", name="maker · Bash").is_visible()


def test_the_cells_are_walked_by_keyboard(page: Page) -> None:
    page.locator("tr[data-id='build/maker'] th a").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.get_by_role("dialog", name="maker · Bash").is_visible()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className").startswith("ac-cell")


def test_agents_are_compared(page: Page) -> None:
    page.get_by_text("Compare…").click()
    chooser = page.get_by_label("Compare", exact=True)
    chooser.fill("api-reviewer")
    chooser.press("Enter")
    page.get_by_text("Compare…").click()
    assert "Choose another agent to compare with api-reviewer." in page.locator(".ac-difference").inner_text()
    chooser.press_sequentially("nobody")
    chooser.press("Enter")
    assert page.locator(".ac-mx-compare").count() == 0
    chooser.fill("")
    chooser.press_sequentially("maker")
    chooser.press("Enter")
    title = "api-reviewer compared with maker"
    assert page.locator("h1").inner_text() == title
    assert page.title().startswith(title)
    assert page.locator(".ac-difference li").all_inner_texts() == [
        "Tools of api-reviewer only: Grep",
        "Tools of maker only: Bash",
        "Tools of both: Read Write",
    ]
    lines = read_comparison(page)
    assert next(iter(lines)) == "What it is for"
    assert lines["What it is for"] == ("What they are", "Does api-reviewer.", "Does maker.")
    assert lines["System prompt"] == ("The same", "2 words", "2 words")
    assert lines["Grep"] == ("They differ", "✓ allowed", "no")
    assert lines["Bash"][2].endswith("Bash(git:*)")
    assert not {"Invoke it", "Source"} & set(lines)
    assert [name for name in lines if name in ("Grep", "Bash", "Read", "Write")] == [
        "Grep",
        "Bash",
        "Read",
        "Write",
    ]
    for part in ("mx-find", "mx-bar", "mx-legend", "lead"):
        assert not page.locator(f".ac-{part}").is_visible(), part
    for width in (1300, 375):
        page.set_viewport_size({"width": width, "height": 900})
        heads = page.locator(".ac-mx-compare thead th").evaluate_all(
            "all => all.map((head) => head.getBoundingClientRect().right)"
        )
        assert len(heads) == 3
        assert max(heads) <= width
    page.add_init_script(
        """window.shift = 0;
        const add = (list) => { for (const { value } of list.getEntries()) window.shift += value; };
        new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });"""
    )
    page.reload()
    page.wait_for_selector(".ac-mx-compare .ac-purpose")
    assert page.evaluate("window.shift") < 0.05, "the matrix is not seen before the comparison"
    page.get_by_role("button", name="Leave maker out").click()
    assert page.locator(".ac-mx-compare").count() == 0
    page.go_back()
    page.wait_for_selector(".ac-mx-compare")
    page.get_by_role("link", name="Back to the matrix").click()
    assert len(names(page)) == 7
    assert page.locator("h1").inner_text() == "Tool matrix"
    assert "compare" not in page.url


def read_comparison(page: Page) -> dict[str, tuple[str, ...]]:
    """The rows by their names: the heading that they stand under, and what they say of each agent."""
    page.wait_for_selector(".ac-mx-compare .ac-purpose")
    rows: dict[str, tuple[str, ...]] = {}
    for body in page.locator(".ac-mx-compare tbody:not([hidden])").all():
        heading, *lines = body.locator("tr").all()
        for line in lines:
            name = line.locator("th").inner_text().split("\n")[0]
            rows[name] = (heading.inner_text(), *line.locator("td").all_inner_texts())
    return rows


def test_compared_agents_say_all_of_a_cell_and_nothing_of_the_page(site: Build, browser: Browser) -> None:
    guard = "hooks:\n  PreToolUse: [{matcher: Bash, hooks: [{type: command, command: ./guard.sh}]}]\n"
    files = {
        "agents/beside.md": agent("beside", f"tools: Glob, Bash(git:*), Read\ntopic: x\n{guard}", "Go.\n"),
        "agents/alone.md": agent("alone", "tools: Glob, Read\n\n\ntopic: x\n", "| A |\n|---|\n| b |\n"),
        "agents/free.md": agent("free", "", ""),
        "agents/later.md": agent("later", "background: true\n", "Go.\n"),
    }
    options = {"theme": {"name": "material", "font": False, "features": ["navigation.instant"]}}
    problems: list[str] = []
    with served_at(site(files, strict=False, **options)) as base:
        page = opened(browser, "light", 1300, problems, base)
        page.goto(f"{base}matrix/declared/?compare=beside&compare=alone")
        lines = read_comparison(page)
        assert lines["Glob"] == ("The same here, but not when they run", "✓ granted", "✓ granted")
        assert lines["Read"] == ("The same", "✓ granted", "✓ granted")
        assert lines["System prompt"] == ("They differ", "1 word", "2 words")
        assert lines["topic"] == ("The same", "x", "x"), "their lines differ"
        assert not {"Invoke it", "Source"} & set(lines)
        page.goto(f"{base}matrix/?compare=free&compare=later")
        lines = read_comparison(page)
        assert (lines["Bash"][0], lines["Glob"][0]) == ("The same", "The same")
        texts = page.locator(".ac-difference li").all_inner_texts()
        assert re.fullmatch(r"Tools of free only:\nand \d+ more, inherited", texts[0]), "in the background"
        assert texts[1] == "Tools of later only: none"
        page.locator(".ac-difference summary").first.click()
        assert "CronCreate" in page.locator(".ac-difference li").first.inner_text()
        assert re.search(r"and \d+ more, inherited", texts[2])
        page.goto(f"{base}matrix/?compare=beside&compare=alone")
        lines = read_comparison(page)
        assert lines["Glob"][0] == "With other tools or conditions"
        assert [text[0] for text in lines["Glob"][1:]] == ["◔", "✓"]
        assert lines["Bash"][0] == "They differ"
        assert lines["Bash"][1].startswith("◇◈ allowed: specifier not enforced")
        assert lines["Bash"][2] == "no"
        page.goto(f"{base}matrix/effective/?sort=name&cell=beside~Bash")
        page.wait_for_url(f"{base}matrix/?sort=name&cell=beside~Bash")
        cell = page.locator("tr[data-id=beside] td", has_text="◇◈")
        words = "allowed: specifier not enforced; guarded: allowed, but a hook may refuse it"
        assert cell.get_attribute("aria-label") == f"{words}: Bash(git:*)"
        assert cell.get_attribute("class") == "ac-cell ac-cell--unenforced ac-cell--guarded ac-can--commands"
        proof = page.get_by_role("dialog", name="beside · Bash").inner_text()
        assert words in proof
        assert "A hook runs before the tool" in proof
        page.close()
    assert problems == []


def test_two_names_of_one_tool_are_one_row(site: Build, browser: Browser) -> None:
    files = {
        "agents/old.md": agent("old", "tools: Task, Read\n"),
        "agents/new.md": agent("new", "tools: Agent, Read\n"),
    }
    with served_at(site(files, strict=False, theme={"name": "material", "font": False})) as base:
        page = opened(browser, "light", 1300, [], base)
        page.goto(f"{base}matrix/?compare=old&compare=new")
        lines = read_comparison(page)
        assert "Task" not in lines
        assert lines["Agent"][0] == "The same"
        # What the files say differs.
        page.goto(f"{base}matrix/declared/?compare=old&compare=new")
        assert read_comparison(page)["Task"][0] == "They differ"
        page.close()


def test_a_copied_address_holds_when_its_agents_are_renamed_or_removed(site: Build, browser: Browser) -> None:
    lock = AddressLock(
        (
            LockEntry("agent", "old", "new", "new", addresses=("agents/new/", "agents/team/old/")),
            LockEntry("agent", "gone", "gone", "gone", addresses=("agents/gone/",), gone="2026-01-02"),
        )
    )
    files = {
        "agents/new.md": agent("new", "tools: Bash, Read\n"),
        "agents/other.md": agent("other", "tools: Read\n"),
        "catalog.links.json": dump_lock(lock),
    }
    with served_at(site(files, strict=False, theme={"name": "material", "font": False})) as base:
        problems: list[str] = []
        page = opened(browser, "light", 1300, problems, base)
        page.goto(f"{base}matrix/?compare=other&compare=team%2Fold")
        assert page.locator("h1").inner_text() == "other compared with new"
        page.goto(f"{base}matrix/?cell=team%2Fold~Bash")
        assert page.get_by_role("dialog", name="new · Bash").is_visible()
        for address in ("compare=other&compare=gone", "cell=gone~Bash", "like=gone", "row=gone"):
            page.goto(f"{base}matrix/?{address}")
            link = page.locator(".ac-difference").get_by_text("gone: removed")
            assert link.get_attribute("href") == "../agents/gone/"
        page.close()
        assert problems == []


def test_agents_of_one_name_are_told_apart_when_they_are_chosen(site: Build, browser: Browser) -> None:
    files = {f"agents/{group}/twin.md": agent("twin", "tools: Read\n") for group in ("left", "right")}
    with served_at(site(files, strict=False, theme={"name": "material", "font": False})) as base:
        page = opened(browser, "light", 1300, [], base)
        page.goto(f"{base}matrix/")
        page.get_by_text("Compare…").click()
        page.get_by_label("Compare", exact=True).focus()
        offers = page.locator("#ac-agents option")
        offered = offers.evaluate_all("all => all.map((one) => one.value)")
        assert offered == ["twin", "twin (right)"]
        page.get_by_label("Compare", exact=True).fill("twin (right)")
        page.keyboard.press("Enter")
        page.wait_for_url("**compare=right%2Ftwin**")
        page.goto(f"{base}matrix/?compare=left%2Ftwin&compare=right%2Ftwin")
        assert page.locator("h1").inner_text() == "twin (left) compared with twin (right)"
        page.close()


def test_identical_agents_are_grouped_and_the_matrix_is_transposed(page: Page) -> None:
    switch(page, "Group identical")
    assert len([name for name in names(page) if name]) == 4
    assert page.locator(".ac-mx > table > tbody > tr").count() == 4
    assert page.get_by_text("and 3 more").is_visible()
    switch(page, "Group identical")
    switch(page, "Transpose")
    assert page.locator(".ac-mx tbody th").all_inner_texts() == ["Read", "Write", "Grep", "Bash"]
    heads = page.locator(".ac-mx thead .ac-column > span")
    assert heads.count() == 7
    assert heads.evaluate_all("all => all.every((head) => head.scrollHeight <= head.clientHeight + 1)"), (
        "whole"
    )


def test_the_view_is_taken_home_as_csv(page: Page) -> None:
    page.locator(".ac-filter").fill("maker")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export CSV").click()
    rows = list(csv.reader(Path(download.value.path()).read_text(encoding="utf-8").splitlines()))
    assert any(row[0] == "maker" and any("not enforced: Bash(git:*)" in cell for cell in row) for row in rows)
    page.locator(".ac-clear").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export CSV").click()
    assert download.value.suggested_filename == "matrix-effective.csv", "nothing is asked: all of it"


def test_a_phone_asks_first(page: Page) -> None:
    assert not page.get_by_label("What has").is_visible()
    page.set_viewport_size({"width": 375, "height": 812})
    first, table = page.get_by_label("Who has").bounding_box(), page.locator(".ac-mx").bounding_box()
    assert first
    assert table
    assert first["y"] < table["y"] < 420
    rights = page.locator(".ac-mx .ac-column").evaluate_all(
        "all => all.map((head) => head.getBoundingClientRect().right)"
    )
    assert len([right for right in rights if right <= 375]) >= 4
    page.get_by_label("Who has").fill("write and bash")
    page.keyboard.press("Enter")
    assert names(page) == ["free", "maker"]
    counts = page.locator(".ac-mx-show label").all_inner_texts()
    assert counts == ["all 2", "with limits 1", "without limits 1"]
    columns = page.locator(".ac-mx .ac-column")
    assert columns.all_inner_texts()[:2] == ["Write", "Bash"], "what is asked for is seen first"
    assert all(columns.nth(n).bounding_box()["x"] < 375 for n in (0, 1))  # type: ignore[index]
    page.get_by_role("button", name="Leave out Can use it: Write").click()
    page.get_by_role("button", name="Leave out Can use it: Bash").click()
    page.get_by_label("What has").fill("sql-reviewer")
    page.keyboard.press("Enter")
    assert page.locator(".ac-answer a").all_inner_texts() == ["Read", "Grep"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_who_deviates_is_shown_without_a_script(shared_site: Build, browser: Browser) -> None:
    with served_at(shared_site(FILES)) as base:
        context = browser.new_context(java_script_enabled=False, viewport={"width": 1300, "height": 900})
        page = context.new_page()
        page.goto(f"{base}matrix/")
        rows = page.locator(".ac-mx tr[data-id]")
        assert rows.count() == 7
        page.get_by_text("with limits 6").click()
        assert [row.get_attribute("data-id") for row in rows.all() if not row.is_visible()] == ["build/free"]
        page.get_by_text("without limits 1").click()
        assert [row.get_attribute("data-id") for row in rows.all() if row.is_visible()] == ["build/free"]
        page.get_by_text("all 7").click()
        page.locator(".ac-mx-actions summary", has_text="View").click()
        for title, most in (("narrow", 26), ("map of cells", 10), ("wide", 36)):
            page.get_by_text(title, exact=True).click()
            heights = rows.evaluate_all("all => all.map((row) => row.getBoundingClientRect().height)")
            assert max(heights) <= most + 1
        context.close()


def test_nothing_moves_while_the_page_is_built(shared_site: Build, browser: Browser) -> None:
    with served_at(shared_site(FILES, theme={"name": "material", "font": False})) as base:
        for width, height in ((1440, 900), (375, 812)):
            page = open_page(browser, width, height)
            page.add_init_script(
                """window.shift = 0;
                const add = (list) => { for (const { value } of list.getEntries()) window.shift += value; };
                new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });"""
            )
            page.goto(f"{base}matrix/")
            page.wait_for_selector("ac-matrix[ready]")
            page.wait_for_timeout(300)
            assert page.evaluate("window.shift") < 0.05, width
            page.close()


VIEWS = (
    *("matrix/", "matrix/declared/?find=review", "matrix/difference/"),
    *(
        "matrix/?compare=build%2Fmaker&compare=build%2Ffree",
        "matrix/?turn=yes",
        "matrix/?same=yes&density=map",
    ),
    *("matrix/?show=deviating&has=Write", "matrix/declared/?cell=build%2Fmaker~Bash"),
)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1300), ("dark", 375)])
def test_every_view_is_accessible(shared_site: Build, browser: Browser, scheme: str, width: int) -> None:
    problems: list[str] = []
    with served_at(shared_site(FILES)) as base:
        page = opened(browser, scheme, width, problems, base)
        for view in VIEWS:
            page.goto(base + view)
            page.wait_for_selector("ac-matrix[ready]", state="attached")
            report = run_axe(page, context=THEIRS)
            assert report.violations_count == 0, f"{view}\n{report.generate_report()}"
        page.close()
    assert problems == []


def large(tmp_path: Path) -> BuiltCatalog:
    for n in range(600):
        path = tmp_path / f"agents/g{n % 7}/a{n}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            agent(f"a{n}", f"tools: Read, tool{n % 120}, mcp__s{n % 9}__t{n}\n"), encoding="utf-8"
        )
    return build(tmp_path, Options())


def test_a_large_catalog_counts_by_group_and_has_every_cell_on_a_page(tmp_path: Path) -> None:
    pages = {
        output.uri: output.content
        for output in large(tmp_path).outputs
        if output.is_page and "matrix" in output.uri
    }
    for uri, html in pages.items():
        assert html.count("<td") <= PageLimits().cells, uri
    assert 'href="group/g3/"' in pages["matrix.md"]
    parts = [html for uri, html in pages.items() if uri.startswith("matrix/group/")]
    ids = [id for html in parts for id in re.findall(r'<tr data-id="([^"]+)"', html)]
    assert sorted(ids) == sorted(f"g{n % 7}/a{n}" for n in range(600))
    assert all('class="ac-all"' not in html for html in parts)


def test_a_letter_stands_for_every_cell(tmp_path: Path) -> None:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    html = next(output.content for output in build(tmp_path, Options()).outputs if output.uri == "matrix.md")
    match = re.search(r'data-key="([^"]*)"', html)
    assert match
    key = json.loads(unescape(match[1]))
    for row in re.findall(r"<tr data-id=.*?</tr>", html, re.S):
        cells = re.search(r'data-cells="([^"]*)"', row)
        assert cells
        assert len(unescape(cells[1])) == len(key["columns"])
        if "data-all" not in row:
            signs = re.findall(r"<td[^>]*>([^<]*)", row)[:-1]
            assert signs == [key["codes"][letter][5] for letter in unescape(cells[1])]


def test_who_stands_out_is_named(tmp_path: Path) -> None:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    html = next(output.content for output in build(tmp_path, Options()).outputs if output.uri == "matrix.md")
    text = " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())
    assert "api-reviewer can change files; the other 4 agents called “…reviewer” cannot." in text
    (tmp_path / "agents/quality/old-reviewer.md").write_text("---\nname: [\n---\n", encoding="utf-8")
    html = next(output.content for output in build(tmp_path, Options()).outputs if output.uri == "matrix.md")
    outliers = html[html.index('id="outliers"') : html.index("</details>", html.index('id="outliers"'))]
    assert "old-reviewer" not in outliers, "what is not loaded cannot do anything: that is no exception"


def test_it_is_printed_on_sheets_of_one_size(page: Page) -> None:
    page.get_by_role("button", name="quality", exact=True).click()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    printed = page.locator(".ac-mx tbody th").all_inner_texts()
    assert printed[-1] == "code-reviewer, css-reviewer, doc-reviewer, sql-reviewer", (
        "what is equal is said once"
    )
    assert len(printed) == 6, "nothing is folded on paper"
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert len(names(page)) == 2
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is cut"
    page.emulate_media(media="null")
    sheets = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True))
    assert len(set(sheets)) == 1
    assert float(sheets[0][0]) > float(sheets[0][1])


CODEX = 'name = "{0}"\ndescription = "{0}."\n{1}developer_instructions = "Do."\n'
MIXED = {
    ".claude/agents/reviewer.md": agent("reviewer", "tools: Read, Bash(git:*)\n"),
    ".claude/agents/free.md": agent("free"),
    ".gemini/agents/gemini.md": agent("gemini", "tools: [read_file, run_shell_command]\n"),
    ".codex/agents/reviewer.toml": CODEX.format("reviewer", 'sandbox_mode = "read-only"\n'),
}


def test_several_runtimes_are_compared_by_groups_that_unfold(shared_site: Build, browser: Browser) -> None:
    built = shared_site(MIXED, theme={"name": "material", "font": False})
    problems: list[str] = []
    with served_at(built) as base:
        page = opened(browser, "light", 1300, problems, base)
        page.goto(f"{base}matrix/")
        page.wait_for_selector("ac-matrix[ready]")
        groups = page.locator(".ac-mx .ac-mx-group").all_inner_texts()
        assert {"Read", "Write", "Execution"} <= set(groups)
        assert page.locator(".ac-mx .ac-column").count() == 0
        row = page.locator('.ac-mx tr[data-id="codex/reviewer"] td').nth(groups.index("Execution"))
        assert "not enforced" in (row.get_attribute("aria-label") or "")
        page.locator(".ac-mx thead button.ac-fold", has_text="Execution").click()
        columns = page.locator(".ac-mx .ac-column")
        assert "Bash" in columns.all_inner_texts()
        page.reload()
        page.wait_for_selector("ac-matrix[ready]")
        assert "Bash" in columns.all_inner_texts()
        # What each has under the names of its runtime is nothing that only one of them has.
        page.goto(f"{base}matrix/?compare=gemini-cli%2Fgemini&compare=reviewer")
        lines = read_comparison(page)
        texts = page.locator(".ac-difference li").all_inner_texts()
        assert texts[0] == "Tools of gemini only: none"
        assert "Tools of reviewer only" in texts[1]
        assert "Read: any" in texts[2]
        assert "Execution: any" in texts[2]
        assert "Bash" not in "".join(texts)
        assert (
            lines["Bash"][0] == lines["run_shell_command (Gemini CLI)"][0] == "With other tools or conditions"
        )
        page.close()
    assert problems == []


def test_groups_of_tools_are_shown_without_a_script(shared_site: Build, browser: Browser) -> None:
    built = shared_site(MIXED, theme={"name": "material", "font": False})
    text = (built / "matrix" / "index.html").read_text(encoding="utf-8")
    assert "Execution" in text
    assert text.count("<col>") < 16
    rules = (built / "grants" / "index.html").read_text(encoding="utf-8")
    assert 'id="groups"' in rules
