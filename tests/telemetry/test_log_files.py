"""Several processes write to one file; full, it begins anew, and no line is lost or torn."""

import json
import logging
import subprocess
import sys
from pathlib import Path

from telemetry.log_files import SharedFileHandler

LINES = 400
WRITER = """
import logging, sys
from telemetry.log_files import SharedFileHandler
handler = SharedFileHandler(sys.argv[1], most_bytes=20_000, kept=50)
logger = logging.getLogger("writer")
logger.addHandler(handler)
for number in range(int(sys.argv[3])):
    logger.warning('{"who": %s, "number": %s, "pad": "%s"}', sys.argv[2], number, "x" * 60)
"""


def test_many_processes_write_to_one_file(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "client.log"
    command = [sys.executable, "-c", WRITER, str(path)]
    writers = [subprocess.Popen([*command, str(who), str(LINES)]) for who in range(3)]
    assert [writer.wait(30) for writer in writers] == [0, 0, 0]
    files = [each for each in path.parent.iterdir() if each.suffix != ".lock"]
    written = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    assert sorted((line["who"], line["number"]) for line in written) == [(w, n) for w in range(3) for n in range(LINES)]
    assert len(files) > 3
    assert max(file.stat().st_size for file in files) < 21_000


def test_only_some_are_kept_the_newest_first(tmp_path: Path) -> None:
    handler = SharedFileHandler(str(tmp_path / "log"), most_bytes=1, kept=2)
    for word in "abcde":
        handler.emit(logging.makeLogRecord({"msg": word}))
    handler.close()
    read = {each.name: each.read_text() for each in tmp_path.iterdir()}
    assert read == {"log": "e\n", "log.1": "d\n", "log.2": "c\n", "log.lock": ""}


def test_a_file_that_was_taken_away_is_made_again(tmp_path: Path) -> None:
    handler = SharedFileHandler(str(tmp_path / "log"), most_bytes=1000, kept=2)
    handler.emit(logging.makeLogRecord({"msg": "one"}))
    (tmp_path / "log").unlink()
    handler.emit(logging.makeLogRecord({"msg": "two"}))
    handler.close()
    assert (tmp_path / "log").read_text() == "two\n"
