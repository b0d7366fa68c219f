"""The training that was started from the dashboard: one at a time, at low priority, and its end is told."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.schemas.cleaning import JobState
from api.training_job import STARTED, STOPPED, Job, TrainingJob
from store.errors import NotAllowedNow

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def start(job: TrainingJob, code: str) -> None:
    job.start([sys.executable, "-c", code], run="first-2", by="ada", now=NOW)


def ended(job: TrainingJob) -> Job:
    """The job, once it is over."""
    end = time.monotonic() + 20
    while (found := job.now()).state is JobState.RUNNING:
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


def gone() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return process.pid


def printed(job: TrainingJob, word: str) -> Job:
    """The job, once it has printed a word."""
    end = time.monotonic() + 20
    while word not in "".join((found := job.now()).lines):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


def test_a_training_runs_at_low_priority_and_its_end_is_told(tmp_path: Path) -> None:
    job = TrainingJob(tmp_path)
    assert job.now().state is JobState.NONE
    start(job, r"import os; print('epoch 1\repoch 2'); print('nice', os.nice(0))")
    told = ended(job)
    assert (told.state, told.by, told.run, told.started_at) == (JobState.FINISHED, "ada", "first-2", NOW)
    assert list(told.lines) == ["epoch 2", "nice 19"]
    assert told.ended_at is not None


def test_a_second_one_is_refused_while_one_runs_and_stopping_it_says_who(tmp_path: Path) -> None:
    job = TrainingJob(tmp_path)
    start(job, "import time; print('begun', flush=True); time.sleep(60)")
    assert printed(job, "begun").state is JobState.RUNNING
    with pytest.raises(NotAllowedNow, match="a training is running"):
        start(job, "print('second')")
    job.stop(by="sam")
    told = ended(job)
    assert (told.state, told.says) == (JobState.FAILED, "sam stopped the training")
    start(job, "print('third')")
    assert list(printed(job, "third").lines) == ["third"]
    assert ended(job).state is JobState.FINISHED


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_stopping_signals_no_process_that_is_not_its_own(tmp_path: Path) -> None:
    job = TrainingJob(tmp_path)
    start(job, "import time; print('begun', flush=True); time.sleep(60)")
    printed(job, "begun")
    told = json.loads((tmp_path / STARTED).read_text())
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True) as other:
        try:
            for instead in ({"process": other.pid}, {"process": None}, {"process": gone()}):
                (tmp_path / STARTED).write_text(json.dumps({**told, **instead}))
                with pytest.raises(NotAllowedNow):
                    job.stop(by="sam")
            (tmp_path / STARTED).write_text(json.dumps({key: told[key] for key in ("by", "run", "at", "uses")}))
            with pytest.raises(NotAllowedNow, match="just starting"):
                job.stop(by="sam")
            assert other.poll() is None
        finally:
            other.kill()
    assert not (tmp_path / STOPPED).exists()
    (tmp_path / STARTED).write_text(json.dumps(told))
    job.stop(by="sam")
    assert ended(job).says == "sam stopped the training"


def test_one_that_fails_shows_its_last_words(tmp_path: Path) -> None:
    job = TrainingJob(tmp_path)
    start(job, "import sys; print('line\\n' * 30); sys.exit('no pictures')")
    told = ended(job)
    assert (told.state, told.says, told.lines[-1]) == (JobState.FAILED, "the training failed (exit 1)", "no pictures")
    assert len(told.lines) == 12


def test_one_that_was_killed_is_not_called_running(tmp_path: Path) -> None:
    job = TrainingJob(tmp_path)
    start(job, "import os, time; print('group', os.getpgid(0), flush=True); time.sleep(60)")
    group = int(printed(job, "group").lines[0].split()[1])
    os.killpg(group, signal.SIGKILL)
    assert "killed" in ended(job).says
    with pytest.raises(NotAllowedNow, match="no training is running"):
        job.stop(by="ada")
