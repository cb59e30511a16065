"""The embedded server: set up once, shared by processes, there again after a stop or a kill."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from eventlog.database import Database
from eventlog.embedded import Server
from eventlog.errors import Unavailable
from tests.support.databases import connect_admin
from tests.support.killing import Children, struck

USE = """
import asyncio, sys
from pathlib import Path
from eventlog.database import Database
from eventlog.embedded import Server
async def use():
    database = Database.embedded(Server(*map(Path, sys.argv[1:])), "shared")
    await database.migrate()
    connection = await database.connect()
    print(await connection.fetchval("SELECT current_user"))
asyncio.run(use())
"""


async def remembered(server: Server) -> int | None:
    connection = await Database.embedded(server, "postgres").connect_owner()
    try:
        await connection.execute("CREATE TABLE IF NOT EXISTS memory (x int)")
        await connection.execute("INSERT INTO memory SELECT 1 + count(*) FROM memory")
        found: int | None = await connection.fetchval("SELECT max(x) FROM memory")
        return found
    finally:
        await connection.close()


async def test_it_survives_a_stop_and_a_kill(own: Server) -> None:
    connection = await connect_admin(Database.embedded(own, "postgres"))
    await connection.execute("GRANT CREATE ON SCHEMA public TO ledger_owner")
    await connection.close()
    assert await remembered(own) == 1
    own.stop()
    assert own.postmaster() is None
    assert await remembered(own) == 2
    for expected in (3, 4):
        pid = own.postmaster()
        assert pid is not None
        struck(pid)
        assert await remembered(own) == expected


def test_several_processes_set_it_up_and_share_it(own: Server, children: Children) -> None:
    given = [own.folder, own.binaries] if own.binaries else [own.folder]
    words = [sys.executable, "-c", USE, *map(str, given)]
    users = [children.start(words, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert [user.communicate(timeout=60)[0] for user in users] == ["ledger_service\n"] * 4


def test_a_set_up_that_was_cut_off_is_begun_again(own: Server) -> None:
    own.data.mkdir(parents=True)
    (own.data / "half").write_text("x")
    own.start()
    assert own.postmaster() is not None


async def test_nobody_but_its_owner_gets_in(own: Server) -> None:
    own.start()
    for folder in (own.folder, own.socket, own.data):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    connection = await connect_admin(Database.embedded(own, "postgres"))
    assert await connection.fetchval("SHOW listen_addresses") == ""
    assert await connection.fetchval("SHOW fsync") == "on"
    assert await connection.fetchval("SHOW data_checksums") == "on"
    methods = await connection.fetch("SELECT auth_method FROM pg_hba_file_rules")
    await connection.close()
    assert {row[0] for row in methods} == {"peer"}


def test_a_path_too_long_for_a_socket_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="set LEDGER_HOME to a shorter one"):
        Server(tmp_path / ("x" * 100)).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as another user")
def test_a_folder_closed_to_the_servers_user_is_said_to_be() -> None:
    with (
        tempfile.TemporaryDirectory(prefix="lt-", dir="/tmp") as closed,
        pytest.raises(Unavailable, match="may pass through"),
    ):
        Server(Path(closed) / "home").start()


def test_a_server_that_cannot_start_tells_its_last_words(own: Server) -> None:
    own.start()
    own.stop()
    (own.data / "ledger.conf").write_text("nonsense = 1\n")
    with pytest.raises(Unavailable, match="nonsense"):
        own.start()


async def test_no_server_is_a_clear_error() -> None:
    nobody = Database("postgresql://u:secret@127.0.0.1:9/x", "postgresql://u:secret@127.0.0.1:9/x")
    with pytest.raises(Unavailable, match="is the address right") as raised:
        await nobody.pool()
    assert "secret" not in str(raised.value)
