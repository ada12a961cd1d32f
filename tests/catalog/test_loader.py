"""Loading: what is wrong in a file is said with its place, and no file is read before it is needed."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from designer.catalog import check, load, load_from
from designer.errors import CatalogError

SHIPPED = Path(sys.modules[load.__module__].__file__ or "").parent

GOOD = """\
name: Cabinet
summary: Keeps papers.
icon: diagrams.aws.database.RDS
behavior: store
knobs: [instances, replicas]
replication: leader
holds: [records]
figures:
  read_rate: {low: 1k/s, default: 2k/s, high: 3k/s, source: rule of thumb}
  servers: {default: 4, source: rule of thumb}
  service_time: {default: 2 ms, source: rule of thumb}
  service_time_p99: {default: 9 ms, source: rule of thumb}
  availability: {default: 99.5 %, source: rule of thumb}
failure_modes: [It burns.]
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    """A catalogue of one component with that text."""
    shutil.copy(SHIPPED / "environment.yaml", tmp_path)
    (tmp_path / "data").mkdir()

    def write(text: str) -> Path:
        (tmp_path / "data" / "cabinet.yaml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_a_component_is_named_by_its_path(write):
    cabinet = load_from(write(GOOD))["cabinet"]
    assert (cabinet.id, cabinet.group, cabinet.name) == ("cabinet", "data", "Cabinet")


def test_a_figure_is_read_into_base_units_and_has_a_band_in_any_case(write):
    cabinet = load_from(write(GOOD))["cabinet"]
    read_rate, time = cabinet.figure("read_rate"), cabinet.figure("service_time")
    assert read_rate is not None
    assert time is not None
    assert (read_rate.low, read_rate.default, read_rate.high) == (1000, 2000, 3000)
    assert (time.low, time.default, time.high) == (0.002, 0.002, 0.002)
    assert cabinet.figure("disk") is None


@pytest.mark.parametrize(
    ("right", "wrong", "place", "message"),
    [
        ("  read_rate:", "  raed_rate:", "9:3", "did you mean 'read_rate'"),
        ("behavior: store", "behaviour: store", "4:1", "did you mean 'behavior'"),
        ("behavior: store", "behavior: stor", "4:11", "did you mean 'store'"),
        ("default: 2k/s", "default: 2 kg", "9:35", "'2 kg' is not a rate"),
        ("default: 2 ms", "default: 2 meters", "11:27", "is not a time"),
        ("low: 1k/s", "low: 5k/s", "9:14", "out of order"),
        ("default: 9 ms", "default: 1 ms", "12:21", "less than the mean"),
        ("default: 99.5 %", "default: 995 %", "13:27", "at most 1"),
        ("default: 4", "default: 0", "10:22", "at least 1"),
        ("default: 4", "default: 2.5", "10:22", "a multiple of 1"),
        (", source: rule of thumb}\n  servers", "}\n  servers", "9:3", "source is missing"),
        ("icon: diagrams.aws.database.RDS", "icon: RDS", "3:7", "icon cannot be 'RDS'"),
        ("RDS", "RDSS", "3:7", "did you mean 'diagrams.aws.database.RDS'"),
        ("aws.database", "aws.databose", "3:7", "did you mean 'diagrams.aws.database.RDS'"),
        ("name: Cabinet", "name: Cabinet\nname: Drawer", "2:1", "twice"),
        ("name: Cabinet", "id: cabinet\nname: Cabinet", "1:1", "given by the file's name"),
        ("holds: [records]", "caches: [records]", "7:9", "only a cache"),
        ("[instances, replicas]", "[instances]", "6:14", "needs replicas"),
        ("holds: [records]", "defaults: {shards: 2}", "7:11", "shards is not among the knobs"),
        ("failure_modes: [It burns.]", "failure_modes: []", "14:16", "at least 1"),
        ("summary: Keeps papers.", "summary: *papers", "2:10", "alias"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_file_line_and_column(write, right, wrong, place, message):
    assert right in GOOD
    folder = write(GOOD.replace(right, wrong, 1))
    with pytest.raises(CatalogError) as caught:
        check(folder)
    assert str(caught.value).startswith(f"{folder / 'data' / 'cabinet.yaml'}:{place}: ")
    assert message in caught.value.headline
    assert "^" in (caught.value.excerpt or "")
    assert caught.value.others == []


def test_a_sound_catalogue_passes_the_check(write):
    folder = write(GOOD)
    check(folder)
    assert list(load_from(folder)) == ["cabinet"]


def test_the_environment_is_checked_as_well(write):
    folder = write(GOOD)
    facts = folder / "environment.yaml"
    facts.write_text(facts.read_text(encoding="utf-8").replace("p99: 1 ms", "p99: 0.1 ms"), encoding="utf-8")
    with pytest.raises(CatalogError, match=r"environment\.yaml:3:8: .*less than the mean"):
        check(folder)
    with pytest.raises(CatalogError, match="less than the mean"):
        assert load_from(folder).environment


def test_a_missing_environment_is_one_clear_error(write):
    folder = write(GOOD)
    (folder / "environment.yaml").unlink()
    with pytest.raises(CatalogError, match="there is no file"):
        assert load_from(folder).environment


def test_a_file_is_read_when_its_component_is_asked_for_and_not_before(write):
    folder = write(GOOD)
    (folder / "data" / "broken.yaml").write_text("name: [", encoding="utf-8")
    (folder / "environment.yaml").write_text("[", encoding="utf-8")
    catalog = load_from(folder)
    assert list(catalog) == ["broken", "cabinet"]
    assert len(catalog) == 2
    assert "broken" in catalog
    assert catalog["cabinet"].name == "Cabinet"
    with pytest.raises(CatalogError, match=r"broken\.yaml:1:"):
        assert catalog["broken"]


def test_a_file_is_read_once(write):
    folder = write(GOOD)
    catalog = load_from(folder)
    first = catalog["cabinet"]
    (folder / "data" / "cabinet.yaml").unlink()
    assert catalog["cabinet"] is first
    assert catalog.environment is catalog.environment


def test_an_unknown_component_is_a_key_error(write):
    catalog = load_from(write(GOOD))
    assert "wardrobe" not in catalog
    assert catalog.get("wardrobe") is None
    with pytest.raises(KeyError):
        assert catalog["wardrobe"]


def test_one_id_in_two_groups_is_refused(write):
    folder = write(GOOD)
    (folder / "compute").mkdir()
    shutil.copy(folder / "data" / "cabinet.yaml", folder / "compute")
    with pytest.raises(CatalogError, match="'cabinet' is in two groups: compute and data"):
        load_from(folder)


def test_a_name_that_is_no_id_is_refused(write):
    folder = write(GOOD)
    (folder / "data" / "cabinet.yaml").rename(folder / "data" / "File Cabinet.yaml")
    with pytest.raises(CatalogError, match="id cannot be 'File Cabinet'"):
        assert load_from(folder)["File Cabinet"]


def test_other_files_and_folders_are_no_components(write):
    folder = write(GOOD)
    (folder / "data" / "notes.txt").write_text("remember", encoding="utf-8")
    (folder / "__pycache__").mkdir()
    assert list(load_from(folder)) == ["cabinet"]


def test_a_folder_that_is_not_there_is_one_clear_error(tmp_path):
    with pytest.raises(CatalogError, match="cannot be read"):
        load_from(tmp_path / "nowhere")


def test_groups_come_in_the_order_a_request_meets_them_and_new_ones_last(write):
    folder = write(GOOD)
    for group in ("traffic", "clients", "zoo"):
        (folder / group).mkdir()
        (folder / group / f"{group}_part.yaml").write_text(GOOD, encoding="utf-8")
    assert list(load_from(folder)) == ["clients_part", "traffic_part", "cabinet", "zoo_part"]


def test_the_shipped_catalogue_is_one_object():
    assert load() is load()


def test_using_the_catalogue_imports_neither_diagrams_nor_anything_of_the_page():
    code = (
        "import sys; from designer.catalog import load; catalog = load(); list(catalog); catalog['cache'];"
        "catalog.environment;"
        "print(sorted({'diagrams', 'streamlit', 'sqlalchemy', 'altair', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_scenario_states_figures_of_its_own(write):
    base = load_from(write(GOOD))
    stated = base.overridden({"cabinet": {"read_rate": 500.0, "disk": 1e12}})
    rate, disk = stated["cabinet"].figure("read_rate"), stated["cabinet"].figure("disk")
    assert rate is not None
    assert disk is not None
    assert (rate.low, rate.default, rate.high, rate.source) == (500, 500, 500, "stated by the scenario")
    assert disk.default == 1e12
    assert stated["cabinet"].figure("servers") == base["cabinet"].figure("servers")
    assert base["cabinet"].figure("disk") is None
    assert list(stated) == list(base)
    assert len(stated) == len(base)
    assert stated.environment == base.environment


def test_no_figures_stated_is_the_same_catalogue(write):
    base = load_from(write(GOOD))
    assert base.overridden({}) is base


def test_stating_figures_reads_nothing_else(write):
    folder = write(GOOD)
    (folder / "data" / "broken.yaml").write_text("name: [", encoding="utf-8")
    stated = load_from(folder).overridden({"broken": {"disk": 1e12}, "cabinet": {"disk": 1e12}})
    assert "broken" in stated
    assert stated["cabinet"].figure("disk") is not None


@pytest.mark.parametrize(
    ("figures", "message"),
    [
        ({"cabinat": {"disk": 1e12}}, "no component 'cabinat'; did you mean 'cabinet'"),
        ({"cabinet": {"dsik": 1e12}}, "no figure 'dsik'; did you mean 'disk'"),
        ({"cabinet": {"availability": 2.0}}, "cabinet cannot have these figures: availability.default"),
        ({"cabinet": {"service_time": 1.0}}, "cabinet cannot have these figures: service_time_p99"),
    ],
)
def test_figures_that_cannot_be_are_refused(write, figures, message):
    with pytest.raises(CatalogError) as caught:
        assert load_from(write(GOOD)).overridden(figures)["cabinet"]
    assert message in caught.value.headline
