"""Documents: YAML (and JSON) read with the position of every value, checked against a model, written again.

`load_file` or `load_text` gives a `Document`: plain data and where each value stands. `validate` turns it
into a model and words every misfit with file, line, column and a caret; `fail` does the same for checks
beyond a schema. `dump` writes plain data as YAML which loads again as the same data.
"""

from designer.documents.checker import validate
from designer.documents.document import Document, Limits, Position, fail, locate
from designer.documents.reader import admit, load_file, load_text, read_bytes
from designer.documents.writer import dump, dump_json

__all__ = [
    "Document",
    "Limits",
    "Position",
    "admit",
    "dump",
    "dump_json",
    "fail",
    "load_file",
    "load_text",
    "locate",
    "read_bytes",
    "validate",
]
