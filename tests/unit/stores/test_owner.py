"""Whether the process that carries out a change is still there."""

import os
import subprocess
import sys

from needlepoint.stores.elasticsearch.owner import is_known_dead, this_process


def test_this_process_lives_and_a_fork_of_it_is_another():
    assert this_process() == this_process()
    assert not is_known_dead(this_process())
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.write(writing, this_process().encode())
        os._exit(0)
    fork = os.read(reading, 1_000).decode()
    os.waitpid(child, 0)
    for end in (reading, writing):
        os.close(end)
    assert fork != this_process()
    assert is_known_dead(f"{fork}#1")


def _owner_of(process):
    """Return a name of another process, made as that would make it."""
    here = this_process().partition("/pid-")[0]
    with open(f"/proc/{process.pid}/stat") as file:
        started = file.read().rpartition(")")[2].split()[19]
    return f"{here}/pid-{process.pid}-{started}#1"


def test_a_process_that_was_killed_is_dead_though_nobody_has_asked_for_its_end():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        owner = _owner_of(process)
        assert not is_known_dead(owner)
        process.kill()
        while not is_known_dead(owner):  # a zombie, since its parent has not waited for it
            pass
        process.wait()
        assert is_known_dead(owner)
    finally:
        process.stdin.close()


def test_another_process_of_the_same_number_is_another():
    assert is_known_dead(f"{this_process()}0#1")


def test_a_number_beyond_all_is_of_none():
    here = this_process().partition("/pid-")[0]
    assert is_known_dead(f"{here}/pid-{10**30}-1#1")


def test_of_processes_elsewhere_nothing_is_known():
    owner = this_process()
    elsewhere = "0" + owner[1:] if owner[0] != "0" else "1" + owner[1:]
    for other in (elsewhere, "unknown#12", "", f"x/pid-{os.getpid()}-1#1", owner.replace("/pid-", "/pid-x")):
        assert not is_known_dead(other)
