"""The index: the ranked answer to a sentence, two views of one list, its order, and dates from git."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import THEIRS, open_page, opened, run_axe, served_at
from mkdocs_agent_catalog.build import Options, build
from mkdocs_agent_catalog.history.log import find_last_changes
from playwright.sync_api import Browser, Page, expect
from sites import Build, agent

ANSWERS = ".ac-answers > li .ac-answer-head > a:first-child"

# How many of the elements are on the screen as a whole.
ON_SCREEN = """cards => cards.map(card => card.getBoundingClientRect())
  .filter(box => box.height > 0 && box.top >= 0 && box.bottom <= innerHeight).length"""


def described(name: str, description: str, tools: str) -> str:
    return f"---\nname: {name}\ndescription: {description}\ntools: {tools}\n---\n\nDo it.\n"


FILES = {
    "agents/data/sql-reviewer.md": described(
        "sql-reviewer", "Reviews SQL and finds slow queries.", "Read, Grep"
    ),
    "agents/data/sql-pro.md": described(
        "sql-pro", "Writes SQL migrations for databases.", "Read, Write, Bash"
    ),
    "agents/cloud/terraform-pro.md": described(
        "terraform-pro", "Writes Terraform modules.", "Read, Write, Bash"
    ),
    "agents/cloud/terraform-reader.md": described("terraform-reader", "Explains Terraform plans.", "Read"),
    "agents/docs/docs-writer.md": described(
        "docs-writer", "Writes documentation and manuals.", "Read, Write, WebFetch"
    ),
    "agents/docs/everything.md": agent("everything"),
}


@pytest.fixture
def page(shared_site: Build, browser: Browser) -> Iterator[Page]:
    theme = {"name": "material", "font": False, "features": ["navigation.instant"]}
    problems: list[str] = []
    with served_at(shared_site(FILES, theme=theme)) as base:
        page = opened(browser, "light", 1300, problems, base)
        page.goto(f"{base}agents/")
        page.wait_for_selector("ac-finder[ready]")
        yield page
        page.close()
    assert problems == []


def answers(page: Page, sentence: str) -> list[str]:
    page.locator("#ac-filter").fill(sentence)
    page.get_by_role("button", name="Find").click()
    page.wait_for_function("/ fit/.test(document.querySelector('.ac-found').textContent)")
    return page.locator(ANSWERS).all_inner_texts()


def test_the_right_agent_comes_first(page: Page) -> None:
    for sentence, first in (
        ("review my SQL for slow queries", "sql-reviewer"),
        ("somebody to write Terraform modules", "terraform-pro"),
        ("explain Terraform without running commands", "terraform-reader"),
        ("I need a README", "docs-writer"),
        ("postgres migrations", "sql-pro"),
    ):
        assert answers(page, sentence)[0] == first, sentence


def test_who_writes_a_whole_name_means_it(shared_site: Build, browser: Browser) -> None:
    files = {
        "agents/deep-code-reviewer.md": described(
            "deep-code-reviewer", "Code reviewer that reviews code as a reviewer of code.", "Read"
        ),
        "agents/code-reviewer.md": described("code-reviewer", "Looks at what changed.", "Read"),
    }
    with served_at(shared_site(files)) as base:
        page = open_page(browser)
        page.goto(f"{base}agents/")
        page.wait_for_selector("ac-finder[ready]")
        page.locator("#ac-filter").fill("the code-reviewer")
        page.wait_for_selector(ANSWERS)
        assert page.locator(ANSWERS).first.inner_text() == "code-reviewer"
        assert answers(page, "a reviewer of code")[0] == "deep-code-reviewer"
        page.close()


@pytest.mark.parametrize("text", ["sql-reviewer", "SQL-Reviewer", "sql-rev"])
def test_enter_on_a_name_opens_its_page(page: Page, text: str) -> None:
    page.locator("#ac-filter").fill(text)
    page.keyboard.press("Enter")
    # The keyboard goes on in the page, and the address is the one to send.
    page.wait_for_url("**/agents/data/sql-reviewer/")
    page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('.ac-page'))")
    page.go_back()
    page.wait_for_selector("ac-finder[ready]")
    assert page.locator("#ac-filter").input_value() == text


def test_enter_asks_where_no_single_thing_has_the_name(page: Page) -> None:
    for text in ("terraform-", "Bash", "sql"):
        page.locator("#ac-filter").fill(text)
        page.keyboard.press("Enter")
        page.wait_for_url("**ask=**")
        assert "/agents/?" in page.url


def test_arrows_lead_into_the_results(page: Page) -> None:
    focused = "document.activeElement.textContent.trim() || document.activeElement.id"
    answers(page, "review SQL")
    page.locator("#ac-filter").focus()
    for key, name in (
        ("Down", "sql-reviewer"),
        ("Down", "sql-pro"),
        ("Up", "sql-reviewer"),
        ("Up", "ac-filter"),
    ):
        page.keyboard.press(f"Arrow{key}")
        assert page.evaluate(focused) == name
    # Where the answers are there already, Enter leads to the first, and Enter again opens it.
    page.locator("#ac-filter").press("Enter")
    page.wait_for_function("document.activeElement.textContent === 'sql-reviewer'")
    # Of the list, too; and a question about all leads to their list first.
    page.locator("#ac-filter").fill("terraform")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused) == "terraform-pro"
    page.locator("#ac-filter").fill("Bash and Write")
    page.wait_for_selector(".ac-ruled a")
    page.locator("#ac-filter").press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**tool=Bash**")


def test_an_answer_says_why_it_fits_and_what_it_can_do(page: Page) -> None:
    assert answers(page, "review SQL queries") == ["sql-reviewer", "sql-pro"]
    reasons = page.locator(".ac-answers > li small").all_inner_texts()
    assert reasons == ["It fits: review, SQL, queries.", "It fits: SQL."]
    assert page.locator(".ac-answers > li").first.locator(".ac-pill").all_text_contents() == ["Reads only"]
    # Each sign that is shown is explained in words that all can see.
    legend = page.locator(".ac-signs .ac-pill")
    assert legend.all_inner_texts() == ["Runs commands", "Changes files", "Reads only"]
    page.locator(".ac-answers").get_by_role("link", name="Compare with sql-reviewer: sql-pro").click()
    page.wait_for_selector(".ac-mx-compare")
    assert "sql-reviewer compared with sql-pro" in page.locator("h1").inner_text()


@pytest.mark.parametrize("question", ["Bash and Write", "bash write", "Who can use Write + Bash?"])
def test_names_of_tools_ask_for_the_list_of_who_has_them(page: Page, question: str) -> None:
    page.locator("#ac-filter").fill(question)
    page.wait_for_selector(".ac-ruled a")
    words = page.locator(".ac-found").inner_text()
    shown = page.locator(ANSWERS).all_inner_texts()
    # The link to the list is few keys away.
    page.locator("h1").click()
    page.keyboard.press("/")
    for _ in range(9):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.ac-ruled a')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**tool=Bash**")
    page.wait_for_selector("ac-finder[ready]")
    assert "all=tool" in page.url
    listed = page.locator(".ac-card:visible h3").all_inner_texts()
    assert set(shown) <= set(listed)
    assert words.startswith(f"{len(listed)} agents can use ")


def test_the_words_of_the_filter_are_understood(page: Page) -> None:
    for question, answer in {
        "agents that cannot run commands": "3 agents cannot run commands.",
        "agentes que não rodam comandos": "3 agents cannot run commands.",
        "which agents only read?": "2 agents only read.",
        "quem herda todas as ferramentas": "One agent inherits all tools.",
        "can write files": "4 agents: Changes files.",
        "read only with Grep": "One agent: Reads only, Grep.",
        "without Grep": "4 agents: without “Grep”.",
        "agents with Bash but not WebFetch": "2 agents: Bash, without “WebFetch”.",
        "Bash explicit": "2 agents: Lists its tools, Bash.",
        "with WebFetch": "2 agents can use WebFetch: 1 explicit, 1 inherited.",
        "what is the …": "Say in other words what is to be done.",
    }.items():
        page.locator("#ac-filter").fill(question)
        page.wait_for_function("text => document.querySelector('.ac-found').textContent === text", arg=answer)
    page.locator("#ac-filter").fill("Write")
    page.locator("#ac-filter").fill("with Write")
    page.locator(".ac-ruled a", has_text="the 3 that list their tools").click()
    page.wait_for_url("**access=Lists+its+tools")
    assert page.locator(".ac-card:visible").count() == 3


def test_a_chip_counts_what_its_click_gives(page: Page) -> None:
    page.locator("#ac-filter").fill("terraform writes")
    chip = page.locator("button[data-value='No commands']")
    page.wait_for_function("/1 of/.test(document.querySelector('.ac-found').textContent)")
    # Before the data is there, only the list is counted.
    expect(chip.locator(".ac-number")).not_to_have_text("0")
    count = int(chip.locator(".ac-number").inner_text())
    chip.click()
    page.wait_for_selector(ANSWERS)
    assert page.locator(ANSWERS).count() == count > 0


def test_a_second_chip_of_a_facet_counts_what_both_leave(page: Page) -> None:
    page.goto(page.url.partition("?")[0] + "?access=Inherits+everything")
    page.wait_for_selector("ac-finder[ready]")
    chip = page.locator("button[data-value='No commands']")
    assert chip.locator(".ac-number").inner_text() == "0"
    chip.click()
    assert titles(page) == []
    # What it means is said in words, with the reason why others are left out.
    page.get_by_role("button", name="Inherits all tools").click()
    words = "They cannot run commands, not through other agents or MCP servers either."
    assert page.locator(".ac-hints").inner_text() == words


def test_what_a_sentence_rules_out_is_left_out_and_can_be_had(page: Page) -> None:
    assert answers(page, "Terraform, but it may not run commands") == ["terraform-reader"]
    assert page.locator(".ac-found").inner_text() == "One agent fits."
    note = page.locator(".ac-ruled")
    left_out = "agents with “Runs commands”, also through others, and those of whom it is not known."
    assert note.inner_text().startswith(f"Left out: {left_out} One more fits if commands are allowed.")
    note.get_by_role("button", name="Show").click()
    page.wait_for_function("document.querySelectorAll('.ac-answers > li').length === 2")
    assert "allow=Runs+commands" in page.url
    page.reload()
    page.wait_for_function("document.querySelectorAll('.ac-answers > li').length === 2")
    assert answers(page, "documentation, read only") == []
    assert "Changes files" in note.inner_text()
    assert "2 more fit if changes are allowed." in note.inner_text()


def test_the_question_is_in_the_address(page: Page) -> None:
    answers(page, "review SQL")
    assert page.evaluate("new URLSearchParams(location.search).get('ask')") == "review SQL"
    page.reload()
    page.wait_for_selector(".ac-answers > li")
    assert page.locator("#ac-filter").input_value() == "review SQL"
    assert page.locator(".ac-answers > li").count() == 2
    answers(page, "juggling")
    assert page.locator(".ac-found").inner_text() == "No agent fits. Looked for: juggling."
    page.go_back()
    page.wait_for_selector(".ac-answers > li")
    page.locator("#ac-filter").fill("sql")
    assert page.evaluate("location.search") == "?find=sql"
    assert titles(page) == ["sql-pro", "sql-reviewer"]


def test_words_that_filter_nothing_out_are_taken_for_a_task(page: Page) -> None:
    page.locator("#ac-filter").fill("reviewing databases")
    page.wait_for_selector(".ac-answers > li")
    assert set(page.locator(ANSWERS).all_inner_texts()) == {"sql-reviewer", "sql-pro"}
    page.locator("#ac-filter").fill("juggling")
    page.wait_for_function("document.querySelector('.ac-found').textContent.startsWith('No agent')")
    page.get_by_role("button", name="Show all").click()
    assert len(titles(page)) == 6


def titles(page: Page) -> list[str]:
    return page.locator(".ac-card:visible h3").all_text_contents()


def test_the_list_is_sorted_and_put_back(page: Page) -> None:
    grouped = titles(page)
    sort = page.locator("select[name=sort]")
    sort.select_option("tools")
    assert titles(page)[0] == "everything"
    assert titles(page)[-1] == "terraform-reader"
    sort.select_option("fewest")
    assert titles(page)[0] == "terraform-reader"
    sort.select_option("reach")
    assert titles(page)[0] == "everything"
    sort.select_option("name")
    assert titles(page) == sorted(titles(page))
    assert page.locator(".ac-flat .ac-chip--group").first.is_visible()
    page.locator("#ac-filter").fill("terraform")
    assert titles(page) == ["terraform-pro", "terraform-reader"]
    page.locator("#ac-filter").fill("")
    sort.select_option("")
    assert titles(page) == grouped
    assert sort.locator("option").all_inner_texts() == [
        "group",
        "name",
        "capabilities",
        "most tools",
        "fewest tools",
    ]


def test_cards_and_table_are_views_of_one_list(page: Page) -> None:
    page.locator("#ac-filter").fill("sql")
    page.get_by_role("button", name="Table").click()
    rows = page.locator(".ac-dense tbody tr")
    widths = "['.ac-flat', '.ac-dense'].map((part) => document.querySelector(part).offsetWidth)"
    for width in (375, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        room, table = page.evaluate(widths)
        assert table <= room, width
    page.set_viewport_size({"width": 1300, "height": 900})
    assert [row.split("\t")[0] for row in rows.all_inner_texts()] == ["sql-pro", "sql-reviewer"]
    assert titles(page) == []
    assert "view=table" in page.url
    page.reload()
    page.wait_for_selector(".ac-dense")
    assert rows.count() == 2
    page.get_by_role("button", name="Cards").click()
    assert titles(page) == ["sql-pro", "sql-reviewer"]


@pytest.mark.parametrize("state", ["", "?ask=review+SQL", "?view=table", "?sort=reach", "#filter"])
@pytest.mark.parametrize(("scheme", "width"), [("light", 1300), ("dark", 375)])
def test_every_view_is_accessible(
    shared_site: Build, browser: Browser, state: str, scheme: str, width: int
) -> None:
    problems: list[str] = []
    with served_at(shared_site(FILES)) as base:
        page = opened(browser, scheme, width, problems, base)
        page.goto(f"{base}agents/{state}")
        page.wait_for_selector("ac-finder[ready]")
        if state == "#filter":
            page.get_by_role("button", name="+ Filter").click()
        page.wait_for_timeout(300)
        results = run_axe(page, context=THEIRS)
        assert results.violations_count == 0, results.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()
    assert problems == []


def test_it_answers_from_a_file_too(site: Build, browser: Browser) -> None:
    folder = site(FILES, use_directory_urls=False)
    page = open_page(browser)
    page.goto((folder / "agents/index.html").as_uri())
    page.wait_for_selector("ac-finder[ready]")
    assert answers(page, "review SQL")[0] == "sql-reviewer"
    page.goto((folder / "matrix.html").as_uri() + "?find=sql")
    page.wait_for_selector("ac-matrix[ready]")
    assert page.locator(".ac-mx tr[data-id]").count() == 2
    page.close()


def test_other_forms_of_a_word_are_found(page: Page) -> None:
    assert answers(page, "reviewing")[0] == "sql-reviewer"
    assert answers(page, "migrated") == ["sql-pro"], "a form that nobody writes"
    assert answers(page, "mig") == []


def commit(repo: Path, day: str) -> None:
    when = f"{day}T23:30:00+00:00"
    environment = {**os.environ, "GIT_COMMITTER_DATE": when, "GIT_AUTHOR_DATE": when}
    who = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
    subprocess.run(["git", "add", "-A"], cwd=repo, check=True)
    subprocess.run(["git", *who, "commit", "-qm", day], cwd=repo, check=True, env=environment)


def test_the_last_change_comes_from_git(tmp_path: Path) -> None:
    repo = tmp_path / "top/inner"
    (repo / "agents").mkdir(parents=True)
    assert find_last_changes(repo) == {}
    subprocess.run(["git", "init", "-q"], cwd=tmp_path / "top", check=True)
    assert find_last_changes(repo) == {}
    for name in ("a", "ü b"):
        (repo / f"agents/{name}.md").write_text(agent(name), encoding="utf-8")
    commit(tmp_path / "top", "2024-01-05")
    (repo / "agents/a.md").write_text(agent("a", "tools: Read\n"), encoding="utf-8")
    commit(tmp_path / "top", "2024-03-07")
    (repo / "agents/new.md").write_text(agent("new"), encoding="utf-8")
    assert find_last_changes(repo) == {"agents/a.md": "2024-03-07", "agents/ü b.md": "2024-01-05"}
    outputs = {output.uri: output.content for output in build(repo, Options()).outputs}
    assert 'data-changed="2024-03-07"' in outputs["agents/index.md"]
    assert '<time datetime="2024-03-07">' in outputs["agents/a.md"]
    days = {entry["id"]: entry["changed"] for entry in json.loads(outputs["catalog.json"])["agents"]}
    assert days == {"a": "2024-03-07", "new": None, "ü-b": "2024-01-05"}


def choose(page: Page, *values: str) -> None:
    if page.locator(".ac-panel").is_hidden():
        page.get_by_role("button", name="+ Filter").click()
    for value in values:
        page.get_by_role("checkbox", name=value).check()


def test_what_is_chosen_is_in_view_and_can_be_taken_back(page: Page) -> None:
    choose(page, "Bash")
    page.keyboard.press("Escape")
    assert page.locator(".ac-panel").is_hidden()
    assert page.evaluate("document.activeElement.matches('.ac-plus')")
    chosen = page.locator(".ac-chosen li")
    assert chosen.all_inner_texts() == ["Tool: Bash ×"]
    page.get_by_role("button", name="Leave out Tool: Bash").click()
    assert chosen.count() == 0
    assert "tool=" not in page.url
    assert page.evaluate("document.activeElement.id") == "ac-filter"


def test_one_box_finds_a_value_of_any_facet(site: Build, browser: Browser) -> None:
    files = {f"agents/g{n:02}/a{n:02}.md": agent(f"a{n:02}") for n in range(15)}
    with served_at(site(files, theme={"name": "material", "font": False})) as base:
        page = opened(browser, "light", 1300, [], base)
        page.goto(f"{base}agents/")
        page.get_by_role("button", name="+ Filter").click()
        assert page.evaluate("document.activeElement.matches('.ac-pick')")
        page.get_by_label("Find in these lists").fill("g1")
        shown = page.locator(".ac-facet li:visible bdi").all_inner_texts()
        assert shown == ["g10", "g11", "g12", "g13", "g14"]
        choose(page, "g12")
        assert page.locator(".ac-card:visible h3").all_inner_texts() == ["a12"]
        assert run_axe(page, ".md-content__inner").violations_count == 0
        page.close()


def test_what_an_agent_must_not_have_is_ruled_out(page: Page) -> None:
    page.get_by_role("button", name="+ Filter").click()
    page.get_by_role("button", name="Without Changes files").click()
    page.keyboard.press("Escape")
    assert titles(page) == ["terraform-reader", "sql-reviewer"]
    assert page.evaluate("location.search") == "?not-reach=Changes+files"
    choose(page, "Write")
    assert page.get_by_text("Nothing matches. Leave out:").is_visible()
    page.locator(".ac-loosen button", has_text="Capabilities").click()
    assert titles(page) == ["terraform-pro", "sql-pro", "docs-writer", "everything"]
    page.go_back()
    page.wait_for_function("location.search.includes('not-reach')")
    chosen = page.locator(".ac-chosen li")
    assert chosen.all_inner_texts() == ["Tool: Write ×", "not Capabilities: Changes files ×"]


def test_two_values_mean_both_unless_somebody_says_otherwise(page: Page) -> None:
    choose(page, "Bash", "WebFetch")
    assert titles(page) == ["everything"]
    assert "all=tool" in page.url
    assert page.locator(".ac-chosen li").all_inner_texts() == ["Tool: Bash ×", "and Tool: WebFetch ×"]
    page.reload()
    page.wait_for_selector("ac-finder[ready]")
    assert titles(page) == ["everything"]
    page.get_by_role("button", name="+ Filter").click()
    page.locator(".ac-facet", has_text="WebFetch").get_by_label("any of them").check()
    assert "docs-writer" in titles(page)
    assert "or Tool: WebFetch ×" in page.locator(".ac-chosen li").all_inner_texts()
    # An address of before means what it meant.
    page.goto(page.url.partition("?")[0] + "?tool=Bash&tool=WebFetch")
    assert "docs-writer" in titles(page)


def test_words_are_those_of_what_an_agent_has(page: Page) -> None:
    page.goto(page.url.partition("?")[0] + "?find=read")
    assert "docs-writer" in titles(page)
    page.goto(page.url.partition("?")[0] + "?find=bas")
    assert titles(page) == ["terraform-pro", "sql-pro"]
    page.goto(page.url.partition("?")[0] + "?find=bash")
    assert titles(page) == ["terraform-pro", "sql-pro"], (
        "a word that is finished finds no more than its beginning"
    )


def test_words_of_prompts_are_found_and_said_to_be_such(site: Build, browser: Browser) -> None:
    prompted = (
        described("state-keeper", "Keeps states.", "Read") + "\nUse `Terraform` and constructor calls.\n"
    )
    problems: list[str] = []
    files = {**FILES, "agents/cloud/state-keeper.md": prompted}
    with served_at(site(files, theme={"name": "material", "font": False})) as base:
        page = opened(browser, "light", 1300, problems, base)
        page.goto(f"{base}agents/")
        page.locator("#ac-filter").fill("terraform")
        assert titles(page) == ["terraform-pro", "terraform-reader"]
        page.keyboard.press("Enter")
        page.wait_for_selector(".ac-answers > li")
        assert page.locator(ANSWERS).all_inner_texts()[-1] == "state-keeper"
        reason = page.locator(".ac-answers > li small").last.inner_text()
        assert reason.startswith("It fits: terraform (in its prompt).")
        # A word that every object of a script has by itself.
        assert answers(page, "constructor") == ["state-keeper"]
        assert answers(page, "valueOf") == []
        page.close()
    assert problems == []


def test_a_sentence_is_read_to_the_end_of_its_words(page: Page) -> None:
    assert answers(page, "Terraform without running commands") == ["terraform-reader"]
    assert page.locator(".ac-answers > li small").first.inner_text() == "It fits: Terraform."


def test_the_table_names_all_tools(site: Build, browser: Browser) -> None:
    files = {
        "agents/a.md": described("a", "Does.", "Read, Write, Edit, Bash, Glob, Grep, WebFetch, WebSearch"),
        "agents/b.md": agent("b", "disallowedTools: Bash\n"),
    }
    with served_at(site(files, theme={"name": "material", "font": False})) as base:
        page = opened(browser, "light", 1300, [], base)
        page.goto(f"{base}agents/?view=table")
        rows = page.locator("table.ac-dense tbody tr").all_inner_texts()
        assert "Bash, Edit, Glob, Grep, Read, WebFetch, WebSearch, Write" in rows[0]
        assert "inherits all tools but 1" in rows[1]
        page.close()


def test_an_answer_heeds_what_is_chosen_in_the_filter(page: Page) -> None:
    page.goto(page.url.partition("?")[0] + "?not-reach=Runs+commands")
    page.wait_for_selector("ac-finder[ready]")
    assert answers(page, "Terraform") == ["terraform-reader"]
    note = page.locator(".ac-ruled")
    assert note.inner_text() == "The filters leave out one more. Show"
    note.get_by_role("button", name="Show").click()
    page.wait_for_function("document.querySelectorAll('.ac-answers > li').length === 2")
    assert page.locator(".ac-found").inner_text() == "The 2 that fit best."


def test_what_fits_by_one_word_only_is_not_called_the_best(site: Build, browser: Browser) -> None:
    test_writer = described("test-writer", "Writes unit tests for all code.", "Read, Bash")
    files = {
        **{f"agents/{name}/test-writer.md": test_writer for name in "abc"},
        "agents/unit-tester.md": described("unit-tester", "Runs unit tests.", "Read, Bash"),
        "agents/survey-tests.md": described("survey-tests", "Tests ideas for products and markets.", "Read"),
        "agents/cook.md": described("cook", "Cooks soup from a recipe.", "Read"),
    }
    with served_at(site(files, strict=False)) as base:
        page = opened(browser, "light", 1300, [], base)
        left = "None fits well. The nearest by single words:"
        # The filter and the words of a question say the same, and count the same.
        for address, words in (("?access=No+commands", ""), ("?", " without shell")):
            page.goto(f"{base}agents/{address}")
            page.wait_for_selector("ac-finder[ready]")
            page.locator("#ac-filter").fill(f"write unit tests{words}")
            page.keyboard.press("Enter")
            page.wait_for_selector(ANSWERS)
            assert page.locator(ANSWERS).all_inner_texts() == ["survey-tests"]
            assert page.locator(".ac-found").inner_text() == left
            assert "2 more fit if commands are allowed." in page.locator(".ac-ruled").inner_text()
        page.locator(".ac-ruled").get_by_role("button", name="Show").click()
        page.wait_for_function("document.querySelectorAll('.ac-answers > li').length === 3")
        assert page.locator(".ac-found").inner_text() == "The 3 that fit best."
        # Nobody translates to German: whoever has but another word of the question does not fit for that.
        for question, fits in (
            ("translate recipe German", False),
            ("translate unit tests", True),
            ("soup", True),
        ):
            page.locator("#ac-filter").fill(question)
            page.keyboard.press("Enter")
            page.wait_for_selector(ANSWERS)
            assert (page.locator(".ac-found").inner_text() != left) == fits, question
        page.close()


JAPANESE = {
    "agents/kaitai.md": described("kaitai", "コードレビューを行い、脆弱性を見つけます。", "Read"),
    "agents/bunsho.md": described("bunsho", "技術文書を書き、翻訳します。", "Read, Write"),
    "agents/zh.md": described("zh", "审查数据库查询并优化性能。", "Read"),
    "agents/ko.md": described("ko", "데이터베이스 쿼리를 검토합니다.", "Read"),
    "agents/th.md": described("th", "ตรวจสอบโค้ดและหาข้อผิดพลาด", "Read"),
}


def test_questions_without_blanks_between_words_are_answered(site: Build, browser: Browser) -> None:
    with served_at(site(JAPANESE, theme={"name": "material", "font": False})) as base:
        page = opened(browser, "light", 1300, [], base)
        page.goto(f"{base}agents/")
        page.wait_for_selector("ac-finder[ready]")
        for sentence, first, words in (
            ("コードをレビューしてほしい", "kaitai", "コード, レビュー"),
            ("文書の翻訳", "bunsho", "文書, 翻訳"),
            ("帮我优化数据库", "zh", "优化, 数据库"),
            ("데이터베이스를 검토해 주세요", "ko", "데이터베이스, 검토"),
            ("หาข้อผิดพลาด", "th", "หาข้อผิดพลาด"),
        ):
            assert answers(page, sentence)[0] == first, sentence
            reason = page.locator(".ac-answers > li small").first.inner_text()
            assert reason == f"It fits: {words}.", sentence
        assert answers(page, "文書の翻訳、読み取り専用") == []
        page.close()


def test_equal_agents_are_one_answer(site: Build, browser: Browser) -> None:
    files = {f"agents/{group}/reviewer.md": described("reviewer", "Reviews SQL.", "Read") for group in "abc"}
    with served_at(site(files, theme={"name": "material", "font": False}, strict=False)) as base:
        page = opened(browser, "light", 1300, [], base)
        page.goto(f"{base}agents/?ask=SQL")
        page.wait_for_selector(".ac-answers > li")
        assert page.locator(".ac-answers > li").count() == 1
        assert "The same in 3 groups: a, b, c" in page.locator(".ac-answers > li").inner_text()
        signs = page.locator(".ac-answers > li .ac-pill").all_text_contents()
        assert len(signs) == len(set(signs)) > 0
        page.close()


def test_an_answer_has_the_signs_of_the_agent_that_its_name_leads_to(site: Build, browser: Browser) -> None:
    files = {
        "agents/a/reviewer.md": described("reviewer", "Reviews SQL.", "Read"),
        "agents/b/reviewer.md": described("reviewer", "Reviews SQL.", "Read, Bash, WebFetch"),
        "agents/d/writer.md": described("writer", "Writes.", "Read"),
    }
    with served_at(site(files, theme={"name": "material", "font": False}, strict=False)) as base:
        page = opened(browser, "light", 1300, [], base)
        page.goto(f"{base}agents/?ask=SQL")
        answer = page.locator(".ac-answers > li")
        assert "They differ in: tools" in answer.inner_text()
        signs = answer.locator(".ac-pill").all_text_contents()
        assert signs == page.locator(".ac-signs .ac-pill").all_text_contents(), "each is explained"
        answer.locator(".ac-answer-head a").first.click()
        page.wait_for_selector("#permissions")
        assert ("Runs commands" in signs) == ("Runs commands" in page.locator("article").inner_text())
        assert ("Reads only" in signs) != ("Runs commands" in signs)
        page.close()


def test_agents_of_one_description_that_differ_are_not_called_the_same(site: Build, browser: Browser) -> None:
    files = {
        "agents/a/reviewer.md": described("reviewer", "Reviews SQL.", "Read"),
        "agents/b/reviewer.md": described("reviewer", "Reviews SQL.", "Read\nmodel: opus"),
        "agents/c/reviewer.md": described("reviewer", "Reviews SQL.", "Read") + "Be kind.\n",
        "agents/d/writer.md": described("writer", "Writes.", "Read"),
        "pages/.keep": "",
    }
    with served_at(site(files, docs_dir="pages", strict=False)) as base:
        page = opened(browser, "light", 1300, [], base)
        for place in ("agents/", ""):
            page.goto(f"{base}{place}?ask=SQL")
            page.wait_for_selector(".ac-answers > li")
            places = page.locator(".ac-answers > li small").last
            assert places.inner_text() == "In 3 groups: a, b, c · They differ in: model, prompt · Compare"
        places.get_by_role("link", name="Compare").click()
        page.wait_for_selector(".ac-mx-compare")
        assert page.locator(".ac-mx-compare thead th").count() >= 3
        page.close()


def test_the_outline_has_only_the_groups_that_are_shown(page: Page) -> None:
    outline = page.locator("nav.md-nav--secondary li:visible")
    assert outline.all_inner_texts() == ["cloud", "data", "docs"]
    page.locator("#ac-filter").fill("terraform")
    assert outline.all_inner_texts() == ["cloud"]
    page.locator("#ac-filter").fill("")
    assert len(outline.all_inner_texts()) == 3


def test_the_first_questions_take_one_click_each(page: Page) -> None:
    page.get_by_role("button", name="Inherits all tools").click()
    assert titles(page) == ["everything"]
    page.get_by_role("button", name="Inherits all tools").click()
    page.get_by_role("button", name="No commands").click()
    assert titles(page) == ["terraform-reader", "sql-reviewer", "docs-writer"]
    page.get_by_role("button", name="Reads only").click()
    assert titles(page) == ["terraform-reader", "sql-reviewer"]
    assert page.locator("ac-finder .ac-found").inner_text() == "2 of 6 agents"


def test_the_keyboard_reaches_the_box_at_once(page: Page) -> None:
    page.locator("body").press("/")
    assert page.evaluate("document.activeElement.id") == "ac-filter"
    assert page.locator("#ac-filter").input_value() == ""
    page.evaluate("document.activeElement.blur()")
    page.locator("[data-ac-box]").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("x")
    assert page.locator("#ac-filter").input_value() == "x"


def test_the_filters_close_for_whoever_goes_on(page: Page) -> None:
    plus, panel = page.get_by_role("button", name="+ Filter"), page.locator("#ac-panel")
    plus.click()
    page.keyboard.press("Escape")
    assert panel.is_hidden()
    assert plus.get_attribute("aria-expanded") == "false"
    assert plus.evaluate("button => button === document.activeElement")
    plus.click()
    page.locator("h1").click()
    assert panel.is_hidden()
    # What has the focus is never below the panel.
    plus.click()
    page.locator(".ac-card a").first.focus()
    assert panel.is_hidden()


def test_many_groups_are_folded_and_open_for_whoever_looks(site: Build, browser: Browser) -> None:
    files = {f"agents/g{n // 4:02}/a{n:02}.md": agent(f"a{n:02}") for n in range(80)}
    with served_at(site(files, theme={"name": "material", "font": False})) as base:
        page = opened(browser, "light", 1300, [], base)
        page.goto(f"{base}agents/")
        page.wait_for_selector("ac-finder[ready]")
        assert page.locator("details.ac-group[open]").count() == 6
        for width, height, least in ((1440, 900, 6), (375, 812, 2)):
            page.set_viewport_size({"width": width, "height": height})
            assert page.locator(".ac-card").evaluate_all(ON_SCREEN) >= least
        page.locator("#ac-filter").fill("a79")
        assert titles(page) == ["a79"]
        page.locator("#ac-filter").fill("")
        assert page.locator("details.ac-group[open]").count() == 6
        page.get_by_role("button", name="Unfold all").click()
        assert page.locator("details.ac-group[open]").count() == 20
        page.goto(f"{base}agents/#group-g15")
        page.wait_for_function("document.querySelector('details:has(#group-g15)').open")
        page.close()
