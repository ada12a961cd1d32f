"""Icons: found as `diagrams` itself would find them, without importing it."""

import importlib

import diagrams.aws.network
import pytest
from PIL import Image

from designer.catalog import load
from designer.catalog.icons import icon_path
from designer.errors import CatalogError

IDS = tuple(load())


def picture_by_diagrams(icon: str) -> str:
    module, _, name = icon.rpartition(".")
    found = getattr(importlib.import_module(module), name)
    return f"{found._icon_dir}/{found._icon}"


@pytest.mark.parametrize("name", IDS)
def test_every_component_has_the_picture_that_diagrams_draws(name):
    icon = load()[name].icon
    assert icon_path(icon).as_posix().endswith(picture_by_diagrams(icon))


@pytest.mark.parametrize("name", IDS)
def test_pictures_are_no_wordmarks_and_large_enough(name):
    with Image.open(icon_path(load()[name].icon)) as picture:
        width, height = picture.size
    assert 0.7 <= width / height <= 1.4
    assert min(width, height) >= 68, "twice the 34 pixels of a card, for dense screens"


@pytest.mark.parametrize(
    "icon",
    [
        "diagrams.aws.network.ELB",  # a second name
        "diagrams.aws.network.ElasticLoadBalancing",
        "diagrams.aws.AWS",  # a class of the package itself
        "diagrams.k8s.compute.Pod",
        "diagrams.onprem.client.Users",
        "diagrams.generic.storage.Storage",
    ],
)
def test_names_second_names_and_packages_resolve(icon):
    assert icon_path(icon).as_posix().endswith(picture_by_diagrams(icon))


def test_every_class_of_a_module_resolves():
    for name, found in vars(diagrams.aws.network).items():
        if isinstance(found, type) and not name.startswith("_"):
            icon = f"diagrams.aws.network.{name}"
            assert icon_path(icon).as_posix().endswith(picture_by_diagrams(icon))


@pytest.mark.parametrize(
    ("icon", "suggestion"),
    [
        ("diagrams.aws.network.ELBB", "diagrams.aws.network.ELB"),
        ("diagrams.aws.network.elb", "diagrams.aws.network.ELB"),
        ("diagrams.aws.networc.ELB", "diagrams.aws.network.ELB"),
        ("diagrams.aws.network.Xyzzy", None),
        ("diagrams.aws.network._Network", None),
        ("diagrams.aws.network.Node", None),
        ("diagrams.c4.Container", None),
        ("os.path.join", None),
        ("diagrams...ELB", None),
        ("", None),
    ],
)
def test_what_is_no_icon_is_refused_with_the_nearest_one(icon, suggestion):
    with pytest.raises(CatalogError) as caught:
        icon_path(icon)
    if suggestion is not None:
        assert caught.value.suggestion == suggestion
    assert caught.value.field == "icon"
