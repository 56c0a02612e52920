"""A cluster of three hosts, as network namespaces joined by a bridge: started by test_dask.py.

Host 0 has the scheduler and the client; hosts 1 and 2 have one worker each, and an empty folder where host 0 has the
scenario.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

HOSTS = 3
PORT = 8786


def name(host: int) -> str:
    return f"wb{os.getpid()}h{host}"


def address(host: int) -> str:
    return f"10.77.0.{host + 1}"


def ip(*arguments: str, inside: int | None = None) -> None:
    where = [] if inside is None else ["-n", name(inside)]
    subprocess.run(["ip", *where, *arguments], check=True)


@contextlib.contextmanager
def network() -> Iterator[None]:
    """Hosts joined by a bridge in a namespace of its own, so that nothing of this machine's network is touched."""
    switch = HOSTS
    made: list[int] = []
    try:
        for host in (*range(HOSTS), switch):
            ip("netns", "add", name(host))
            made.append(host)
        ip("link", "add", "bridge", "type", "bridge", inside=switch)
        ip("link", "set", "bridge", "up", inside=switch)
        for host in range(HOSTS):
            ip("link", "add", f"port{host}", "type", "veth", "peer", "name", "eth0", "netns", name(host), inside=switch)
            ip("link", "set", f"port{host}", "master", "bridge", "up", inside=switch)
            ip("link", "set", "lo", "up", inside=host)
            ip("address", "add", f"{address(host)}/24", "dev", "eth0", inside=host)
            ip("link", "set", "eth0", "up", inside=host)
        yield
    finally:
        for host in made:
            ip("netns", "delete", name(host))


def on(host: int, command: list[str], folder: Path, hidden: Path | None = None) -> subprocess.Popen[str]:
    """Start a command on a host, where a folder may be hidden by an empty one."""
    folder.mkdir()
    inside = ["ip", "netns", "exec", name(host)]
    if hidden is not None:
        inside += ["unshare", "-m", "sh", "-c", f'mount -t tmpfs none "{hidden}" && exec "$@"', "sh"]
    quiet = None if host == 0 and "client" in command else subprocess.DEVNULL
    return subprocess.Popen([*inside, *command], cwd=folder, stdout=quiet, stderr=quiet, text=True)


def client(region: Path) -> None:
    """What the user does, on host 0."""
    from distributed import Client

    import waterbed as wb

    scenario = wb.load(region / "scenario.yaml")
    options = {"replications": 12, "seed": 1, "progress": False}
    with Client(f"tcp://{address(0)}:{PORT}", timeout=60) as cluster:
        cluster.wait_for_workers(2, timeout=60)
        print(len({worker.split(":")[1] for worker in cluster.nthreads()}), "hosts")
        print("scenario there" if any(cluster.run(os.listdir, region).values()) else "no scenario there")
        results = scenario.run(client=cluster, **options)
    print("same" if results.digest() == scenario.run(**options).digest() else "different")


def main(root: Path, folder: Path) -> int:
    region = folder / "region"
    region.mkdir()
    (region / "scenario.yaml").write_bytes((root / "scenarios" / "two_clinics.yaml").read_bytes())
    python = [sys.executable, "-W", "ignore", "-m"]
    scheduler = [*python, "distributed.cli.dask_scheduler", "--host", address(0), "--port", str(PORT)]
    worker = [*python, "distributed.cli.dask_worker", f"tcp://{address(0)}:{PORT}", "--nthreads", "1"]
    with network():
        running = [on(0, [*scheduler, "--no-dashboard"], folder / "host0")]
        for host in (1, 2):
            command = [*worker, "--host", address(host), "--no-dashboard", "--death-timeout", "60"]
            running.append(on(host, command, folder / f"host{host}", hidden=region))
        try:
            command = [sys.executable, __file__, "client", str(region)]
            return on(0, command, folder / "desk").wait(timeout=120)
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait(timeout=30)
            time.sleep(0.1)


if __name__ == "__main__":
    if sys.argv[1] == "client":
        client(Path(sys.argv[2]))
    else:
        sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
