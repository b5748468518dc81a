"""Sentences for users live in ``texts.py``: Chinese in a literal elsewhere is a sentence that escaped.

Docstrings and comments may hold Chinese, and so may the rooms named below, most of which read Chinese.
"""

import ast
import importlib
import re
import string
from collections.abc import Mapping
from pathlib import Path

import pytest

from geo.texts import Text

ROOT = Path(__file__).resolve().parents[2]
WINGS = ("geo", "data", "maps", "service")
CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")

READERS: dict[str, str] = {
    "geo/vocabulary.py": "the words of the field: names of codes",
    "geo/frames.py": "what each column means: documentation kept as values",
    "data/stations/fields.py": "reads cells of a station list",
    "data/stations/headers.py": "reads headers of a station list",
    "data/hours/holidays.py": "reads a holiday file",
    "data/streets/osm_layers.py": "reads widths as tagged",
    "data/editing/likeness.py": "words that nearly every station name holds",
    "data/hours/posted_words.py": "reads opening hours as posted",
    "data/stations/words.py": "reads words of a station list",
    "data/demand/columns.py": "reads headers of a file of demand",
    "data/sample/": "names in the invented town",
}
"""Modules, and folders, that may hold Chinese literals besides ``texts.py``, each with its reason."""


def literals(source: str) -> list[tuple[int, str]]:
    """String literals that are not docstrings (of modules, classes, functions and constants), with lines."""
    tree = ast.parse(source)
    bare = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare
    ]


def sources() -> list[Path]:
    return [path for wing in WINGS for path in sorted((ROOT / wing).rglob("*.py"))]


def test_chinese_stands_in_the_rooms_of_texts_only():
    escaped = [
        f"{path.relative_to(ROOT)}:{line}: {text[:40]!r}"
        for path in sources()
        if path.name != "texts.py" and not str(path.relative_to(ROOT)).startswith(tuple(READERS))
        for line, text in literals(path.read_text("utf-8"))
        if CHINESE.search(text)
    ]
    assert escaped == []


def test_every_reader_on_the_list_needs_to_be_there():
    for name in READERS:
        files = [path for path in sources() if str(path.relative_to(ROOT)).startswith(name)]
        texts = [text for path in files for _, text in literals(path.read_text("utf-8"))]
        assert any(CHINESE.search(text) for text in texts), f"{name} has no Chinese: take it off the list"


def all_texts() -> list[tuple[str, Text]]:
    """Every text of every room, with its name."""
    found = []
    for path in sources():
        if path.name == "texts.py":
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for member, value in vars(importlib.import_module(name)).items():
                if not member.startswith("_"):
                    found += named(f"{name}.{member}", value)
    return found


def named(name: str, value: object) -> list[tuple[str, Text]]:
    if isinstance(value, Text):
        return [(name, value)]
    if isinstance(value, Mapping):
        return [one for key, part in value.items() for one in named(f"{name}[{key!r}]", part)]
    return []


def placeholders(sentence: str) -> set[str]:
    """Names in braces; ``street_zh`` and ``street_en`` are the same one."""
    fields = {field for _, field, _, _ in string.Formatter().parse(sentence) if field is not None}
    return {re.sub(r"_(zh|en)$", "", field) for field in fields}


def is_sign(sentence: str) -> bool:
    """Whether it is a mark like 24h, a separator or a bare placeholder: nothing to translate."""
    return len(re.sub(r"\{\w+\}", "", sentence)) <= 6


OWN: dict[str, str] = {
    "switch_language": "leads to the other language, and is written in it",
    ".WAN": "counts in ten thousands in Chinese, in ones in English",
    ".PLAIN": "counts in ten thousands in Chinese, in ones in English",
    "MAP['wan']": "counts in ten thousands in Chinese, in ones in English",
    "MAP['plain']": "counts in ten thousands in Chinese, in ones in English",
}
"""Texts that rightly differ in their placeholders or their language, each with its reason."""


def is_same(text: Text) -> bool:
    """Whether it is a name of a product or of a setting, which no language changes."""
    plain = [re.sub(r"[^A-Za-z0-9]", "", re.sub(r"\{\w+\}", "", part)) for part in text]
    return plain[0] == plain[1]


TEXTS = [(name, text) for name, text in all_texts() if not any(part in name for part in OWN)]


def test_every_exception_is_needed():
    assert [part for part in OWN if not any(part in name for name, _ in all_texts())] == []


@pytest.mark.parametrize(("name", "text"), TEXTS)
def test_a_text_says_the_same_in_both_languages(name, text):
    if not CHINESE.search(text.zh) and is_same(text):
        assert placeholders(text.zh) == placeholders(text.en), f"{name}: other placeholders"
        return
    assert CHINESE.search(text.zh) or is_sign(text.zh), f"{name}: the first language is Chinese"
    assert text.en.strip(), f"{name}: no English"
    assert placeholders(text.zh) == placeholders(text.en), f"{name}: other placeholders"


def test_docstrings_are_no_literals_and_sentences_are():
    source = (
        '"""驿站"""\nX = 1\n"""常数"""\ndef f():\n    """中文"""\n    # 注释\n    return f"在{X}处", "好"\n'
    )
    assert {text for _, text in literals(source) if CHINESE.search(text)} == {"在", "处", "好"}
