"""Figures of loads: slopes, ratios, tables and the plot."""

import xml.etree.ElementTree as ElementTree

import pytest
from comparison import line_plot, tables
from comparison.cases import Case
from comparison.load_generators import perf_analyzer_arguments
from comparison.results import CycleFigures, LoadingFigures, from_json, to_json
from comparison.servers import Server


def loading(alone: list[float], beside: list[float]) -> LoadingFigures:
    return LoadingFigures("HTTP 64 B", 12, 0.5, 500.0, 499.0, 200.0, 210.0, alone, [1.1 * one for one in alone], beside)


def cycles(memory: list[int]) -> CycleFigures:
    return CycleFigures(60.0, memory, [9] * len(memory), [14] * (len(memory) - 1) + [15])


def test_the_ratio_is_that_of_medians() -> None:
    assert loading([1.0, 2.0, 90.0], [3.0, 2.5, 2.0]).ratio == 1.25


def test_the_slope_leaves_out_the_first_tenth() -> None:
    assert cycles([0] * 10 + [1000 + 5 * number for number in range(90)]).bytes_per_cycle == pytest.approx(5)
    assert cycles([7]).bytes_per_cycle == 0


def test_tables_show_every_round_and_the_span_of_threads() -> None:
    [row] = tables.loading_rows([loading([1000.0, 3000.0], [2000.0, 4000.0])])
    assert len(row) == len(tables.LOADING_HEADER)
    assert row[5:10] == ["2.00", "3.00", "1.50", "1.10", "1.00 3.00"]
    assert row[10:12] == ["1.10 3.30", "2.00 4.00"]
    [row] = tables.cycles_rows(cycles([2_000_000] * 20))
    assert len(row) == len(tables.CYCLES_HEADER)
    assert row == ["20", "1.0", "2.00", "2.00", "2.00", "2.00", "0", "9", "14 to 15"]


def test_figures_survive_json() -> None:
    figures = cycles([1, 2])
    assert from_json(CycleFigures, to_json([figures])) == [figures]


@pytest.mark.parametrize(("span", "step"), [(0.9, 0.2), (6, 1), (7, 2), (170, 50), (1999, 500)])
def test_steps_of_an_axis(span: float, step: float) -> None:
    assert line_plot.nice_step(span) == pytest.approx(step)


def test_the_plot_is_a_picture_with_one_line() -> None:
    picture = ElementTree.fromstring(line_plot.draw("A < B", "loads", "MB", [150.0, 160.0, 155.0]))
    [line] = picture.iter("{http://www.w3.org/2000/svg}polyline")
    heights = [float(point.split(",")[1]) for point in line.attrib["points"].split()]
    assert heights[1] < heights[2] < heights[0]


def test_a_steady_rate_is_asked_of_perf_analyzer(tmp_path) -> None:
    case = Case("http", "64B", 16, 1, "perf_analyzer", rate=500)
    arguments = perf_analyzer_arguments(case, Server("n", "h:1", "g:2", 1), 1000, tmp_path)
    assert arguments[arguments.index("--request-rate-range") + 1] == "500"
    assert "--concurrency-range" not in arguments
    assert (case.name, case.title) == ("http/64B/500rps/perf_analyzer", "HTTP 64 B, 500 a second")
