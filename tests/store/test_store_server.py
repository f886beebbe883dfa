"""What only a server does: settings of its owner, connections that end, and the tests' own server itself."""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url

from annotator.errors import BusyError, StaleRevisionError, StoreError
from annotator.store import journal, open_store

SERVER = str(Path(__file__).with_name("postgresql_server.py"))
OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
WAITING = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


def ask(url: str, statement: str) -> list[Any]:
    """The rows that STATEMENT gives."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        result = connection.exec_driver_sql(statement)
        rows = list(result) if result.returns_rows else []
    engine.dispose()
    return rows


def until(holds: Callable[[], object]) -> None:
    """Wait for what must come."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def setting(url: str, name: str) -> str:
    """What a store's connection has for a setting."""
    store: Any = open_store(url, create=True)
    with store._transaction(store._backend.begin_write) as connection:
        found = connection.exec_driver_sql(f"SHOW {name}").scalar_one()
    store.close()
    return str(found)


def test_options_of_the_address_are_kept(server: str) -> None:
    options = {"options": ("-c search_path=corpus", "-c lock_timeout=50")}
    url = make_url(server).update_query_dict(options).render_as_string(hide_password=False)
    ask(server, "CREATE SCHEMA corpus")
    open_store(url, create=True).close()
    assert ask(server, "SELECT DISTINCT schemaname FROM pg_tables WHERE tablename = 'layer'") == [("corpus",)]
    assert (setting(url, "lock_timeout"), setting(server, "lock_timeout")) == ("50ms", "5s")
    ask(server, "DROP SCHEMA corpus CASCADE")


def test_an_empty_database_is_begun_when_that_is_wanted(server: str) -> None:
    with pytest.raises(StoreError, match=r"is empty.*annotator import"):
        open_store(server)
    open_store(server, create=True).close()
    open_store(server).close()


