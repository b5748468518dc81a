"""The office's commands from the list to the confirmed stations: forms, steps, files there and back, exit codes."""

from pathlib import Path

import openpyxl
import pytest

UNIT = "郑州市总工会"
IMPORT = ("--coordsys", "gcj02", "--audience", "outdoor_workers", "--source", UNIT)


def sheet_of(path):
    return openpyxl.load_workbook(path).worksheets[0]


def column(sheet, title):
    at = [cell.value for cell in sheet[1]].index(title)
    return [row[at] for row in sheet.iter_rows(min_row=2, values_only=True)]


def write_cells(path, title, values):
    """Write a column of a file, row by row, as people do."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    at = [cell.value for cell in sheet[1]].index(title) + 1
    for row, value in enumerate(values, start=2):
        sheet.cell(row, at).value = value
    book.save(path)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def campaign(yizhan, folder, connection):
    """Five stations, A to E, of which E is for staff, and a campaign for two."""
    with connection.cursor() as cursor:
        for station_id in "ABCDE":
            audience = "staff" if station_id == "E" else "outdoor_workers"
            cursor.execute(
                """INSERT INTO yizhan.station (station_id, name, source, audience, adcode)
                   VALUES (%s, '驿站', 's', %s, '410105')""",
                (station_id, audience),
            )
    connection.commit()
    assert select(yizhan, "new", "--title", "最美", "--level", "city=市级:2", "--on", "2026-11-02")[0] == 0
    return yizhan


def select(yizhan, command, *arguments, by=UNIT):
    return yizhan("select", command, "zz", *arguments, *(("--by", by) if by else ()))


def recommend(yizhan, *ids):
    return select(yizhan, "recommend", *ids, "--level", "city", "--on", "2026-11-03")


def test_the_real_list_goes_from_form_to_confirmed_list(yizhan, folder, shared_data):
    real = shared_data / "stations" / "zhengzhou_union_stations.csv"
    assert yizhan("import", real, *IMPORT)[0] == 0
    assert yizhan("haves", "form", "form.xlsx")[0] == 0
    ids = column(sheet_of("form.xlsx"), "驿站ID")
    assert len(ids) == 82
    write_cells("form.xlsx", "填报人单位", [UNIT] * 20)
    write_cells("form.xlsx", "填报日期", ["2026-11-02"] * 20)
    write_cells("form.xlsx", "有服务台账", ["是", "否", "也许", None] * 5)
    write_cells("form.xlsx", "有专人负责", ["是"] * 20)
    code, out, err = yizhan("haves", "import", "form.xlsx", "--kind", "declared")
    assert (code, "更新 15 站" in out, "拒绝 5" in out, "也许" in err) == (4, True, True, True)
    assert sheet_of("form.rejected.xlsx").max_row == 6

    terms = ("--title", "最美", "--level", "city=市级:4", "--limit", "city:上街区=0", "--on", "2026-11-02")
    assert select(yizhan, "new", *terms)[0] == 0
    everyone = ("--file", "form.xlsx", "--level", "city", "--on", "2026-11-03")
    assert "办理 82 站" in select(yizhan, "recommend", *everyone)[1]
    assert "已在此步 82" in select(yizhan, "recommend", *everyone)[1]
    assert select(yizhan, "shortlist", "--out", "list.xlsx", by=None)[0] == 0
    places = column(sheet_of("list.xlsx"), "排序结果")
    assert places == ["入围"] * 4 + ["候补"] * 78
    assert "上街区" not in column(sheet_of("list.xlsx"), "区县")[:4]

    write_cells("list.xlsx", "结论", ["同意", "同意", "退回", "退回", "不知道"])
    write_cells("list.xlsx", "理由", [None, None, "门口没有标识", None])
    code, out, err = select(yizhan, "review", "--file", "list.xlsx", "--on", "2026-11-05")
    assert (code, "办理 2 站" in out, "退回：办理 1 站" in out, "77 行没有结论" in err) == (
        4,
        True,
        True,
        True,
    )
    reasons = column(sheet_of("list.rejected.xlsx"), "退回原因")
    assert [reason[:6] for reason in reasons] == ["退回必须写明", "结论“不知道"]
    assert "2026-11-12" in select(yizhan, "notice", "--all", "--on", "2026-11-06")[1]
    assert select(yizhan, "publish", "--out", "notice.html")[0] == 0
    assert sheet_of("notice.xlsx").max_row == 3
    assert column(sheet_of("notice.xlsx"), "并列") == [None, None]
    code, _, err = select(yizhan, "confirm", "--all", "--on", "2026-11-12")
    assert (code, "2026-11-12" in err) == (4, True)
    assert "办理 2 站" in select(yizhan, "confirm", "--all", "--on", "2026-11-13")[1]
    assert select(yizhan, "publish", "--confirmed", "--out", "confirmed.html")[0] == 0
    history = select(yizhan, "history", by=None)[1].splitlines()
    assert len(history) == 82 + 3 + 2 + 2
    assert sum("退回" in line and "门口没有标识" in line for line in history) == 1


def test_steps_out_of_order_are_refused_with_exit_code_4_and_terms_hold_after_the_notice(campaign):
    assert select(campaign, "review", "A")[0] == 4
    assert recommend(campaign, "A", "nobody", "E")[0] == 4
    code, _, err = select(campaign, "confirm", "A")
    assert (code, "基层推荐 → 综合评议 → 公示 → 确认" in err) == (4, True)
    select(campaign, "review", "A", "--on", "2026-11-04")
    select(campaign, "notice", "A", "--on", "2026-11-05")
    code, _, err = select(campaign, "change", "--notice-days", "1", by=None)
    assert (code, "已经开始公示" in err) == (1, True)


def test_a_quota_above_the_candidates_is_told_with_the_numbers_and_may_be_accepted(campaign):
    recommend(campaign, "A")
    code, _, err = select(campaign, "shortlist", by=None)
    assert (code, "2" in err, "1 个" in err, "--short" in err) == (1, True, True, True)
    assert select(campaign, "shortlist", "--short", by=None)[0] == 0
    assert "办理 1 站" in select(campaign, "review", "--chosen", "--short")[1]


def test_a_level_for_which_nobody_was_recommended_is_a_quota_above_the_candidates(campaign):
    two = ("--level", "city=市级:1", "--level", "national=全国级:3")
    assert select(campaign, "change", *two, by=None)[0] == 0
    recommend(campaign, "A")
    code, _, err = select(campaign, "review", "--chosen")
    assert (code, "全国级 的名额还有 3 个" in err) == (1, True)
    assert "办理 1 站" in select(campaign, "review", "--chosen", "--short")[1]


def test_places_that_were_taken_are_not_given_again(campaign):
    recommend(campaign, "A", "B", "C", "D")
    assert "办理 2 站" in select(campaign, "review", "--chosen")[1]
    code, _, err = select(campaign, "review", "--chosen")
    assert (code, "没有可以办理的站点" in err, "名额已满" in err) == (1, True, True)
    code, out, err = select(campaign, "shortlist", by=None)
    assert (code, "入围" in out, "2 个已由" in err) == (0, False, True)
    assert "超过名额 2" in select(campaign, "review", "C", "D")[2]


def test_a_page_of_two_notices_tells_the_days_of_each(campaign):
    recommend(campaign, "A", "B")
    select(campaign, "review", "A", "B", "--on", "2026-11-04")
    select(campaign, "notice", "A", "--on", "2026-11-06")
    select(campaign, "publish", "--out", "one.html")
    assert "分批" not in Path("one.html").read_text("utf-8")
    select(campaign, "notice", "B", "--on", "2026-11-09")
    select(campaign, "publish", "--out", "two.html")
    page = Path("two.html").read_text("utf-8")
    for said in ("2026-11-06 至 2026-11-13，分批", "2026-11-06 至 2026-11-12", "2026-11-09 至 2026-11-13"):
        assert said in page


def test_a_station_that_is_withdrawn_or_closed_meanwhile_goes_no_further_and_is_on_no_page(
    campaign, connection
):
    recommend(campaign, "A", "B", "C")
    select(campaign, "review", "A", "B", "--on", "2026-11-04")
    select(campaign, "notice", "A", "B", "--on", "2026-11-05")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE yizhan.station SET deleted_at = now() WHERE station_id = 'A'")
        cursor.execute("UPDATE yizhan.station SET audience = 'staff' WHERE station_id = 'C'")
    connection.commit()
    code, _, err = select(campaign, "publish", "--out", "page.html")
    assert (code, "A" in err, "撤销" in err) == (0, True, True)
    assert column(sheet_of("page.xlsx"), "驿站ID") == ["B"]
    assert select(campaign, "confirm", "A", "--on", "2026-11-16")[0] == 4
    code, _, err = select(campaign, "review", "C")
    assert (code, "不对户外劳动者开放" in err) == (4, True)
    assert select(campaign, "return", "A", "--reason", "已撤销")[0] == 0
    assert select(campaign, "status", "--out", "status.xlsx", by=None)[0] == 0
    assert column(sheet_of("status.xlsx"), "所处步骤") == ["退回", "公示", "基层推荐"]


def test_what_a_visit_found_after_the_recommendation_counts_in_the_ranking(campaign, connection):
    recommend(campaign, "A", "B", "C")
    with connection.cursor() as cursor:
        for fact in ("activities", "service_brand"):
            cursor.execute(
                """INSERT INTO yizhan.evidence (station_id, stated)
                   VALUES ('C', jsonb_build_object(%s, '{"visited": {"state": "yes", "on": "2026-11-20"}}'::jsonb))
                   ON CONFLICT (station_id) DO UPDATE SET stated = yizhan.evidence.stated || excluded.stated""",
                (fact,),
            )
    connection.commit()
    select(campaign, "shortlist", "--out", "list.xlsx", by=None)
    assert column(sheet_of("list.xlsx"), "驿站ID")[0] == "C"
    assert column(sheet_of("list.xlsx"), "具备项数") == [1, 0, 0]


def test_a_list_decided_on_an_older_reading_is_refused_row_by_row(campaign):
    recommend(campaign, "A", "B")
    select(campaign, "shortlist", "--out", "list.xlsx", by=None)
    select(campaign, "return", "A", "--reason", "重复", by="别的单位")
    recommend(campaign, "A")
    write_cells("list.xlsx", "结论", ["同意", "同意"])
    code, out, err = select(campaign, "review", "--file", "list.xlsx")
    assert (code, "办理 1 站" in out, "又办理过" in err) == (4, True, True)


def test_a_reason_that_cannot_be_kept_holds_up_its_own_row_only(campaign):
    recommend(campaign, "A", "B", "C", "D")
    select(campaign, "shortlist", "--out", "list.xlsx", by=None)
    write_cells("list.xlsx", "结论", ["同意", "退回", "退回", "退回"])
    write_cells("list.xlsx", "理由", [None, "长" * 201, "请找 13800138000", "门口没有标识\n须整改"])
    code, out, err = select(campaign, "review", "--file", "list.xlsx")
    assert (code, "办理 1 站" in out, "list.rejected.xlsx" in err) == (4, True, True)
    kept = sheet_of("list.rejected.xlsx")
    assert column(kept, "驿站ID") == ["B", "C"]
    assert ["200" in column(kept, "退回原因")[0], "手机" in column(kept, "退回原因")[1]] == [True, True]
    returned = [line for line in select(campaign, "history", by=None)[1].splitlines() if "退回" in line]
    assert [("D" in line, "门口没有标识 须整改" in line) for line in returned] == [(True, True)]


def test_the_list_of_another_campaign_reviews_nobody_but_may_recommend(campaign):
    recommend(campaign, "A", "B")
    select(campaign, "shortlist", "--out", "list.xlsx", by=None)
    write_cells("list.xlsx", "结论", ["同意", "同意"])
    new = ("--title", "另一个", "--level", "nat=国级:2", "--by", UNIT, "--on", "2026-11-02")
    campaign("select", "new", "other", *new)
    step = ("--file", "list.xlsx", "--by", UNIT, "--on", "2026-11-03")
    assert "办理 2 站" in campaign("select", "recommend", "other", "--level", "nat", *step)[1]
    code, out, _ = campaign("select", "review", "other", *step)
    assert (code, "综合评议" in out) == (4, False)
    assert all("zz" in reason for reason in column(sheet_of("list.rejected.xlsx"), "退回原因"))
    assert "办理 2 站" in select(campaign, "review", "--file", "list.xlsx")[1]


def test_digits_that_are_no_numbers_are_no_versions(campaign):
    recommend(campaign, "A")
    select(campaign, "shortlist", "--short", "--out", "list.xlsx", by=None)
    write_cells("list.xlsx", "结论", ["同意"])
    write_cells("list.xlsx", "办理版本", ["²"])
    assert select(campaign, "review", "--file", "list.xlsx")[0] == 0


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("new", "--title", "x", "--level", "city=市级"), "代码=名称:名额"),
        (("new", "--title", "x", "--level", "city=市级:②"), "代码=名称:名额"),
        (("new", "--title", "x", "--level", "city=市级:2", "--limit", "city:1=²"), "级别:区县=上限"),
        (("new", "--title", "x", "--level", "city=市级:2", "--limit", "town:1=2"), "级别:区县=上限"),
        (("new", "--title", "x", "--level", "city=市级:2", "--on", "昨天"), "2026-11-22"),
        (("new", "--title", "x", "--level", "city=市级:2", "--on", "2206-11-02"), "还没有到"),
        (("new", "--title", "x", "--level", "city=市级:2", "--limit", "city:1=2", "--limit", "city:1=3"), "两次"),
        (("new", "--title", "x", "--level", "city=市级:2", "--rules", "nine"), "seven_2021"),
        (("new", "--title", "x", "--level", "city=市级:2"), "已经有了"),
        (("new", "--title", "x", "--level", "city=市级:2", "--notice-days", "99"), "99"),
        (("recommend", "A", "--level", "town"), "town"),
        (("recommend", "A", "--level", "city", "--file", "x.xlsx"), "--file"),
        (("recommend", "--level", "city"), "--file"),
        (("recommend", "--level", "city", "--file", "nowhere.xlsx"), "nowhere.xlsx"),
        (("return", "A", "--reason", ""), "reason"),
        (("return", "A", "--reason", "找老张 13800138000"), "手机"),
        (("publish", "--out", "list.xlsx"), ".html"),
        (("publish", "--out", "page.html"), "select notice"),
        (("notice", "A", "--on", "2099-01-01"), "2099-01-01"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_said_in_a_sentence_and_changes_nothing(campaign, command, said):
    code, _, err = select(campaign, *command)
    assert (code, said in err) == (1, True), err
    assert select(campaign, "history", by=None)[1] == ""


def test_a_level_with_candidates_stays_and_limits_stay_when_a_quota_changes(campaign):
    change = ("--level", "city=市级:3", "--limit", "city:410105=1")
    assert select(campaign, "change", *change, by=None)[0] == 0
    assert select(campaign, "change", "--level", "city=市级:4", by=None)[0] == 0
    recommend(campaign, "A", "B")
    code, _, err = select(campaign, "shortlist", by=None)
    assert (code, "1 个" in err) == (1, True)
    code, _, err = select(campaign, "change", "--level", "town=乡:4", by=None)
    assert (code, "city" in err) == (1, True)


def test_cards_are_shown_and_counted_by_any_rule_set(campaign):
    assert "待核实" in campaign("haves", "show", "A")[1]
    assert '"unknown": 6' in campaign("haves", "show", "A", "--rules", "six", "--json")[1]
    assert campaign("haves", "show", "nobody")[0] == 1
    assert "5" in campaign("haves", "summary")[1]
    assert campaign("haves", "summary", "--adcode", "99")[0] == 1
    assert campaign("haves", "import", "x.xlsx", "--kind", "guessed")[0] == 2


@pytest.mark.parametrize(
    "command",
    [
        ("reports", "list"), ("reports", "visits"), ("select", "shortlist", "zz"), ("select", "status", "zz"),
        ("haves", "form"),
    ],
)  # fmt: skip
def test_what_is_written_as_excel_is_named_so(campaign, command):
    recommend(campaign, "A", "B")
    option = () if command[0] == "haves" else ("--out",)
    code, _, err = campaign(*command, *option, "list.csv")
    assert (code, "以 .xlsx 结尾" in err, Path("list.csv").exists()) == (1, True, False)


def test_posters_need_an_address_and_public_stations(campaign):
    assert "YIZHAN_PUBLIC_URL" in campaign("poster", "--out", "p")[2]
    url = ("--url", "https://yizhan.example.cn/")
    assert "E" in campaign("poster", "A", "E", "--out", "p", *url)[2]
    assert campaign("poster", "A", "B", "--out", "p", *url)[0] == 0
    assert sorted(f.name for f in Path("p").iterdir()) == ["A.svg", "B.svg", "posters.html"]
    assert "https://yizhan.example.cn/stations/A/report" in Path("p/posters.html").read_text("utf-8")
    assert campaign("poster", "--out", "p", *url)[0] == 1


def test_a_note_of_a_stranger_breaks_no_list(campaign, connection):
    note = "[/b][red]\x1b[31m=1+1</td>"
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO yizhan.report (station_id, reason, found_at, found_day, within_hours, note, address_hash,
                                          received_on)
               VALUES ('A', 'closed', now(), '2026-11-22', 'yes', %s, decode(repeat('00', 16), 'hex'), '2026-11-22')""",
            (note.replace("\x1b", ""),),
        )
    connection.commit()
    code, out, _ = campaign("reports", "list", "--out", "r.xlsx")
    assert (code, "[/b][red]" in out) == (0, True)
    assert "[/b][red][31m=1+1</td>" in column(sheet_of("r.xlsx"), "说明")
    assert campaign("reports", "confirm", "1", "--by", "老张 13800138000")[0] == 1
    assert campaign("reports", "mend", "1", "--by", UNIT, "--words", "已更换门锁")[0] == 0
    assert campaign("reports", "reject", "1", "99", "--by", UNIT)[0] == 4
    assert campaign("reports", "visits", "--out", "v.xlsx")[0] == 0
    assert column(sheet_of("v.xlsx"), "驿站ID") == ["A", "B", "C", "D"]
