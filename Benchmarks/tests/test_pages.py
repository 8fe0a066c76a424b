"""Tables, the chart and the page."""

import io
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from comparison import performance_page, reports, tables
from comparison.cases import all_cases
from comparison.dot_plot import LogarithmicAxis, Row, draw
from comparison.errors import ComparisonError
from comparison.progress import Progress
from comparison.results import IdleFigures, LargeTensorFigures, Sample, SiegeFigures, summarize

SVG = "{http://www.w3.org/2000/svg}"
TRITON = Sample(
    all_cases()[0].name, "triton", 0, 10, 0, 100.0, 150.0, 5000, 200, 900, 40_000_000, 80_000_000, 39_000_000
)
NEREID = replace(TRITON, server="nereid", cpu=25.0, cpu_with_children=25.0)
PAGE = "# Page\n<!-- figures: load -->\nold\n<!-- end of figures: load -->\ntail\n"


@pytest.mark.parametrize(
    "value, text",
    [(0, "0"), (0.01234, "0.012"), (1.234, "1.23"), (12.34, "12.3"), (99.99, "100.0"), (123456, "123,456")],
)
def test_numbers_keep_three_digits(value: float, text: str) -> None:
    assert tables.count(value) == text


def test_the_tables_put_servers_side_by_side() -> None:
    text = tables.load_markdown(all_cases(), summarize([TRITON, NEREID]), "triton")
    assert "|  | triton | nereid | nereid / triton |" in text
    assert "| HTTP 64 B, c=1 (wrk) | 100 (150) | 25.0 | 0.25 |" in text
    assert text.count("HTTP 64 B") == 3


def test_a_server_without_a_figure_has_a_dash() -> None:
    other = replace(NEREID, case=all_cases()[1].name)
    assert "| 100 (150) | – | – |" in tables.load_markdown(all_cases(), summarize([TRITON, other]), "triton")


def test_text_columns_are_aligned() -> None:
    lines = tables.load_text(all_cases(), summarize([TRITON, NEREID])).splitlines()
    assert len({len(line) for line in lines}) == 1


def test_the_axis_ends_at_round_numbers() -> None:
    axis = LogarithmicAxis.around([13, 61_000], 100)
    assert (axis.lowest, axis.highest) == (10, 100_000)
    assert [axis.position(value) for value in (10, 1000, 100_000)] == pytest.approx([0, 50, 100])
    assert LogarithmicAxis.around([20, 50], 100).ticks() == [20, 50]
    assert LogarithmicAxis.around([1000, 1000], 100).ticks() == [1000, 2000]
    assert LogarithmicAxis.around([0.001, 0.03], 100).ticks() == pytest.approx([0.001, 0.002, 0.005, 0.01, 0.02, 0.05])


def test_the_chart_has_a_mark_for_each_value_and_series() -> None:
    rows = [Row("first <1>", {"a": 10, "b": 1000}), Row("second", {"b": 50}), Row("none", {})]
    picture = ElementTree.fromstring(draw("A & B", "microseconds", ["a", "b"], rows))
    texts = [element.text for element in picture.iter(f"{SVG}text")]
    assert {"A & B", "first <1>", "second", "a", "b", "microseconds, logarithmic"} <= set(texts)
    assert "none" not in texts
    assert len(list(picture.iter(f"{SVG}circle"))) == 2
    assert len([element for element in picture.iter(f"{SVG}rect") if element.get("x")]) == 3


def test_sections_are_replaced_and_the_rest_is_kept() -> None:
    once = performance_page.replace_section(PAGE, "load", "new \\1\n")
    assert once == PAGE.replace("\nold\n", "\n\nnew \\1\n\n")
    assert performance_page.replace_section(once, "load", "new \\1") == once
    with pytest.raises(ComparisonError, match="figures: idle"):
        performance_page.replace_section(PAGE, "idle", "")
    with pytest.raises(ComparisonError, match="is missing"):
        performance_page.rewrite(Path("no-such-page.md"), "load", "")


def test_saved_figures_make_the_page(tmp_path: Path) -> None:
    results, page = tmp_path / "results", tmp_path / "docs" / "PERFORMANCE.md"
    page.parent.mkdir()
    page.write_text(PAGE + PAGE.replace("load", "idle") + PAGE.replace("load", "protect"))
    idle = IdleFigures("nereid", 10, 5, 40, 40, 1, 28_000_000, 28_000_000, 1000, {"HTTP": 12_000.0})
    siege = SiegeFigures("nereid", "HTTP", 1000, 100, 100, 500, 110, 750, 3)
    large = LargeTensorFigures("nereid", "gRPC", 600_000_000, "byte-exact", 1.5, 30_000_000, 700_000_000, 31_000_000)
    for report in (
        reports.load_report([TRITON, NEREID], 1, 3.0),
        reports.idle_report([idle], 10.0),
        reports.protection_report([siege], [large]),
    ):
        reports.save(report, results, is_quick=False)
    reports.write_page(results, page)
    text = page.read_text()
    assert "| 100 (150) | 25.0 | 0.25 |" in text
    assert "| nereid | 5 | 40.0 | 40.0 | 1.00 | 28.0 | HTTP 12.0 |" in text
    assert "| nereid | HTTP | 0.100 | 0.110 | 0.500 | 0.750 | 1.50 | 3 |" in text
    assert "| nereid | gRPC 600 MB | byte-exact | 1.50 | 30.0 | 700 | 31.0 |" in text
    for name in ("performance-cpu.svg", "performance-p99.svg"):
        assert f"({name})" in text
        ElementTree.fromstring((page.parent / name).read_text())


def test_quick_figures_are_kept_apart(tmp_path: Path) -> None:
    saved = reports.save(reports.load_report([TRITON], 1, 1.0), tmp_path, is_quick=True)
    assert saved.name == "load-quick.json"
    assert not (tmp_path / "load.json").exists()


def test_the_page_of_this_project_has_a_place_for_all_figures() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "PERFORMANCE.md").read_text()
    for name in ("load", "idle", "protect"):
        performance_page.replace_section(text, name, "x")


def test_progress_is_a_line_a_step_without_a_terminal() -> None:
    stream = io.StringIO()
    progress = Progress(stream)
    progress.expect(2)
    progress.step("one")
    progress.note("by the way")
    progress.step("two")
    progress.clear()
    assert stream.getvalue() == "[1/2] one\nby the way\n[2/2] two\n"
