"""The public notice (公示) of a selection: a map and a list with score cards, to be shown and printed."""

from maps.notice.notice import Nominee, NoticeOptions, notice

__all__ = ["Nominee", "NoticeOptions", "notice"]
