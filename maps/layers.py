"""Our own elements of a page. Each is a branca ``MacroElement``; none of them goes through a template.

Branca renders what an element contributes as a Jinja template a second time, so ``{{ … }}`` in a station's
name would be run as code. ``Part`` therefore hands its texts over as ``Verbatim``.
"""

from typing import Any

from branca.element import Element, MacroElement


class Verbatim(Element):
    """Text that is written exactly as it is."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._name = "Verbatim"
        self.text = text

    def render(self, **kwargs: Any) -> str:
        """Give the text."""
        return self.text


class Part(MacroElement):
    """A piece of our own page: texts for the figure's header, body and script.

    ``__MAP__`` in a text stands for the JavaScript name of the map it is added to.
    """

    def __init__(self, name: str, *, header: str = "", html: str = "", script: str = "") -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = name
        self.header, self.html, self.script = header, html, script

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]
        """Put the texts into the figure, each under this part's own name."""
        figure = self.get_root()
        texts = {"header": self.header, "html": self.html, "script": self.script}
        for place, text in texts.items():
            if text:
                owner = self._parent.get_name() if self._parent is not None else ""
                getattr(figure, place).add_child(
                    Verbatim(text.replace("__MAP__", owner)), name=self.get_name()
                )
        for child in self._children.values():
            child.render(**kwargs)
