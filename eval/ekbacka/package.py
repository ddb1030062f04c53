"""Office files are zip archives that keep the hour they were written; these do not."""

import io
import re
import zipfile
from datetime import datetime
from typing import Final

WRITTEN: Final = datetime(2026, 1, 1, 8, 0)  # when every Word and Excel file says it was written


def settled(data: bytes) -> bytes:
    """The same Office file with every time in it set to `WRITTEN`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                stamp = WRITTEN.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                content = re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            entry = zipfile.ZipInfo(name, WRITTEN.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # else it differs between Windows and the rest
            new.writestr(entry, content)
    return buffer.getvalue()
