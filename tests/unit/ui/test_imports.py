import gc

import pytest

from needlepoint_ui import imports


@pytest.fixture(autouse=True)
def _as_before():
    imports.set_aside.cache_clear()
    yield
    gc.unfreeze()
    imports.set_aside.cache_clear()


def test_a_collection_leaves_out_what_a_view_had_imported():
    before = gc.get_freeze_count()
    searched = len(gc.get_objects())
    imports.set_aside("Ask")
    assert len(gc.get_objects()) < searched / 10
    assert gc.get_freeze_count() > before


def test_it_is_done_once_for_each_view():
    imports.set_aside("Ask")
    once = gc.get_freeze_count()
    kept = [[] for _ in range(1_000)]
    imports.set_aside("Ask")
    assert gc.get_freeze_count() <= once
    imports.set_aside("Sheets")
    assert gc.get_freeze_count() >= once + len(kept)
