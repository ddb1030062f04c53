"""How files begin, whatever their names say."""

PDF = b"%PDF-"
ZIP = b"PK\x03\x04"  # .docx, .xlsx, .pptx, .odt
RTF = b"{\\rtf"
OLE = b"\xd0\xcf\x11\xe0"  # .doc, .xls, .ppt, and newer ones that are locked with a password
