import pytest

from needlepoint.encoders.processor import cpu_flags, int8_instructions, usable_cores


@pytest.mark.parametrize(
    ("flags", "name"),
    [
        ({"avx2", "avx_vnni"}, "AVX VNNI"),
        ({"avx2", "avx512_vnni"}, "AVX-512 VNNI"),
        ({"avx2", "avx512_vnni", "amx_int8"}, "AMX"),
        ({"asimddp"}, "Arm dot products"),
        ({"avx2", "avx512f", "sse4_2"}, None),
        (set(), None),
    ],
)
def test_exact_8_bit_products_are_found_in_the_flags(flags, name):
    assert int8_instructions(frozenset(flags)) == name


def test_flags_are_those_that_all_cores_share(tmp_path):
    path = tmp_path / "cpuinfo"
    path.write_text("processor : 0\nflags\t\t: fpu avx2 avx_vnni\n\nprocessor : 1\nflags\t\t: fpu avx2\n")
    assert cpu_flags(path) == {"fpu", "avx2"}


def test_a_system_that_does_not_tell_has_no_flags(tmp_path):
    assert cpu_flags(tmp_path / "none") == frozenset()


def test_cores_follow_the_affinity(monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0}, raising=False)
    assert usable_cores() == 1
