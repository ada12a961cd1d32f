import pytest

from designer.catalog import Catalog, load


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The catalogue that comes with the package."""
    return load()
