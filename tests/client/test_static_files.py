"""In images every module is imported by its hashed name, so that it may be kept for ever."""

from pathlib import Path

from tests.static_files import collected, unhashed


def test_modules_import_each_other_by_hashed_names(tmp_path: Path) -> None:
    scripts = collected(tmp_path)
    assert any(scripts.values())
    assert unhashed(scripts) == {}
