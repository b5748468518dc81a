"""Hours as posted: what each wording means, written down by hand, and what holds for any text at all."""

import time

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.hours import posted
from data.hours import schedule as hours
from data.hours.posted import read

LAW = settings(max_examples=300, derandomize=True, deadline=None)

PLAIN = {
    "24小时": "24/7",
    "24 小时": "24/7",
    "全天": "24/7",
    "全天候": "24/7",
    "24h": "24/7",
    "24小时营业": "24/7",
    "7×24小时": "24/7",
    "每天24小时开放": "24/7",
    "全天24小时": "24/7",
    "二十四小时": "24/7",
    "00:00-24:00": "24/7",
    "0:00-23:59": "24/7",
    "24/7": "24/7",
    "8:00—20:00": "Mo-Su 08:00-20:00",
    "8:00-20:00": "Mo-Su 08:00-20:00",
    "9：00～18：00": "Mo-Su 09:00-18:00",
    "８：００－２０：００": "Mo-Su 08:00-20:00",
    "08:30--17:30": "Mo-Su 08:30-17:30",
    "08:00 至 20:00": "Mo-Su 08:00-20:00",
    "自8:00起": None,
    "开放时间：9:00-21:00": "Mo-Su 09:00-21:00",
    "08:00:00-18:00:00": "Mo-Su 08:00-18:00",
    "8.30-17.30": "Mo-Su 08:30-17:30",
    "早8点至晚6点": "Mo-Su 08:00-18:00",
    "早八点到晚六点半": "Mo-Su 08:00-18:30",
    "早8晚6": "Mo-Su 08:00-18:00",
    "上午9点-下午5点半": "Mo-Su 09:00-17:30",
    "上午九点至下午五点": "Mo-Su 09:00-17:00",
    "上午8:30-12:00 下午2:00-5:30": "Mo-Su 08:30-12:00,14:00-17:30",
    "下午2:00-5:00": "Mo-Su 14:00-17:00",
    "晚上7点-10点": "Mo-Su 19:00-22:00",
    "早上8点到晚上12点": "Mo-Su 08:00-24:00",
    "8时30分-17时30分": "Mo-Su 08:30-17:30",
    "8点一刻-17点三刻": "Mo-Su 08:15-17:45",
    "8-18点": "Mo-Su 08:00-18:00",
    "8:30AM-5:30PM": "Mo-Su 08:30-17:30",
    "20:00-次日6:00": "Mo-Su 20:00-06:00",
    "22:00-2:00": "Mo-Su 22:00-02:00",
    "晚8点-次日早6点": "Mo-Su 20:00-06:00",
    "8:00-次日8:00": "Mo-Su 08:00-08:00",
    "周一至周五 08:30-12:00,13:00-17:30": "Mo-Fr 08:30-12:00,13:00-17:30",
    "周一到周日 9:00-17:00": "Mo-Su 09:00-17:00",
    "星期一至星期五9:00至17:00": "Mo-Fr 09:00-17:00",
    "周1至周5 9:00-17:00": "Mo-Fr 09:00-17:00",
    "周1-5 8:00-18:00": "Mo-Fr 08:00-18:00",
    "周一至周五6-18点": "Mo-Fr 06:00-18:00",
    "周一至五，8:00-18:00": "Mo-Fr 08:00-18:00",
    "周日至周四 9:00-17:00": "Mo-Th,Su 09:00-17:00",
    "周六日 10:00-16:00": "Sa-Su 10:00-16:00",
    "周六、日10:00-16:00": "Sa-Su 10:00-16:00",
    "每周日 10:00-16:00": "Su 10:00-16:00",
    "周一、三、五 9:00-11:00": "Mo,We,Fr 09:00-11:00",
    "每天 8:00-20:00": "Mo-Su 08:00-20:00",
    "每日8时至20时": "Mo-Su 08:00-20:00",
    "全年无休 8:00-20:00": "Mo-Su 08:00-20:00",
    "8:00-20:00（节假日正常开放）": "Mo-Su 08:00-20:00",
    "9:00-17:00 周末休息": "Mo-Fr 09:00-17:00",
    "9:00-17:00（周一至周五）": "Mo-Fr 09:00-17:00",
    "周二至周日9:00-17:00，周一闭馆": "Tu-Su 09:00-17:00",
    "每天9:00-17:00（周一除外）": "Tu-Su 09:00-17:00",
    "除周一外每天9:00-17:00": "Tu-Su 09:00-17:00",
    "周一至周五9:00-17:00，周六9:00-12:00": "Mo-Fr 09:00-17:00; Sa 09:00-12:00",
    "周三 13:00-15:00；周五 9:00-11:00": "We 13:00-15:00; Fr 09:00-11:00",
    "9:00-17:00（12:00-13:30午休）": "Mo-Su 09:00-12:00,13:30-17:00",
    "周一至周五9:00-17:00，午休12:00-13:00": "Mo-Fr 09:00-12:00,13:00-17:00",
    "9:00-17:00（中午12点-1点休息）": "Mo-Su 09:00-12:00,13:00-17:00",
    "中午不休 8:00-18:00": "Mo-Su 08:00-18:00",
    "9:00-17:00 节假日除外": "Mo-Su 09:00-17:00; PH off",
    "除法定节假日外 8:00-18:00": "Mo-Su 08:00-18:00; PH off",
    "周一至周五9:00-17:00，法定节假日休息": "Mo-Fr 09:00-17:00; PH off",
    "周一至周六8:00-18:00，周日及法定节假日休息": "Mo-Sa 08:00-18:00; PH off",
    "周一至周五8:30-17:30，周末及节假日9:00-16:00": "Mo-Fr 08:30-17:30; Sa-Su 09:00-16:00; PH 09:00-16:00",
    "每天8:00-20:00，法定节假日9:00-16:00": "Mo-Su 08:00-20:00; PH 09:00-16:00",
    "Mo-Fr 09:00-17:30; PH off": "Mo-Fr 09:00-17:30; PH off",
    "Mo-Fr 9:00-17:30": "Mo-Fr 09:00-17:30",
    "Jan-Mar 09:00-12:00": "Jan-Mar 09:00-12:00",
}
WORKING = {
    "工作日 9:00-17:30": "Mo-Fr 09:00-17:30; PH off",
    "9:00-17:00工作日": "Mo-Fr 09:00-17:00; PH off",
    "工作日9:00-17:00，节假日休息": "Mo-Fr 09:00-17:00; PH off",
    "工作日24小时": "Mo-Fr 00:00-24:00; PH off",
    "工作日：9:00-12:00,13:30-17:00": "Mo-Fr 09:00-12:00,13:30-17:00; PH off",
    "工作日 9:00-17:30，周末 10:00-16:00": "Mo-Fr 09:00-17:30; Sa-Su 10:00-16:00; PH unknown",
}
UNREAD = {
    "days without times": (
        "工作日开放",
        "周一至周五",
        "每天",
        "全年无休",
        "周末 休息",
        "节假日除外",
        "Mo-Fr",
    ),
    "seasons": ("夏季8:00-20:00 冬季9:00-18:00", "5月-10月8:00-20:00", "寒假9:00-12:00"),
    "morning or afternoon": ("9:00-5:00", "1:00-5:00", "8:30-12:00 2:00-5:30", "8:00-8:00", "晚上8点-6点"),
    "all day or 24 hours": ("周一至周五全天", "工作日全天开放", "全天，周日休息"),
    "noon without times": ("9:00-17:00 中午休息", "8:00-12:00 14:00-18:00 午休", "9:00-17:00休息"),
    "which holidays": (
        "工作日8:30-17:30，节假日9:00-16:00",
        "8:00-20:00，节假日9:00-16:00",
        "每天8:00-20:00，节假日9:00-16:00",
    ),
    "contradictions": ("24小时 8:00-20:00", "全年无休 工作日9:00-17:00", "8:00-12:00,11:00-13:00"),
    "no times of day": ("8:00-25:00", "8:70-9:00", "上午15:00-16:00", "早12点-晚6点"),
    "other words": (
        "以门店营业时间为准",
        "24小时（自助区）",
        "暂停开放",
        "8:00",
        "8-18",
        "9am-5pm x",
        "不详",
    ),
    "beyond evaluation": (
        "Mo-Fr sunrise-sunset",
        "Mo-Fr 09:00+",
        'Mo-Fr 09:00-17:00 "call"',
        "SH 9:00-10:00",
    ),
}


