"""What lies in the storage under a digest of its bytes: written by several at once, and read meanwhile."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from cms.media.storage import PrivateStorage

NAME, CONTENT = "renditions/ab/abcdef.png", bytes(range(256)) * 400


@pytest.fixture
def storage(tmp_path):
    return PrivateStorage(location=tmp_path)


def files(storage):
    return sorted(path.name for path in Path(storage.location).rglob("*") if path.is_file())


def test_the_same_is_written_by_several_at_once_and_read_whole_meanwhile(storage):
    storage.save(NAME, ContentFile(CONTENT))
    done = threading.Event()

    def write(_number):
        assert storage.save(NAME, ContentFile(CONTENT)) == NAME

    def read():
        while not done.is_set():
            with storage.open(NAME) as file:
                assert file.read() == CONTENT

    with ThreadPoolExecutor(9) as pool:
        reading = pool.submit(read)
        try:
            list(pool.map(write, range(300)))
        finally:
            done.set()
        reading.result()
    assert files(storage) == ["abcdef.png"]


def test_what_can_not_be_written_leaves_nothing(storage):
    storage.save(f"{NAME}/in-its-place", ContentFile(b"A folder stands there."))
    with pytest.raises(OSError):
        storage.save(NAME, ContentFile(CONTENT))
    assert files(storage) == ["in-its-place"]


def test_other_names_are_never_written_over(storage):
    first = storage.save("documents/plan.txt", ContentFile(b"One"))
    second = storage.save("documents/plan.txt", ContentFile(b"Two"))
    assert first != second
    assert [storage.open(name).read() for name in (first, second)] == [b"One", b"Two"]
