"""What leaves the workbench: one module for each format, and the picture."""