@pytest.mark.parametrize(("text", "hours"), PLAIN.items())
def test_a_wording_is_read(text, hours):
    assert read(text)[:2] == (hours, False)


@pytest.mark.parametrize(("text", "hours"), WORKING.items())
def test_working_days_follow_make_up_days(text, hours):
    assert read(text) == (hours, True, None)


@pytest.mark.parametrize("text", [text for group in UNREAD.values() for text in group])
def test_what_is_not_clear_stays_unknown_with_a_reason(text):
    answer = read(text)
    assert answer.opening_hours is None
    assert not answer.makeup_days
    assert answer.note
    assert answer.note.zh


def test_an_empty_text_says_nothing():
    assert read(None) == read("") == read(" \t　") == (None, False, None)


ZHENGZHOU = {
    "24小时": "24/7",
    "工作日开放": None,
    "05:00-17:30": "Mo-Su 05:00-17:30",
    "07:30-22:30": "Mo-Su 07:30-22:30",
    "08:00-12:00,14:00-16:00": "Mo-Su 08:00-12:00,14:00-16:00",
    "08:00-18:30": "Mo-Su 08:00-18:30",
    "08:00-20:00": "Mo-Su 08:00-20:00",
    "08:00-22:00": "Mo-Su 08:00-22:00",
    "08:30-12:00,14:00-17:30": "Mo-Su 08:30-12:00,14:00-17:30",
    "08:30-18:00": "Mo-Su 08:30-18:00",
    "08:30-19:30": "Mo-Su 08:30-19:30",
    "08:45-23:45": "Mo-Su 08:45-23:45",
    "09:00-20:00": "Mo-Su 09:00-20:00",
    "周一至周五 08:00-12:00,14:00-18:00": "Mo-Fr 08:00-12:00,14:00-18:00",
    "周一至周五 08:30-12:00,13:00-17:30": "Mo-Fr 08:30-12:00,13:00-17:30",
    "周一至周五 09:00-17:00": "Mo-Fr 09:00-17:00",
    "周一至周五 09:00-20:00": "Mo-Fr 09:00-20:00",
}


