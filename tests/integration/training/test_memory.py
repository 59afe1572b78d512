import platform
import subprocess
import sys

import pytest

FAULTS = """
import resource, sys, threading
import torch
from needlepoint.training.memory import keep_freed_memory

if sys.argv[1] == "kept":
    assert keep_freed_memory()

def work():
    for _ in range(6):
        torch.ones(16_000_000)

def in_a_thread():  # as gradients are computed
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

for _ in range(5):
    in_a_thread()  # the first few find no room yet
print(sum(in_a_thread() for _ in range(10)))  # now and then one more finds none, as small blocks lie between the large
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told to keep memory")
def test_freed_memory_is_used_again_and_not_taken_anew_from_the_system():
    def faults(way):
        command = [sys.executable, "-c", FAULTS, way]
        return int(subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout)

    given_back, kept = faults("given back"), faults("kept")
    assert given_back > 10 * 6 * 64_000_000 / 4096 / 2, "the test must see what it is about"
    assert kept < given_back / 2
