"""The words of hours as posted: Chinese text cut into tokens (days, times, spans, all day, closed …)."""

import re
import unicodedata
from typing import Final, NamedTuple

from data.hours import texts
from geo.texts import Text

ALL_WEEK: Final = frozenset(range(7))
WEEKEND: Final = frozenset({5, 6})
WORKWEEK: Final = frozenset(range(5))


class Token(NamedTuple):
    """One word: its kind, its value by kind, and the text it came from.

    ``days`` frozenset of weekdays · ``working`` · ``holidays`` whether named as statutory (法定) · ``span``
    (start, end) · ``always`` whether it says 24 hours in so many words · ``never`` (every day, no day off)
    · ``off`` · ``except`` · ``noon`` (a break) · ``gap`` (punctuation) · ``season`` · ``unknown``.
    """

    kind: str
    value: object
    text: str


class Unreadable(Exception):  # noqa: N818 (an answer of the reader, caught by it)
    """The text cannot be read; ``note`` says why."""

    def __init__(self, note: Text) -> None:
        super().__init__(note.en)
        self.note = note


class _Clock(NamedTuple):
    part: str  # 早 上午 中午 下午 晚 凌晨 or ""
    tomorrow: bool
    hour: int
    minute: int
    text: str


_DIGITS: Final = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_WEEKDAY: Final = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5} | {
    str(i + 1): i for i in range(7)
}
_NUMBER: Final = r"(?:\d{1,2}|[二两]?十[一二三四五六七八九]?|[零〇一二两三四五六七八九])"
_TOMORROW: Final = r"次日|翌日|第二天|隔天|隔日"
_PART: Final = (
    r"清晨|凌晨|早晨|早上|早间|上午|午前|中午|正午|下午|午后|傍晚|晚上|晚间|夜间|夜里|半夜|早|晚|夜|AM|PM"
)
# One clock reading; "#" stands for its number in the span, because a group name is used once.
_CLOCK: Final = (
    rf"(?P<t#>{_TOMORROW})?(?:当[日天])?(?P<p#>{_PART})?(?P<u#>{_TOMORROW})?(?P<q#>{_PART})?(?P<h#>{_NUMBER})"
    r"(?::(?P<m#>\d\d)(?::00)?分?"
    r"|[点时]钟?(?:(?P<n#>\d{1,2}|[一二三四五]?十[一二三四五六七八九]?|零[一二三四五六七八九])分?"
    r"|(?P<half#>半)|(?P<quarter#>[一三])刻|整)?"
    r"|(?P<dot#>\.(?:00|30))|(?P<bare#>))(?P<s#>AM|PM)?(?![0-9])"
)
_SPAN: Final = _CLOCK.replace("#", "1") + r"(?:-|(?=[晚夜]))" + _CLOCK.replace("#", "2")
_DAY: Final = r"(?:每?(?:周|星期|礼拜))"
_SIGN: Final = r"[一二三四五六日天末](?![点时刻])"
_DIGIT: Final = r"[1-7](?![0-9:.点时])"
_DAYS: Final = (
    rf"{_DAY}(?:{_SIGN}(?:[-、,和及与/]?{_DAY}?{_SIGN})*|{_DIGIT}(?:[-、,和及与/]{_DAY}?{_DIGIT}(?!-))*)"
)
_WORDS: Final = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            "always",
            r"(?:全天候?|全日|每[天日])?(?:24(?:个)?(?:小时|钟头|h(?:ours?|rs?)?(?![a-z]))|二十四(?:个)?小时)(?:全天候?|不间断|不打烊)?",
        ),
        ("always", r"(?:7|七)(?:天)?[*x×/](?:24|二十四)(?:个)?(?:小时|h)?|24/7|24[*x×]7|24小时/7天"),
        ("allday", r"全天候|全天|全日|昼夜|整天"),
        ("span", _SPAN),
        ("never", r"全年无休|全年开放|常年开放|无休|不休息|节假日(?:不休|无休|正常开放|照常开放|照常)|365天"),
        (
            "season",
            r"[春夏秋冬]|\d{1,2}月|[一二三四五六七八九十]月|寒假|暑假|学期|单双?[日号]|双[日号]|每月|隔周|单休|大小周",
        ),
        ("all", rf"每[天日]|天天|全周|一周七天|{_DAY}[一1]-{_DAY}?[日天7]"),
        ("days", _DAYS),
        ("weekend", r"双休日?|周末"),
        ("working", r"法定工作日|工作日|上班日"),
        ("statutory", r"(?:国家|国定)?法定(?:节假日|假期|节日|假日)|公众假期|国定假日|公休假日"),
        ("holidays", r"节假日|节日|假日|假期"),
        ("noonopen", r"(?:中午|午间)(?:不休息?|不打烊|不间断|无休|照常)|不午休"),
        ("noon", r"(?:中午|午间)休息?|午休(?:时间)?|午餐时间"),
        ("except", r"除外"),
        ("butfor", r"除了?"),
        ("outside", r"以?外"),
        ("off", r"休息|不开放|不对外开放|不营业|闭馆|关闭|关门|停业|歇业|不上班|闭店|公休|休"),
        (
            "filler",
            r"(?:驿站|服务|开放|营业|工作|对外|接待|使用|运营|办公|上班)时(?:间|段)|对外开放|开放|营业|服务|运营|接待|提供|使用"
            r"|正常|照常|上班|办公|开门|时间|均|都|为|对外|不间断",
        ),
        ("gap", r"[\s,;。、:|/()\[\]【】.!与和及]+"),
    )
)


