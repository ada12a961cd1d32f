"""What can be placed: components, each one YAML file with its behaviour, traits and figures.

`load()` gives the catalogue, a mapping from id to `Component` that reads files on first use.
"""

from designer.catalog.environment import Environment
from designer.catalog.loader import check, load, load_from
from designer.catalog.model import Catalog, Component, Figures
from designer.catalog.values import Figure

__all__ = ["Catalog", "Component", "Environment", "Figure", "Figures", "check", "load", "load_from"]
