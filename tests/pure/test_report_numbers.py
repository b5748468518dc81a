"""Numbers, words and drawings of the coverage report, each on its own."""

import base64
import re
import struct
import zlib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.frames import empty
from geo.study import CONTRACTS, STANDARDS, Study
from geo.texts import Text
from maps.report import cells, charts, live, method, picture, reading, summary, tables, texts
from maps.report.markup import both, css_string
from maps.report.method import texts as method_texts
from maps.report.numbers import amount, share
from maps.report.png import data_uri
from maps.report.tables import texts as table_texts
from tests.pure import studies


@pytest.fixture(scope="module")
def study() -> Study:
    return studies.example()


def sentences(study: Study) -> str:
    return "\n".join(text.zh for text in summary.findings(study))


# -- the findings against the study, counted by hand in tests/pure/studies.py


def test_the_findings_say_who_is_left_out_where_and_what_the_next_sites_close(study: Study) -> None:
    told = sentences(study)
    # 1,850 of demand; A alone is open at 02:00 and reaches 250 on foot; 970 have no station within the limit.
    assert "全部 1,850 人中，只有 13.5%（250 人）在步行 5 分钟内" in told
    assert "其余 1,600 人（86.5%）没有可去的地方" in told
    assert "630 人附近有驿站但那时不开（或时间不详），970 人附近根本没有驿站" in told
    assert "城西区新桥镇（占 31.9%）" in told
    assert "再建 2 处（排名见下），覆盖率从 47.6% 提高到 61.1%，新增 250 人" in told
    assert "已经证明：任何 2 处的组合都不会覆盖得更多" in told
    assert "只把 1 处现有驿站改为24小时，凌晨2点的覆盖率（步行时间）就从 13.5% 提高到 15.7%" in told
    assert "有 1 处驿站开放时间不详" in told
    assert "凌晨2点也最多覆盖 46.5%" in told
    assert "换用直线 300 米来衡量，凌晨2点是 7.0%" in told


def test_half_of_the_gap_is_counted_from_the_largest_township(study: Study) -> None:
    rows = reading.level(study, "township")
    gap = sorted(rows["walk_0200_gap"], reverse=True)
    half = next(k for k in range(1, len(gap) + 1) if sum(gap[:k]) >= sum(gap) / 2)
    assert f"{len(rows)} 个街道乡镇中，前 {half} 个就占了一半" in sentences(study)


def test_only_a_proof_is_called_a_proof(study: Study) -> None:
    curve = study.curve.assign(proved=False, bound=study.curve["covered"] + 37.0)
    told = sentences(replace(study, curve=curve))
    assert "已经证明" not in told
    assert "任何 2 处的组合最多覆盖 63.1%，所以本方案离最好的至多差 2.0 个百分点" in told
    unbounded = sentences(replace(study, curve=curve.assign(bound=np.nan)))
    assert "没有计算上限" in unbounded


def test_where_demand_changes_with_the_hour_the_night_is_told_of_the_people_there_then(study: Study) -> None:
    week = study.week.copy()
    week.loc[week["slot"] == 100, "demand"] *= 0.5
    areas = study.areas.assign(walk_0200_gap=study.areas["walk_0200_gap"] * 0.5)
    night = study.curve.assign(moment="0200", covered=study.curve["covered"] * 0.5, bound=600.0, proved=False)
    told = sentences(replace(study, week=week, areas=areas, curve=night))
    assert "凌晨2点，全部 925 人中，只有 13.5%（125 人）在步行 5 分钟内" in told
    assert "凌晨2点是 925 人，一周平均是 1,850 人" in told
    assert "没有去处的 800 人中，39.4%附近有驿站但那时不开" in told
    assert "任何 2 处的组合最多覆盖 64.9%" in told


def test_the_method_says_which_figures_follow_the_hour(study: Study) -> None:
    """Shares by day, by night and at 02:00 weigh demand as it is then; the others by its mean."""
    said = method.method(study, None)
    assert "白天、夜间、凌晨2点、一周曲线和地图旁的数字按当时的需求算" in said
    assert "“不论时段”“仅24小时”和平均路程按一周的平均需求算" in said