def tokens(text: str) -> list[Token]:
    """Cut a text into tokens.

    Raises
    ------
    Unreadable
        A word is not known, or a time is impossible or ambiguous.

    Examples
    --------
    >>> [(t.kind, t.value) for t in tokens("早8点至晚6点")]
    [('span', (480, 1080))]
    """
    found, position, normal = list[Token](), 0, normalised(text)
    while position < len(normal):
        kind, match = _next(normal, position)
        if match is None:
            raise Unreadable(texts.HOURS_UNREADABLE.format(part=_part(normal, position)))
        position = match.end()
        if kind != "filler":
            found.append(_token(kind, match))
    return found


def normalised(text: str) -> str:
    """Bring full-width letters, dashes and connecting words into one form."""
    text = unicodedata.normalize("NFKC", text).strip()
    text = re.sub(
        r"[\u2010-\u2015\u2212~\u301c\u223c\uff5e\u2500\u30fc_]+|-{2,}|(?<=[^自])到|直?至", "-", text
    )
    text = re.sub(r"\s*-+\s*", "-", text)
    text = re.sub(r"(?<=\d)\s*:\s*(?=\d)", ":", text)
    text = re.sub(
        r"(?<=[\d点时分半])\s+(?=[点时分AaPp])|(?:(?<=[午上晨间早晚])|(?<=[次翌]日))\s+(?=\d)", "", text
    )
    text = re.sub(r"(?<=24)\s+(?=个?小时|h)", "", text)
    return re.sub(r"(?<![\w])[自从]", "", text)


def _next(text: str, position: int) -> tuple[str, re.Match[str] | None]:
    for kind, pattern in _WORDS:
        match = pattern.match(text, position)
        if match is not None and match.end() > position:
            return kind, match
    return "", None


def _token(kind: str, match: re.Match[str]) -> Token:
    text = match[0]
    if kind == "span":
        return Token("span", _span(match), text)
    if kind == "days":
        return Token("days", _weekdays(text), text)
    if kind in ("all", "weekend"):
        return Token("days", ALL_WEEK if kind == "all" else WEEKEND, text)
    if kind in ("statutory", "holidays"):
        return Token("holidays", kind == "statutory", text)
    if kind in ("always", "allday"):
        return Token("always", kind == "always", text)
    if kind == "season":
        raise Unreadable(texts.HOURS_SEASONAL)
    return Token(kind, None, text)


def _weekdays(text: str) -> frozenset[int]:
    days, previous, ranging = set[int](), None, False
    for sign in text:
        if sign == "-":
            ranging = True
        if sign not in _WEEKDAY:
            continue
        day = _WEEKDAY[sign]
        if ranging and previous is not None:
            days |= {(previous + step) % 7 for step in range((day - previous) % 7)}
        days |= {5, 6} if sign == "末" else {day}
        previous, ranging = day, False
    return frozenset(days)


def _span(match: re.Match[str]) -> tuple[int, int]:
    first, last = _clock(match, 1), _clock(match, 2)
    text, groups = match[0], match.groupdict()
    if groups["bare2"] is not None and not (first.part and last.part):
        raise Unreadable(texts.HOURS_UNREADABLE.format(part=text))
    if groups["bare1"] is not None and groups["bare2"] is None and ":" in text:
        raise Unreadable(texts.HOURS_UNREADABLE.format(part=text))
    if (
        not last.part
        and first.part in _AFTERNOON
        and not last.tomorrow
        and first.hour < 12
        and last.hour < 12
    ):
        # 下午2:00-5:00 is one afternoon; 晚8点-6点 could end in the evening or the morning.
        if last.hour <= first.hour % 12:
            raise Unreadable(texts.HOURS_HALF_DAY.format(part=text))
        last = last._replace(part=first.part)
    if first.part in _NOON and not last.part and last.hour <= 2:
        last = last._replace(part=first.part)
    start, end = _minutes(first), _minutes(last)
    if last.tomorrow:
        end = end + 1440 if end < 1440 else end
    return _ordered(start, end, first, last, text)