def test_texts_are_what_they_were_whatever_the_environment_says(
    server: str, build: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    store = open_store(server, create=True)
    store.add_documents([build.document("one")], build.at)
    assert store.document("one") == build.document("one")
    store.close()


@pytest.mark.parametrize("isolation", ["read committed", "repeatable read", "serializable"])
def test_a_writer_reads_what_those_before_it_wrote(
    server: str, build: Any, monkeypatch: pytest.MonkeyPatch, isolation: str
) -> None:
    """Also where the server's owner has transactions keep to the state they began with."""
    one: Any = open_store(server, create=True)
    one.add_documents([build.document("one"), build.document("two")], build.at)
    database = make_url(server).database
    ask(server, f"ALTER DATABASE \"{database}\" SET default_transaction_isolation TO '{isolation}'")
    two, three = open_store(server), open_store(server)
    edits = [build.on(0, build.add(build.entity("a")))]
    try:
        with ThreadPoolExecutor(2) as pool:
            with one._transaction(one._backend.begin_write) as connection:
                journal.do(connection, "amal", build.at, edits)
                stale = pool.submit(two.commit, "badr", build.at, edits)
                beside = pool.submit(three.commit, "rima", build.at, [build.on(0, edits[0].edit, build.other)])
                until(lambda: len(ask(server, WAITING)) == 2)
            assert isinstance(stale.exception(), StaleRevisionError)
            assert beside.result().edits[0].key == build.other
    finally:
        ask(server, f'ALTER DATABASE "{database}" RESET default_transaction_isolation')
    assert one.layer(build.key) == two.layer(build.key)
    assert one.problems() == []
    for store in (one, two, three):
        store.close()


def test_a_reader_sees_one_state_and_keeps_nobody_waiting(server: str, build: Any) -> None:
    one: Any = open_store(server, create=True)
    two = open_store(server)
    one.add_documents([build.document("one")], build.at)
    count = "SELECT count(*) FROM document"
    with one._transaction(one._backend.begin_read) as connection:
        assert connection.exec_driver_sql(count).scalar_one() == 1
        two.add_documents([build.document("two")], build.at)
        assert connection.exec_driver_sql(count).scalar_one() == 1
    assert one.document_count() == 2
    one.close()
    two.close()


def test_who_is_in_a_hurry_waits_less(server: str, build: Any) -> None:
    one: Any = open_store(server, create=True)
    hurried = [True]
    two = open_store(server, hurried=lambda: hurried[0])
    with one._transaction(one._backend.begin_write), pytest.raises(BusyError, match="another program"):
        two.set_state("amal", "theme", "night")
    hurried[0] = False
    with ThreadPoolExecutor(1) as pool:
        with one._transaction(one._backend.begin_write):
            waiting = pool.submit(two.set_state, "amal", "theme", "night")
            until(lambda: ask(server, WAITING))
        waiting.result()
    assert one.get_state("amal", "theme") == "night"
    one.close()
    two.close()


def test_a_lost_connection_is_made_again(server: str, build: Any) -> None:
    store: Any = open_store(server, create=True)
    store.add_documents([build.document("one")], build.at)
    edits = [build.on(0, build.add(build.entity("a")))]
    for call in (store.documents, lambda: store.commit("amal", build.at, edits), lambda: store.undo("amal", build.at)):
        ask(server, f"SELECT pg_terminate_backend(pid, 5000) {OTHERS}")
        with pytest.raises(StoreError, match="server cannot be reached"):
            call()
        assert store.layer(build.key).revision == 0
    with pytest.raises(StoreError, match="server cannot be reached"):  # noqa: PT012, SIM117 - lost within it
        with store._transaction(store._backend.begin_write) as connection:
            journal.do(connection, "amal", build.at, edits)
            ask(server, f"SELECT pg_terminate_backend(pid, 5000) {OTHERS}")
    assert store.layer(build.key).revision == 0
    store.commit("amal", build.at, edits)
    assert store.problems() == []
    store.close()


def test_an_id_that_no_index_takes(server: str, build: Any) -> None:
    """PostgreSQL's keys have an end, SQLite's have none."""
    store = open_store(server, create=True)
    store.add_documents([build.document("one")], build.at)
    long = "".join(map(chr, range(0x4E00, 0x6E00)))
    with pytest.raises(StoreError, match="too large"):
        store.commit("amal", build.at, [build.on(0, build.add(build.entity(long)))])
    assert store.layers("one") == []
    store.close()


HOLDER = """
import subprocess, sys
with subprocess.Popen([sys.executable, sys.argv[1], "serve"], stdin=subprocess.PIPE, start_new_session=True) as process:
    process.wait()
"""


@pytest.mark.usefixtures("postgresql")  # skipped where there can be none
@pytest.mark.parametrize("last", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_of_a_server_whose_holder_is_killed(last: int) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, SERVER], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        word, url = holder.stdout.readline().split()
        folder = Path(str(make_url(url).query["host"]))
        pid = int((folder / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        holder.send_signal(last)
        until(lambda: not folder.exists())
    assert word == "ready"
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.fixture
def finder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The program of the server, on a machine that has nothing but what is in a folder."""
    found: Any = runpy.run_path(SERVER)
    monkeypatch.setitem(found["programs"].__globals__, "INSTALLED", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    return found


def test_the_newest_server_is_found(finder: Any, tmp_path: Path) -> None:
    for version in ("9.6", "15", "17"):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        for name in finder["PROGRAMS"][: 1 if version == "17" else 2]:
            (folder / name).touch(0o755)
    assert finder["programs"]() == tmp_path / "15" / "bin"


def test_what_to_install_is_said(finder: Any) -> None:
    with pytest.raises(finder["NoServerError"], match="apt install postgresql"):
        finder["programs"]()


def test_a_silent_server_is_given_up(server: str) -> None:
    """Behind a network that is gone: not after the quarter of an hour that the system takes."""

    def told(url: str) -> dict[str, str]:
        store: Any = open_store(url, create=True)
        parameters: dict[str, str] = store._connection.connection.dbapi_connection.info.get_parameters()
        store.close()
        return parameters

    seconds = {"connect_timeout": "10", "tcp_user_timeout": "10000", "keepalives_idle": "5"}
    assert told(server).items() >= seconds.items()
    mark = "&" if "?" in server else "?"
    other = told(f"{server}{mark}tcp_user_timeout=60000")
    assert (other["tcp_user_timeout"], other["connect_timeout"]) == ("60000", "10")
