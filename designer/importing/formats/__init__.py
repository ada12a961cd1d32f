"""What can be read: one module for each format, found by walking this package.

Each has a `NAME`, the `EXTENSIONS` of its files, `recognise(text)`, which looks and never raises, and
`read(text, origin, catalog)`, which gives an `Imported` or raises DesignError.
"""
