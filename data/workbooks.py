"""What reading a damaged or foreign Excel workbook may raise; every reader of workbooks catches the same."""

import lzma
import zipfile
import zlib
from typing import Final
from xml.etree.ElementTree import ParseError

from openpyxl.utils.exceptions import InvalidFileException

DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    InvalidFileException,
    ParseError,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
)