def test_the_stations_of_zhengzhou_are_read(shared_data):
    stated = pd.read_csv(shared_data / "stations/zhengzhou_union_stations.csv")["opening_hours_as_stated"]
    assert len(stated) == 82
    given = [None if pd.isna(text) else text for text in stated]
    assert [read(text).opening_hours for text in given] == [ZHENGZHOU.get(text) for text in given]
    assert {text for text in given if text} == set(ZHENGZHOU)


PIECES = (
    "周一 周五 周日 至 - — 到 工作日 节假日 法定 休息 除外 除 外 午休 全天 24小时 次日 早 晚 下午 8 9点 12:00"
    " 17:30 半 ：, （ ） 每天 周末 无休 Mo-Fr PH off ; 2:00 08:00-20:00 24/7 夏季 . / 3刻"
)
WORDS = st.sampled_from([*PIECES.split(), " "])
PHRASES = st.lists(WORDS, max_size=12).map("".join)


@LAW
@given(st.one_of(st.text(max_size=60), PHRASES))
def test_any_text_gets_valid_hours_or_a_reason(text):
    answer = read(text)
    if answer.opening_hours is None:
        assert not answer.makeup_days
        assert bool(answer.note) == bool(text.strip())
    else:
        hours.validate(answer.opening_hours)
        assert answer.note is None


@LAW
@given(PHRASES)
def test_reading_what_was_read_changes_nothing(text):
    first = read(text).opening_hours
    if first is not None:
        assert read(first).opening_hours == first


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


@LAW
@given(
    first=st.integers(0, 6),
    length=st.integers(1, 6),
    edges=st.lists(st.integers(360, 1439), min_size=2, max_size=6, unique=True).map(sorted),
    separator=st.sampled_from([",", "，", "、", "；", " ", "\n"]),
    dash=st.sampled_from(["-", "—", "——", "~", "～", "至", "到", " - ", "－", "–"]),
)
def test_days_and_spans_come_back_as_they_were_meant(first, length, edges, separator, dash):
    names, codes = "一二三四五六日", ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    spans = list(zip(edges[::2], edges[1::2], strict=False))
    days = sorted((first + i) % 7 for i in range(length + 1))
    text = f"周{names[first]}至周{names[(first + length) % 7]} "
    text += separator.join(f"{clock(a)}{dash}{clock(b)}" for a, b in spans)
    written = ",".join(f"{clock(a)}-{clock(b)}" for a, b in spans)
    answer = read(text).opening_hours
    assert answer is not None
    selector, times = answer.split(" ")
    assert times == written
    assert hours.canonical(f"{','.join(codes[day] for day in days)} {written}") == f"{selector} {written}"


def test_a_text_of_megabytes_is_turned_away_at_once():
    began = time.perf_counter()
    for text in ("8" * 10_000_000, "周一至" * 3_000_000, "Mo" * 5_000_000):
        assert read(text).opening_hours is None
    assert time.perf_counter() - began < 0.5
    assert read("周" * posted.MAX_LENGTH).note != read("周" * (posted.MAX_LENGTH + 1)).note


def test_the_longest_texts_that_are_read_take_no_time():
    began = time.perf_counter()
    for piece in (
        "周一",
        "8:00-",
        "1" * 7,
        "十",
        "次日",
        "上午",
        "-",
        "24",
        "[",
        "一二三",
        "8点半",
        "Mo-Fr ",
    ):
        read((piece * posted.MAX_LENGTH)[: posted.MAX_LENGTH])
    assert time.perf_counter() - began < 1


def test_many_rows_share_few_texts():
    began = time.perf_counter()
    texts = [f"周一至周五 {8 + i % 3}:{i % 60:02d}-17:30" for i in range(180_000)]
    assert all(read(text).opening_hours for text in texts)
    assert time.perf_counter() - began < 2
