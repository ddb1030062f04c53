"""A source as a page of a web handbook, saved as Markdown."""

import re

from eval.ekbacka.source import Source


def web(source: Source) -> bytes:
    """The page. The header is a table on top for a document with a Dokumenttyp, else lines at the foot."""
    header = source.front.header
    parts = [] if source.title_is_heading else [f"# {source.title}"]
    if source.front.running_header:
        parts.insert(0, " › ".join(part.strip() for part in source.front.running_header.split("|")))
    if "Dokumenttyp" in header:
        cells = [f"| {key} | {value.replace('|', chr(92) + '|')} |" for key, value in header.items()]
        parts.append("\n".join(["| Dokumentinformation | |", "|---|---|", *cells]))
    parts.append(re.sub(r"\n*<!--\s*page\s*-->\n*", "\n\n", source.body).strip())
    if header and "Dokumenttyp" not in header:
        parts.append("---")
        # Two blanks keep each on its own line.
        parts.append("  \n".join(f"{key}: {value}" for key, value in header.items() if key != "Dokumentnamn"))
    if source.front.footer:
        parts.append(f"*{source.front.footer}*")
    return ("\n\n".join(parts) + "\n").encode()
