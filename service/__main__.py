"""``python -m service`` and the console script ``yizhan``.

What the program needs is imported inside ``main``: an interrupt while that goes on ends quietly like any later one, and
helper processes, which import this module first, start without it.
"""

import os
import sys
from collections.abc import Sequence

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line.

    Raises
    ------
    SystemExit
        Always, with the exit code.
    """
    try:
        from service.cli import main as command_line  # noqa: PLC0415
    except BaseException as error:
        if _is_interrupt(error):
            _leave()
        raise
    command_line(arguments)


def _is_interrupt(error: BaseException | None) -> bool:
    """Whether an interrupt is what an import died of; compiled modules wrap it in an error of their own."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def _leave() -> None:
    """End at once: nothing is open yet, and half-imported modules would complain on the way out."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
