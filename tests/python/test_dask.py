"""Blocks on the workers of a Dask cluster, which are processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from distributed import Client, Future, LocalCluster

import waterbed as wb
from commands import waterbed
from waterbed import _dask
from waterbed._blocks import Block

SMALL = {"time": {"cycle": "month", "start_year": 2023, "warm_up_years": 0, "base_years": 2, "years": 1}}
RUN = {"replications": 24, "seed": 1, "arms": ["usual", "squeezed_ceiling"], "progress": False}

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # sockets of workers that were killed


@pytest.fixture(scope="module")
def scenario(root: Path) -> wb.Scenario:
    return wb.load(root / "scenarios" / "two_clinics.yaml").with_(**SMALL)


@pytest.fixture(scope="module")
def digest(scenario: wb.Scenario) -> str:
    return scenario.run(**RUN).digest()


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    # A worker that waits in a signal or under load is no dead worker.
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", silence_logs=50
    ) as cluster:
        yield cluster


@pytest.fixture
def client(cluster: LocalCluster) -> Iterator[Client]:
    with Client(cluster, set_as_default=False) as client:
        client.wait_for_workers(2)
        yield client


@pytest.fixture
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of one replication: something is always left when a worker is lost."""
    monkeypatch.setattr(_dask._Cluster, "size", lambda self, left: 1)


def process_ids(client: Client) -> list[int]:
    return list(client.run(os.getpid).values())


def at_first_report(action: Callable[[], None]) -> Callable[[int, int], None]:
    done: list[bool] = []

    def report(_done: int, _total: int) -> None:
        if not done:
            done.append(True)
            action()

    return report


def test_a_cluster_gives_the_bytes_of_one_process(scenario: wb.Scenario, digest: str, client: Client) -> None:
    reported: list[tuple[int, int]] = []
    options = RUN | {"progress": lambda done, total: reported.append((done, total))}
    results = scenario.run(client=client, **options)
    assert results.digest() == digest
    assert results.arms == RUN["arms"]
    shares = [done / total for done, total in reported]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    later = scenario.run(client=client, first_replication=20, **RUN | {"replications": 4})
    assert later.digest() == scenario.run(first_replication=20, **RUN | {"replications": 4}).digest()


def test_parameter_sets_on_a_cluster(scenario: wb.Scenario, client: Client) -> None:
    options = RUN | {"replications": 2}
    here = scenario.run_uncertain(parameter_sets=4, **options)
    there = scenario.run_uncertain(parameter_sets=4, client=client, **options)
    assert there.digest() == here.digest()
    assert there.parameters is not None
    assert here.parameters is not None
    assert there.parameters.to_json() == here.parameters.to_json()


def test_a_scenario_is_shipped_once_and_compiled_once(
    scenario: wb.Scenario, client: Client, one_at_a_time: None
) -> None:
    client.run(_forget_models)
    scenario.run(client=client, **RUN)
    assert sorted(client.run(_compiled).values()) == [1, 1]
    # Nothing is left on the scheduler or the workers.
    deadline = time.monotonic() + 30
    while client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _forget_models() -> None:
    _dask._models._models.clear()


def _compiled() -> int:
    return len(_dask._models._models)


def test_a_worker_lost_in_mid_run_changes_nothing(
    scenario: wb.Scenario, digest: str, client: Client, one_at_a_time: None
) -> None:
    victim = process_ids(client)[0]
    lose = at_first_report(lambda: os.kill(victim, signal.SIGKILL))
    assert scenario.run(client=client, **RUN | {"progress": lose}).digest() == digest
    assert victim not in process_ids(client)


class Halted:
    """A worker that stands still from some moment on, and a run that goes on without it."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.pids: dict[str, int] = client.run(os.getpid)
        self.worker = ""

    def halt(self, worker: str) -> None:
        if not self.worker:  # the first one
            self.worker = worker
            os.kill(self.pids[worker], signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.pids[self.worker], signal.SIGCONT)

    def check(self, scenario: wb.Scenario, digest: str) -> None:
        assert scenario.run(client=self.client, **RUN).digest() == digest
        self.go_on()
        assert self.client.run(os.getpid) == self.pids  # the worker was not given up and started anew


@pytest.fixture
def halted(client: Client, one_at_a_time: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Halted]:
    monkeypatch.setattr(_dask, "LOOK", 0.1)
    monkeypatch.setattr(_dask, "FIRST", 1.0)
    monkeypatch.setattr(_dask, "SILENT", 3.0)
    halted = Halted(client)
    yield halted
    halted.go_on()


def test_a_slow_worker_changes_nothing(
    scenario: wb.Scenario, digest: str, halted: Halted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker stands still after its first block, and alone holds the scenario: others compute what it has."""
    wait = _dask._Cluster.wait

    def watched(self: _dask._Cluster) -> tuple[Block, _dask.Answer] | None:
        given = wait(self)
        if given is not None:
            halted.halt(given[1].worker)
        return given

    monkeypatch.setattr(_dask._Cluster, "wait", watched)
    halted.check(scenario, digest)


