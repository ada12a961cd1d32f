"""Designs from what others wrote: files of other programs, text from the clipboard, links.

`read_design` (library.py) finds the format of a text and reads it into an `Imported`: a sound design, and what had to
be guessed on the way, sentence by sentence. Each format is one module of `formats`. A component is guessed from words
(guessing.py, with the table words.yaml), and everything that is read comes together on one sheet (sheet.py).
"""