def test_no_station_and_no_demand_are_said_and_nothing_else(study: Study) -> None:
    areas, none = study.areas, study.stations.assign(not_counted="not_in_service")
    bare = replace(study, areas=areas.assign(stations=0.0), stations=none)
    assert summary.findings(bare) == [texts.NO_STATION]
    assert summary.findings(replace(study, areas=areas.assign(demand=0.0))) == [texts.NO_DEMAND]


def test_where_nobody_is_at_two_in_the_morning_nothing_is_said_of_that_hour(study: Study) -> None:
    week = study.week.assign(demand=study.week["demand"].where(study.week["slot"] != 100, 0.0))
    at_night = {c: np.nan for c in study.areas.columns if "_0200" in c and c.endswith("share")}
    at_night |= {f"{s}_0200_gap": 0.0 for s in STANDARDS}
    told = summary.findings(replace(study, week=week, areas=study.areas.assign(**at_night)))
    assert told[0] == texts.NIGHT_NOBODY
    assert not any(said.zh.startswith("凌晨2点，全部") or "最多覆盖 —" in said.zh for said in told)


def test_an_area_that_is_covered_from_outside_alone_is_told_as_such(study: Study) -> None:
    areas = study.areas.assign(stations=0.0, stations_24h=0.0, stations_unknown=0.0)
    told = summary.findings(replace(study, areas=areas))
    assert texts.NO_STATION not in told
    assert texts.NONE_OF_ITS_OWN in told
    assert len(told) > 5


def test_without_ways_the_findings_are_by_straight_lines(study: Study) -> None:
    frame = study.cells.assign(walk_s=np.nan, walk_any=False)
    told = summary.findings(replace(study, cells=frame))
    assert told[0] == texts.NO_STREETS
    assert "直线 300 米内能到" in told[1].zh


def test_numbers_of_the_tiles_are_those_of_the_study(study: Study) -> None:
    row = reading.whole(study)
    made = summary.tiles(study)
    for moment in ("day", "0200", "24h"):
        for standard in STANDARDS:
            assert share(row[f"{standard}_{moment}_share"]).zh in made
    assert "1,600 人" in made


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.floats(0, 1))
def test_only_all_reads_as_all_and_only_nothing_as_nothing(value: float) -> None:
    said = share(value).zh
    assert (said == "100%") == (value == 1)
    assert (said == "0%") == (value == 0)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.floats(1, 1e9))
def test_an_amount_is_the_same_in_both_languages(value: float) -> None:
    said = amount(value, "人")
    zh = re.match(r"([\d,.]+) (万?)", said.zh)
    assert zh is not None
    told = float(zh[1].replace(",", "")) * (10_000 if zh[2] else 1)
    en = float(said.en.split(" ")[0].replace(",", ""))
    assert told == pytest.approx(en, rel=0.006)


# -- drawings


