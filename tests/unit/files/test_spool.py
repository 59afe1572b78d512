"""The folders of unpacked files: nobody removes one that is in use, however many are made at once."""

import tempfile
import threading

from needlepoint.files.members.spool import Spool


def test_folders_that_are_made_at_once_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    errors = []

    def make_many():
        try:
            for _ in range(60):
                spool = Spool()
                place = spool.place()
                assert place.parent.is_dir()
                place.mkdir()
                spool.close()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=make_many) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert list(tmp_path.iterdir()) == []


def test_what_a_dead_process_has_left_goes_with_the_next_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = Spool().place().parent  # its lock is released when it is collected, as when its process dies
    (left / "1").mkdir()
    spool = Spool()
    spool.place()
    assert not left.exists()
    spool.close()