_AFTERNOON: Final = frozenset({"下午", "午后", "傍晚", "晚上", "晚间", "夜间", "夜里", "晚", "夜", "PM"})
_MORNING: Final = frozenset({"清晨", "凌晨", "早晨", "早上", "早间", "上午", "午前", "早", "AM"})
_NOON: Final = frozenset({"中午", "正午"})
_NIGHT: Final = frozenset({"晚上", "晚间", "夜间", "夜里", "晚", "夜", "半夜"})


def _ordered(start: int, end: int, first: _Clock, last: _Clock, text: str) -> tuple[int, int]:
    bare = not (first.part or last.part or last.tomorrow)
    if bare and 60 <= start < 300 and end <= 420 and not first.text.startswith("0"):
        raise Unreadable(texts.HOURS_HALF_DAY.format(part=text))
    if end == 1439:
        end = 1440 if start == 0 else end
    if end > 2880 or end - start > 1440:
        raise Unreadable(texts.HOURS_CONTRADICTION.format(part=text))
    if start < end:
        return start, end
    # Past midnight without a word that says so: only from the evening to the morning.
    if start >= 17 * 60 and end <= 12 * 60 and last.part not in _AFTERNOON:
        return start, end + 1440
    raise Unreadable(texts.HOURS_HALF_DAY.format(part=text))


def _clock(match: re.Match[str], which: int) -> _Clock:
    group = {
        name: match[f"{name}{which}"]
        for name in ("t", "u", "p", "q", "s", "h", "m", "n", "half", "quarter", "dot")
    }
    minute = _count(group["m"] or group["n"] or "0")
    minute = 30 if group["half"] else minute
    minute = {"一": 15, "三": 45}[group["quarter"]] if group["quarter"] else minute
    minute = int(group["dot"][1:]) if group["dot"] else minute
    part = (group["p"] or group["q"] or group["s"] or "").upper()
    if sum(bool(group[name]) for name in "pqs") > 1:
        raise Unreadable(texts.HOURS_BAD_TIME.format(part=match[0]))
    return _Clock(part, bool(group["t"] or group["u"]), _count(group["h"]), minute, group["h"])


def _minutes(clock: _Clock) -> int:
    """Turn a clock reading into minutes from 00:00, or refuse it."""
    hour, shown = clock.hour, f"{clock.part}{clock.hour}:{clock.minute:02d}"
    total = hour * 60 + clock.minute
    if clock.minute > 59 or total > 1440:
        raise Unreadable(texts.HOURS_BAD_TIME.format(part=shown))
    if clock.part in _MORNING and total > 720:
        raise Unreadable(texts.HOURS_BAD_TIME.format(part=shown))
    if clock.part in ("早", "早上", "清晨", "早晨", "凌晨", "AM", "半夜") and hour == 12:
        raise Unreadable(texts.HOURS_HALF_DAY.format(part=shown))
    if clock.part in _NOON:
        if hour not in (11, 12, 13, 14, 1, 2):
            raise Unreadable(texts.HOURS_BAD_TIME.format(part=shown))
        return total + 720 if hour <= 2 else total
    if clock.part in _NIGHT:
        return _night(clock, total, shown)
    return total + 720 if clock.part in _AFTERNOON and hour < 12 else total


def _night(clock: _Clock, total: int, shown: str) -> int:
    if clock.hour == 12 and clock.minute == 0:
        return 1440
    if clock.hour >= 17 and not clock.tomorrow:
        return total
    if 5 <= clock.hour < 12 and not clock.tomorrow:
        return total + 720
    raise Unreadable(texts.HOURS_HALF_DAY.format(part=shown))


def _count(text: str) -> int:
    """Read a number below 100, in digits or Chinese.

    Examples
    --------
    >>> [_count(t) for t in ("08", "八", "十二", "二十", "三十五")]
    [8, 8, 12, 20, 35]
    """
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return int("".join(str(_DIGITS[sign]) for sign in text))
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def _part(text: str, position: int) -> str:
    word = re.split(r"[\s,;。、()]", text[position : position + 12])[0]
    return word or text[position]
