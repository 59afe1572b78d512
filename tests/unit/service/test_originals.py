"""What is left of uploads when a process ends in the middle."""

import io
import os
import signal
import subprocess
import sys

import pytest

from needlepoint.files.identity import file_id
from needlepoint.service.originals import Originals

KEPT_AND_KILLED = """
import io, os, signal, sys
from pathlib import Path
from needlepoint.files.identity import file_id
from needlepoint.service.originals import Originals
originals = Originals(Path(sys.argv[1]))
arrival = originals.receive("will.txt", io.BytesIO(b"last will"), max_bytes=100)
originals.keep(arrival, file_id(arrival.path))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "originals"


@pytest.fixture
def originals(folder):
    originals = Originals(folder)
    yield originals
    originals.close()


def keep(originals):
    arrival = originals.receive("will.txt", io.BytesIO(b"last will"), max_bytes=100)
    id_ = file_id(arrival.path)
    return arrival, id_, *originals.keep(arrival, id_)


def files(folder):
    return [path for path in folder.glob("[!.]*/*") if path.is_file()]


def test_keeping_tells_whether_the_file_was_there(originals):
    arrival, id_, place, is_new = keep(originals)
    assert (place, is_new) == (originals.folder / id_ / "will.txt", True)
    originals.forget(arrival)
    assert keep(originals)[2:] == (place, False)
    assert place.read_bytes() == b"last will"


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
@pytest.mark.parametrize("is_known", [True, False])
def test_what_a_killed_process_kept_stays_only_if_it_is_a_document(folder, originals, is_known):
    done = subprocess.run([sys.executable, "-c", KEPT_AND_KILLED, str(folder)], env=os.environ, check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(files(folder)) == 1
    originals.clear_unfinished(lambda id_: is_known)
    assert len(files(folder)) == is_known
    assert list((folder / ".arriving").iterdir()) == []


def test_what_another_process_indexes_just_now_stays(folder, originals):
    subprocess.run([sys.executable, "-c", KEPT_AND_KILLED, str(folder)], env=os.environ, check=False)
    keep(originals)
    Originals(folder).clear_unfinished(lambda id_: False)
    assert len(files(folder)) == 1
    assert len(list((folder / ".arriving").iterdir())) == 1


def test_a_store_that_cannot_be_asked_leaves_it_for_the_next_start(folder):
    from needlepoint.errors import CollectionError

    def is_away(id_):
        raise CollectionError("away")

    subprocess.run([sys.executable, "-c", KEPT_AND_KILLED, str(folder)], env=os.environ, check=False)
    Originals(folder).clear_unfinished(is_away)
    assert len(files(folder)) == 1
    Originals(folder).clear_unfinished(lambda id_: False)
    assert files(folder) == []


@pytest.mark.parametrize("is_known", [True, False])
def test_the_file_of_a_document_whose_deletion_was_killed_goes_with_it(folder, originals, is_known):
    _, id_, place, _ = keep(originals)
    originals.leave([id_, "f" * 32])
    originals.close()
    Originals(folder).clear_unfinished(lambda _: is_known)
    assert place.exists() == is_known
    Originals(folder).remove(id_)
    assert not place.exists()
    assert list((folder / ".leaving").iterdir()) == []


def test_a_file_that_is_uploaded_again_while_it_is_cleared_stays(folder, originals):
    _, id_, place, _ = keep(originals)
    originals.leave([id_])
    Originals(folder).clear_unfinished(lambda _: False)
    assert place.exists()