def test_a_worker_that_stands_still_before_it_hands_over_changes_nothing(
    scenario: wb.Scenario, digest: str, halted: Halted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has computed a block and stands still with the answer, which nobody can fetch any more."""
    fetch = _dask._Cluster._fetch

    def watched(self: _dask._Cluster, future: Future) -> None:
        if not halted.worker:
            (holders,) = halted.client.who_has([future]).values()
            halted.halt(holders[0])
        fetch(self, future)

    monkeypatch.setattr(_dask._Cluster, "_fetch", watched)
    halted.check(scenario, digest)


def test_a_block_that_comes_twice_counts_once(
    scenario: wb.Scenario, digest: str, client: Client, one_at_a_time: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every block is given out twice from the start."""
    start = _dask._Cluster.start
    monkeypatch.setattr(_dask._Cluster, "start", lambda self, block: (start(self, block), start(self, block)))
    assert scenario.run(client=client, **RUN).digest() == digest


def test_a_run_on_a_cluster_is_kept_and_goes_on(
    scenario: wb.Scenario, digest: str, client: Client, tmp_path: Path, one_at_a_time: None
) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scenario.run(client=client, checkpoints=tmp_path, **RUN | {"progress": at_first_report(stop)})
    kept = wb.Checkpoints(tmp_path).replications
    assert 0 < kept < RUN["replications"]
    assert scenario.run(checkpoints=tmp_path, **RUN).digest() == digest  # here what began there


def test_workers_stop_when_the_run_is_stopped(root: Path, client: Client) -> None:
    long = wb.load(root / "scenarios" / "two_clinics.yaml").with_(**{"time.years": 60})

    def busy() -> bool:
        return any("cancelled" in states or "executing" in states for states in client.run(_states).values())

    def press() -> None:
        while not any("executing" in states for states in client.run(_states).values()):
            time.sleep(0.02)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        long.run(replications=100, client=client, progress=False)
    thread.join()
    deadline = time.monotonic() + 30  # one replication takes longer
    while busy():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _states(dask_worker: object) -> list[str]:
    return [task.state for task in dask_worker.state.tasks.values()]  # type: ignore[attr-defined]


def test_another_build_on_a_worker_is_refused(
    scenario: wb.Scenario, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_dask, "build", lambda: "0" * 64)
    with pytest.raises(ValueError, match=r"worker tcp://\S+ has another build of waterbed; install one wheel"):
        scenario.run(client=client, **RUN)


def test_a_set_that_cannot_be_is_told(scenario: wb.Scenario, client: Client) -> None:
    impossible = scenario.with_(
        **{"needs.skin_complaint.pathways.gp_consult.dermatology_clinic": {"uniform": {"low": 0, "high": 1}}}
    )
    with pytest.raises(wb.ScenarioError, match="probabilities must not exceed 1 together"):
        impossible.run_uncertain(parameter_sets=50, client=client, **RUN | {"replications": 2})


def test_a_scheduler_that_goes_away_is_told() -> None:
    with (
        LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=50) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        scenario = wb.load("scenarios/two_clinics.yaml")
        with pytest.raises(ConnectionError, match="Dask"):
            scenario.run(replications=1000, client=client, progress=at_first_report(cluster.close))


def test_the_command_runs_on_a_cluster(root: Path, cluster: LocalCluster, client: Client, tmp_path: Path) -> None:
    small = root / "scenarios" / "two_clinics.yaml"
    run = ["run", small, "--replications", "3", "--seed", "1", "--out", "o"]
    done = waterbed(*run, "--dask", cluster.scheduler_address, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["o"]
    alone = wb.load(small).run(replications=3, seed=1, progress=False)
    assert wb.load_results(tmp_path / "o").digest() == alone.digest()


def test_an_address_without_a_scheduler_is_told(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = ["run", root / "scenarios" / "two_clinics.yaml", "--dask"]
    wrong = waterbed(*run, "somewhere", cwd=tmp_path)
    assert (wrong.returncode, wrong.stderr) == (
        2,
        "--dask: must be tcp://HOST:PORT, tls://HOST:PORT or a scheduler file, got somewhere\n",
    )
    assert list(tmp_path.iterdir()) == []


def test_hosts_that_share_nothing_but_the_network(root: Path, tmp_path: Path) -> None:
    """Scheduler and workers in network namespaces of their own; the workers do not see the scenario's folder."""
    if os.geteuid() != 0 or subprocess.run(["ip", "netns", "add", "waterbed0"], check=False).returncode:
        pytest.skip("network namespaces need root")
    subprocess.run(["ip", "netns", "delete", "waterbed0"], check=True)
    done = subprocess.run(
        [sys.executable, str(root / "tests" / "python" / "separate_hosts.py"), str(root), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["2 hosts", "no scenario there", "same"]
