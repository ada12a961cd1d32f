"""One file per page, found by walking this package: each has a `PAGE` and a function `show`."""
