"""How near the engine comes to what was published: cases as data, the errors as a page.

`run_cases(folder)` reads one YAML file per case and lets the engine predict every figure in it from the case's own
inputs; `write_fidelity` tells what came out, with the error of each, as the Markdown of docs/fidelity.md.
"""

from designer.fidelity.case import CaseError
from designer.fidelity.comparison import CASES, Comparison, Fidelity, Figure, run_cases
from designer.fidelity.page import write_fidelity

__all__ = ["CASES", "CaseError", "Comparison", "Fidelity", "Figure", "run_cases", "write_fidelity"]
