"""What was drawn.

A `Design` (model.py) comes from a file or the board (files.py) or from the one-line notation (notation.py);
checks.py refuses what cannot be analysed, edit.py makes changes to it, graph.py tells who calls whom.
"""
