"""What a user may read of this wing, Chinese first, English second.

Each wing keeps its user-facing sentences in its own ``texts.py``; the words of the field (codes and their
names) are in ``geo.vocabulary``. No other file holds a sentence for users: ``tests/pure/test_texts.py``.
"""

from typing import NamedTuple


class Text(NamedTuple):
    """One sentence in two languages, with ``str.format`` placeholders.

    Examples
    --------
    >>> Text("共 {n} 处", "{n} in all").format(n=3)
    Text(zh='共 3 处', en='3 in all')
    >>> str(Text("好", "good"))
    '好 · good'
    """

    zh: str
    en: str

    def format(self, **values: object) -> "Text":
        """Fill the placeholders of both languages; a missing one raises ``KeyError``."""
        return Text(self.zh.format(**values), self.en.format(**values))

    def __str__(self) -> str:
        """Both languages on one line, Chinese first."""
        return f"{self.zh} · {self.en}"

# -- coordinate systems

# -- street-facing verdicts