def path_of(svg: str, kind: str) -> list[tuple[float, float]]:
    found = re.search(rf'class="line {kind}" d="([^"]*)"', svg)
    assert found is not None, kind
    return [(float(x), float(y)) for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", found[1])]


def test_the_chart_of_the_week_draws_the_shares_of_the_week(study: Study) -> None:
    drawn = charts.week(study)
    frame = charts.Frame(336)
    for standard in STANDARDS:
        points = path_of(drawn, standard)
        assert len(points) == 672
        wanted = frame.y(np.repeat(study.week[f"{standard}_share"], 2))
        np.testing.assert_allclose([y for _, y in points], wanted, atol=0.06)
    # The cursor of the page's script stands on the same plot.
    assert (frame.x(0), frame.x(336)) == (46, 610)


def test_the_week_in_words_names_lowest_and_highest(study: Study) -> None:
    week = study.week.copy()
    week.loc[week["slot"] == 100, "walk_share"] = 0.01
    week.loc[week["slot"] == 330, "walk_share"] = 0.98
    said = charts.week_says(replace(study, week=week)).zh
    assert "步行 5 分钟：最低 1.0%（周三 02:00），最高 98.0%（周日 21:00）" in said


def test_a_missing_share_breaks_the_line(study: Study) -> None:
    frame = charts.Frame(3)
    drawn = frame.line([0, 1, 2, 3], [0.1, np.nan, 0.2, 0.3], "walk")
    assert drawn.count("M") == 2
    assert "nan" not in drawn


def test_the_bound_is_never_drawn_below_the_plan(study: Study) -> None:
    curve = study.curve.assign(bound=study.curve["covered"] * 1.1)
    drawn = charts.curve(replace(study, curve=curve), ("walk", "any"))
    for (x, value), (at, bound) in zip(path_of(drawn, "value"), path_of(drawn, "bound"), strict=True):
        assert x == at
        assert bound <= value


def test_lorenz_curves_start_and_end_at_the_corners(study: Study) -> None:
    points = path_of(charts.lorenz(study), "walk")
    assert points[0] == (46.0, 260.0)
    assert points[-1] == (610.0, 14.0)
    assert charts.lorenz(replace(study, lorenz=empty(CONTRACTS["lorenz"]))) == ""


def test_a_picture_is_a_png_of_the_pixels_given() -> None:
    pixels = np.array([[0, 1, 2], [3, 4, 5]], dtype=np.uint8)
    body = base64.b64decode(data_uri(pixels, picture.PALETTE).partition(",")[2])
    assert body[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(body):
        (size,) = struct.unpack(">I", body[at : at + 4])
        kind, data = body[at + 4 : at + 8], body[at + 8 : at + 8 + size]
        assert struct.unpack(">I", body[at + 8 + size : at + 12 + size])[0] == zlib.crc32(kind + data)
        chunks[kind] = data
        at += 12 + size
    assert struct.unpack(">II", chunks[b"IHDR"][:8]) == (3, 2)
    assert zlib.decompress(chunks[b"IDAT"]) == b"\0\0\1\2\0\3\4\5"


def test_pixels_show_the_cell_they_lie_in(study: Study) -> None:
    drawn = cells.drawn(study, reading.level(study, "township")["code"].tolist())
    ground = picture.Ground(drawn)
    for k in range(len(drawn.lon)):
        x, y = ground.place(drawn.lon[k], drawn.lat[k])
        assert ground.cell[int(y), int(x)] == k
    assert ground.cell[0, 0] == -1


# -- what the page's script gets


def test_drawn_cells_are_covered_as_the_study_says(study: Study) -> None:
    codes = reading.level(study, "township")["code"].tolist()
    drawn = cells.drawn(study, codes)
    rows = study.cells[study.cells["weight"] > 0]
    assert (drawn.grouped, len(drawn.lon)) == (False, len(rows))
    for standard in STANDARDS:
        night = drawn.covered(standard, int(study.parameters["night_slot"]))
        assert night.tolist() == rows[f"{standard}_0200"].tolist()
        assert drawn.flags[standard][0].tolist() == rows[f"{standard}_any"].tolist()
        assert drawn.flags[standard][1].tolist() == rows[f"{standard}_24h"].tolist()


def test_squares_hold_all_demand_and_follow_the_larger_half(study: Study) -> None:
    codes = reading.level(study, "township")["code"].tolist()
    drawn = cells.drawn(study, codes, most=6)
    assert drawn.grouped
    assert len(drawn.lon) <= 6
    assert drawn.weight.sum() == pytest.approx(study.cells["weight"].sum())
    one = cells.drawn(study, codes, most=1)
    assert len(one.lon) == 1
    night = study.cells.loc[study.cells["walk_0200"], "weight"].sum() / study.cells["weight"].sum()
    assert one.covered("walk", 100).tolist() == [night >= 0.5]
    any_hour = study.cells.loc[study.cells["straight_any"], "weight"].sum() / study.cells["weight"].sum()
    assert one.flags["straight"][0].tolist() == [any_hour >= 0.5]


def test_packed_cells_unpack_to_what_they_were(study: Study) -> None:
    drawn = cells.drawn(study, reading.level(study, "township")["code"].tolist())
    blob = live.blob(study, drawn, None)["cells"]
    order = np.lexsort([drawn.lon, -drawn.lat])

    def shorts(name: str) -> np.ndarray:
        return np.frombuffer(base64.b64decode(blob[name]), "<u2").astype(float)

    west, south, east, north = blob["box"]
    np.testing.assert_allclose(west + shorts("x") / 65535 * (east - west), drawn.lon[order], atol=2e-6)
    np.testing.assert_allclose(south + shorts("y") / 65535 * (north - south), drawn.lat[order], atol=2e-6)
    np.testing.assert_allclose((shorts("w") / 65535) ** 2 * blob["most"], drawn.weight[order], rtol=2e-3)
    weeks = np.frombuffer(base64.b64decode(blob["weeks"]), np.uint8).reshape(-1, 42)
    bits = np.unpackbits(weeks, axis=1, bitorder="little").astype(bool)
    mask = np.frombuffer(base64.b64decode(blob["masks"]["walk"]), "<u4")
    np.testing.assert_array_equal(bits[mask], drawn.weeks[drawn.masks["walk"]][order])


def test_what_is_left_out_of_townships_by_the_hour_is_that_of_the_study(study: Study) -> None:
    drawn = cells.drawn(study, reading.level(study, "township")["code"].tolist())
    towns = live.blob(study, drawn, None)["towns"]
    rows = (study.areas["level"] == "township").to_numpy()
    for k, standard in enumerate(STANDARDS):
        hours = towns["hours"][standard]
        part = np.frombuffer(base64.b64decode(hours["part"]), "<u2").reshape(-1, rows.sum())
        left = part[hours["of"]].T / 65535 * np.array(hours["most"], dtype=float)[:, None]
        np.testing.assert_allclose(left, study.gap_week[rows, k], rtol=1e-3, atol=0.1)


# -- words


def all_texts() -> list[tuple[str, Text]]:
    found = []
    for room in (texts, method_texts, table_texts):
        for name, value in vars(room).items():
            if isinstance(value, Text):
                found.append((name, value))
            elif isinstance(value, dict) and not name.startswith("__"):
                for key, inner in value.items():
                    pair = inner if not isinstance(inner, Text) else (inner,)
                    found += [(f"{name}[{key!r}]", text) for text in pair if isinstance(text, Text)]
    return found


@pytest.mark.parametrize(("name", "text"), all_texts())
def test_a_text_of_the_report_says_the_same_in_both_languages(name: str, text: Text) -> None:
    def fields(sentence: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", sentence)) - {"n", "all", "unit", "unit_en"}

    assert text.en.strip(), name
    assert fields(text.zh) == fields(text.en), name


def test_both_languages_are_written_and_strangers_texts_escaped() -> None:
    assert both(Text("<b>", "<i>")) == (
        '<span class="zh">&lt;b&gt;</span><span class="en" lang="en">&lt;i&gt;</span>'
    )
    assert css_string('";}</style>') == '"\\22 \\3b \\7d \\3c \\2f style\\3e "'


def test_every_parameter_and_count_stands_in_the_report(study: Study) -> None:
    given = dict(study.parameters) | {"made_up": [1, {"a": "<b>"}], "counts": {"odd_thing": 7}}
    listed = method.parameters(replace(study, parameters=given))
    for name in ("odd_thing", "made_up", "&lt;b&gt;", "随机种子", "数据署名"):
        assert name in listed
    many = replace(study, parameters=dict(study.parameters) | {"adcodes": [f"{k:06d}" for k in range(99)]})
    assert "共 99 个" in method.parameters(many)


def test_tables_list_every_area_and_every_standard(study: Study) -> None:
    rows = re.findall(r"<tr><th", tables.districts(study))
    assert len(rows) == 1 + len(reading.level(study, "district")) + 1
    assert tables.standards(study).count('<tr><th scope="row"') == len(study.limits)
    assert "（本报告所用）" in tables.standards(study)
    rows_of = reading.level(study, "township").sort_values("walk_0200_gap", ascending=False, kind="stable")
    named = [reading.area_names(study)[code].zh for code in rows_of["code"]]
    towns = re.findall(r'<th scope="row">(.*?)</th>', tables.townships(study))
    assert [re.sub(r'<span class="en".*?</span>|<[^>]*>', "", cell) for cell in towns] == named


def test_long_lists_say_how_much_is_left_out(study: Study) -> None:
    gaps = study.gaps[study.gaps["gap_id"] == "walk-any-1"]
    many = pd.concat(
        [gaps.assign(rank=float(k), gap_id=f"walk-any-{k}") for k in range(1, 31)], ignore_index=True
    )
    listed = tables.gaps(replace(study, gaps=many), ("walk", "any"))
    assert "这里列出前 15 行，共 30 行" in listed
