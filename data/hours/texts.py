"""What a user may read of this room, Chinese first, English second (see ``geo.texts``)."""

from collections.abc import Mapping
from typing import Final

from geo.texts import Text

HOURS_EMPTY: Final = Text("没有写开放时间", "no opening hours are stated")
HOURS_TOO_LONG: Final = Text(
    "有 {length} 个字符，最多读 {limit} 个；请缩短",
    "has {length} characters, at most {limit} are read; shorten it",
)
HOURS_UNREADABLE: Final = Text(
    "读不懂“{part}”，开放时间按不详处理",
    "“{part}” could not be understood, so the hours count as unknown",
)
HOURS_NO_TIMES: Final = Text(
    "写了哪天开放，没写几点到几点；开放时间按不详处理",
    "days are stated but no times, so the hours count as unknown",
)
HOURS_SEASONAL: Final = Text(
    "时间随季节或日期而变，暂不能读；开放时间按不详处理",
    "the times change with season or date, which is not read, so the hours count as unknown",
)
HOURS_NOON: Final = Text(
    "写了午休，没写几点到几点，或对不上；开放时间按不详处理",
    "a break at noon is stated without clear times, so the hours count as unknown",
)
HOURS_HALF_DAY: Final = Text(
    "“{part}”分不清上午下午；请写成 24 小时制，例：09:00-17:00",
    "“{part}” may be morning or afternoon; write the 24-hour clock, for instance 09:00-17:00",
)
HOURS_BAD_TIME: Final = Text("“{part}”不是一天里的时刻；请改正", "“{part}” is no time of day; correct it")
HOURS_CONTRADICTION: Final = Text(
    "“{part}”有不止一种读法或自相矛盾；开放时间按不详处理",
    "“{part}” can be read in more than one way, so the hours count as unknown",
)
HOURS_ALL_DAY: Final = Text(
    "“{part}”可能指全天 24 小时，也可能指整个白天；请写明时间",
    "“{part}” may mean 24 hours or the whole working day; state the times",
)
HOURS_SYNTAX: Final = Text(
    "“{part}”不符合 OSM opening_hours 语法；例：Mo-Fr 09:00-17:30; PH off",
    "“{part}” is not OSM opening_hours; for instance: Mo-Fr 09:00-17:30; PH off",
)
HOURS_BEYOND: Final = Text(
    "“{part}”本系统不能推算（日出日落、学校假期、备注、开口时间等）；请写成固定时间",
    "“{part}” cannot be evaluated here (sun, school holidays, comments, open ends); write fixed times",
)
HOURS_NAIVE_TIME: Final = Text(
    "时刻 {at} 没有时区；请带上时区，例：+08:00",
    "the time {at} has no zone; give one, for instance +08:00",
)
HOLIDAYS_EXPIRE: Final = Text(
    "节假日表只到 {last} 年；国务院公布后请执行：yizhan holidays import 文件（{year} 年的放假和调休安排）",
    "the holiday table ends with {last}; once {year} is announced type: yizhan holidays import FILE",
)
HOLIDAYS_YEAR_MISSING: Final = Text(
    "节假日表没有 {year} 年，节假日前后的开放状态不详；请执行：yizhan holidays import 文件",
    "the holiday table lacks {year}, so hours around its holidays are unknown; "
    "type: yizhan holidays import FILE",
)
NATIONAL_HOLIDAY: Final[Mapping[str, Text]] = {
    "new_year": Text("元旦", "New Year's Day"),
    "spring": Text("春节", "Spring Festival"),
    "qingming": Text("清明节", "Qingming"),
    "labour": Text("劳动节", "Labour Day"),
    "dragon_boat": Text("端午节", "Dragon Boat Festival"),
    "mid_autumn": Text("中秋节", "Mid-Autumn Festival"),
    "national": Text("国庆节", "National Day"),
}
HOLIDAY_GAP: Final = Text(
    "{year} 年不完整，缺：{names}；补全以前该年未列出的节日按不详处理",
    "{year} is incomplete, it lacks: {names}; until then days not listed count as unknown",
)
HOLIDAY_CELL: Final = Text("{path} 第 {row} 行 {field}：{why}", "{path} row {row}, {field}: {why}")
HOLIDAY_DAY: Final = Text(
    "“{value}”不是 2000 至 2200 年的日期；请写成 2027-01-01",
    "“{value}” is no date from 2000 to 2200; write it as 2027-01-01",
)
HOLIDAY_KIND: Final = Text(
    "“{value}”不认识；放假写 休（holiday），调休上班写 班（workday）",
    "“{value}” is not known; write holiday (休) for a day off, workday (班) for a make-up working day",
)
HOLIDAY_WEEKDAY: Final = Text(
    "{day} 是周一至周五，本来就上班，不会是调休上班日；请核对日期",
    "{day} is a Monday to Friday, worked anyway and no make-up day; check the date",
)
HOLIDAY_NAME: Final = Text(
    "“{value}”不能作节日名称；请写 1 至 {limit} 个字",
    "“{value}” is no name of a holiday; write 1 to {limit} characters",
)
HOLIDAY_TWICE: Final = Text(
    "{day} 既写休又写班；请删去其一", "{day} is both a day off and worked; delete one"
)
HOLIDAY_FILE_EMPTY: Final = Text(
    "{path} 里没有日期；每个特殊日子一行", "{path} has no days; give one row per special day"
)
HOLIDAY_FILE_LONG: Final = Text(
    "{path} 太大，最多 {limit} 行；一年只需约 40 行",
    "{path} is too big, at most {limit} rows; a year needs about 40",
)
HOLIDAY_FILE_COLUMNS: Final = Text(
    "{path} 缺列：{columns}；表头应为 日期、类型、节日（day, kind, name）",
    "{path} lacks columns: {columns}; the header is day, kind, name",
)
HOLIDAY_FILE_UNREADABLE: Final = Text(
    "{path} 不能读：{why}；请给出 .csv 或 .xlsx 文件",
    "{path} cannot be read: {why}; give a .csv or .xlsx file",
)
