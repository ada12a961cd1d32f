"""What a design can be exported as: one module for each format, found by walking this package."""
