"""Files are whole or not there, and nothing but a file is ever replaced."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from eventlog.database import Connection
from eventlog.errors import NotAppended
from eventlog.log import Log
from scripts.files import NotWritten, must_be_writable, whole_or_not
from tests.support.cli import Say, run
from tests.support.facts import event, notice


def write(file: Path, what: bytes = b"new") -> None:
    with whole_or_not(file) as to:
        to.write(what)


def test_a_file_is_its_owners_and_replaces_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")
    write(file)
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"new", 0o600)
    assert list(tmp_path.iterdir()) == [file]


def test_what_fails_leaves_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")
    with pytest.raises(TypeError), whole_or_not(file) as to:
        to.writelines([b"half", 5])  # type: ignore[list-item]
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    file, link = tmp_path / "elsewhere" / "a", tmp_path / "link"
    file.write_bytes(b"old")
    link.symlink_to(file)
    write(link)
    assert link.is_symlink()
    assert file.read_bytes() == b"new"


def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write(pipe)
    reader.join()
    assert read == [b"new"]
    assert pipe.is_fifo()


def test_two_at_once_do_not_mix(tmp_path: Path) -> None:
    file = tmp_path / "a"
    with whole_or_not(file) as one, whole_or_not(file) as two:
        one.write(b"one")
        two.write(b"two")
    assert file.read_bytes() == b"one"  # the one that ended last
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "is a folder"), ("no/such", "there is no folder"), ("file/x", "there is no folder")],
)
def test_where_nothing_can_stand_nothing_is_written(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotWritten, match=said):
        write(tmp_path / name)


def test_a_link_to_itself_is_no_file(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.symlink_to(other)
    other.symlink_to(one)
    with pytest.raises(NotWritten, match="leads nowhere but to itself"):
        write(one)
    write(tmp_path / ("x" * 250))
    assert (tmp_path / ("x" * 250)).read_bytes() == b"new"


def test_where_no_file_can_be_made_it_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotWritten, match="/proc/x cannot be written"):
        write(Path("/proc/x"))
    assert list(tmp_path.iterdir()) == []


async def test_a_table_too(say: Say, log: Log, tmp_path: Path) -> None:
    assert (await log.head()).position == 1
    result = await asyncio.to_thread(say, "quotas", "city-2019", "2021", "--to", tmp_path / "no" / "x.xlsx")
    assert isinstance(result.exception, NotWritten)


def test_two_files_are_two(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "a")
    with pytest.raises(NotWritten, match="are one file"):
        must_be_writable(tmp_path / "a", None, tmp_path / "link")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_checkpoint_is_kept_where_nobody_may_write(tmp_path: Path) -> None:
    """And what is there already may be replaced only where a file may be made beside it."""
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "kept.txt").write_text("x")
    (folder / "kept.txt").chmod(0o666)
    for place in (tmp_path, *tmp_path.parents[:-1]):
        place.chmod(place.stat().st_mode | 0o055)
    folder.chmod(0o555)
    own = tmp_path / "own"
    own.mkdir(mode=0o777)
    own.chmod(0o777)
    asked = (
        "import os; from pathlib import Path; from scripts.files import NotWritten, must_be_writable\n"
        "os.setgid(65534); os.setuid(65534)\n"
        f"kept = Path({str(folder / 'kept.txt')!r})\n"
        f"must_be_writable(Path({str(own / 'x')!r}), but=kept)\n"
        "try: must_be_writable(kept)\n"
        "except NotWritten as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=False)
    assert "you may not write there" in done.stdout, done.stderr


async def test_an_export_takes_no_other_file_with_it(say: Say, log: Log, tmp_path: Path) -> None:
    await log.append([event(notice("a"))])
    file, kept = tmp_path / "log.ndjson", tmp_path / "kept.txt"
    await run(say, "export", file)
    whole = file.read_bytes()
    for bad, code in ((file, 1), ("-", 2), (tmp_path, 1)):
        await run(say, "export", file, "--sealed", bad, code=code)
        assert file.read_bytes() == whole
    kept.write_text(await run(say, "checkpoint"))
    before = kept.read_bytes()
    await run(say, "verify", "--checkpoint", kept, "--keep", kept, code=1)
    assert kept.read_bytes() == before
    assert json.loads(await run(say, "verify", "--json"))["flaws"] == []


async def test_a_checkpoint_of_half_a_restore_is_none(say: Say, log: Log, admin: Connection) -> None:
    await run(say, "checkpoint")
    await admin.execute("UPDATE log.head SET restoring = true")
    assert (await log.head()).restoring
    result = await asyncio.to_thread(say, "checkpoint")
    assert isinstance(result.exception, NotAppended)
