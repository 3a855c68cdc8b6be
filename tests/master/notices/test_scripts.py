"""The room's scripts are modules, found by their hashed names where static files are collected."""

from pathlib import Path

from tests.static_files import collected, unhashed


def test_scripts_import_each_other_by_hashed_names(tmp_path: Path) -> None:
    scripts = {path: names for path, names in collected(tmp_path).items() if path.parent.name == "notices"}
    assert any(scripts.values())
    assert unhashed(scripts) == {}
