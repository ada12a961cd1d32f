"""What can be placed: components, each one YAML file with its behaviour, traits and figures.

`load()` gives the catalogue, a mapping from id to `Component` that reads files on first use.
"""

from designer.catalog.loader import check, load, load_from
from designer.catalog.model import Catalog, Component, Environment, Figure, Figures

__all__ = ["Catalog", "Component", "Environment", "Figure", "Figures", "check", "load", "load_from"]
