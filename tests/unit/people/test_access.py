"""Users, passwords, sessions and attempts, with a clock of the test's own; and what bad input is told."""

import sqlite3
import stat

import pytest

from needlepoint.errors import PeopleError, UnknownUserError
from needlepoint.people.access import Access, WaitError
from needlepoint.people.attempts import Attempts
from needlepoint.people.copying import copy_users, restore_users
from needlepoint.people.parts import below_folder
from needlepoint.people.person import Person, Role
from needlepoint.people.sessions import Sessions

PASSWORD = "nine tame otters"


class Clock:
    now = 1_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def access(tmp_path):
    made = Access(tmp_path / "people")
    yield made
    made.close()


@pytest.fixture
def users(access):
    access.users.add("mona", Role.MANAGE, password=PASSWORD)
    access.users.parts.add("finance", below_folder("finance"))
    return access.users


def test_nothing_is_made_before_the_first_user(access):
    assert not access.is_on
    assert access.users.all() == []
    assert access.sessions.person("x") is None
    assert not (access.audit.path.parent).exists()


def test_the_files_are_the_owners_alone(access, users):
    access.audit.note("mona", "asked", "q")
    assert stat.S_IMODE(access.audit.path.stat().st_mode) == 0o600
    assert stat.S_IMODE((access.audit.path.parent / "people.sqlite").stat().st_mode) == 0o600
    assert stat.S_IMODE(access.audit.path.parent.stat().st_mode) == 0o700


def test_a_password_is_kept_as_a_hash_and_a_token_is_not_kept(access, users):
    token = access.log_in("mona", PASSWORD)
    access.close()
    kept = b"".join(file.read_bytes() for file in access.audit.path.parent.iterdir())
    assert b"$argon2id$v=19$m=65536,t=3,p=4$" in kept
    assert PASSWORD.encode() not in kept
    assert token.encode() not in kept


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("", "the password is empty"),
        ("short", "10 to 1,000 characters, not 5"),
        ("x" * 1_001, "not 1,001"),
        ("aaaaaaaaaaaa", "easy to guess"),
        ("Anna-anna-2026", "easy to guess"),
    ],
)
def test_a_weak_password_is_told_in_one_line(users, password, told):
    with pytest.raises(PeopleError, match=told) as raised:
        users.add("anna", Role.READ, password=password)
    assert "\n" not in str(raised.value)
    assert [each.name for each in users.all()] == ["mona"]


@pytest.mark.parametrize("name", ["", " ", "a/b", "x" * 101, "a\nb", " anna"])
def test_a_name_that_cannot_be_used_is_told(users, name):
    with pytest.raises(PeopleError, match="the name of a user has 1 to 100 visible characters"):
        users.add(name, Role.READ, password=PASSWORD)


def test_the_first_user_manages(access):
    with pytest.raises(PeopleError, match="the first user must manage"):
        access.users.add("rita", Role.READ, password=PASSWORD)
    assert not access.is_on


def test_the_last_who_manages_stays(users):
    for change in (
        lambda: users.remove("mona"),
        lambda: users.change("mona", role=Role.ADD, parts=None),
    ):
        with pytest.raises(PeopleError, match="mona is the last who manages: add another one first"):
            change()
    users.add("olga", Role.MANAGE, password=PASSWORD)
    users.remove("MONA")
    assert [each.name for each in users.all()] == ["olga"]


def test_unknown_roles_parts_and_users_are_told(users):
    with pytest.raises(PeopleError, match="no role 'king': a role is one of read, add, manage"):
        Role.of("king")
    with pytest.raises(PeopleError, match="no part 'board': there are finance"):
        users.add("rita", Role.READ, password=PASSWORD, parts=["board"])
    with pytest.raises(UnknownUserError, match="no user 'rita'"):
        users.set_password("rita", PASSWORD)
    with pytest.raises(PeopleError, match="who manages sees everything"):
        users.add("rita", Role.MANAGE, password=PASSWORD, parts=["finance"])
    with pytest.raises(PeopleError, match="there is a user 'Mona' already"):
        users.add("Mona", Role.READ, password=PASSWORD)


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        ({}, "needs a filter"),
        ({"$not": {"folder": "board"}}, "not what they lack"),
        ({"folder": {"$ne": "board"}}, "not what they lack"),
        ({"folder": {"$nin": ["board"]}}, "not what they lack"),
        ({"$or": [{"folder": "a"}, {"b": {"$exists": False}}]}, "not what they lack"),
        ({"$and": []}, "has no value"),
        ({"$or": [{}]}, "lets every document through"),
        ({"added": {"$gte": "2020"}}, "cannot be told by 'added'"),
        ({"folder": {"$like": "x"}}, "the filter of a part is invalid"),
        ({"$id": "x"}, "cannot be told by"),
    ],
    ids=str,
)
def test_a_filter_that_says_nothing_of_its_documents_is_refused(users, filters, told):
    with pytest.raises(PeopleError, match=told):
        users.parts.add("odd", filters)


def test_a_person_sees_any_of_the_parts_and_nothing_of_a_removed_one(users):
    users.parts.add("pdfs", {"type": "pdf"})
    users.add("rita", Role.READ, password=PASSWORD, parts=["Finance", "pdfs"])
    assert users.person("rita").filters == {"$or": [below_folder("finance"), {"type": "pdf"}]}
    users.parts.remove("pdfs")
    assert users.person("rita").filters == {"$or": [below_folder("finance")]}
    users.parts.remove("finance")
    assert users.person("rita").filters == {"$or": []}


def test_another_user_of_a_former_name_has_another_id(users):
    first = users.add("rita", Role.READ, password=PASSWORD)
    users.remove("rita")
    second = users.add("rita", Role.READ, password=PASSWORD)
    assert first.id != second.id
    assert not Person("rita", second.id, Role.READ).may_use(first.id)


def test_a_session_ends_when_it_is_not_used_and_in_any_case(access, users):
    clock = Clock()
    sessions = Sessions(access._database, users, idle_s=600, longest_s=3_600, now=clock)
    token = sessions.begin("mona")
    for _ in range(6):
        clock.now += 599
        assert sessions.person(token).name == "mona"
    clock.now += 6  # 3,600 s after it began
    assert sessions.person(token) is None
    idle = sessions.begin("mona")
    clock.now += 600
    assert sessions.person(idle) is None
    clock.now -= 600  # it is gone, not only too old
    assert sessions.person(idle) is None


def test_who_guesses_waits_longer_each_time(access, users):
    clock = Clock()
    attempts = Attempts(access._database, now=clock)
    waits = []
    for _ in range(12):
        assert attempts.begin("rita", "") == 0
        waits.append(attempts.begin("rita", ""))
        if not waits[-1]:
            continue
        clock.now += waits[-1]
    grown = [wait for wait in waits if wait]
    assert grown == sorted(grown)
    assert grown[0] == 5
    assert grown[-1] > 60


def test_one_address_cannot_try_many_names(access, users):
    attempts = Attempts(access._database, now=Clock())
    allowed = [attempts.begin(f"name {number}", "192.0.2.7") == 0 for number in range(30)]
    assert allowed == [True] * 20 + [False] * 10
    assert attempts.begin("name 1", "192.0.2.8") == 0


def test_mistakes_of_many_people_at_one_address_do_not_add_up(access, users):
    clock = Clock()
    attempts = Attempts(access._database, now=clock)
    for number in range(100):
        assert attempts.begin(f"name {number}", "192.0.2.7") == 0
        clock.now += 60


def test_many_guesses_at_once_are_counted_before_they_are_compared(access, users):
    for _ in range(5):
        assert access._attempts.begin("mona", "") == 0  # five that are still being compared
    with pytest.raises(WaitError):
        access.log_in("mona", PASSWORD)


def test_the_right_password_forgives(access, users):
    for _ in range(3):
        for _ in range(4):
            assert access.log_in("mona", "a wrong one") is None
        assert access.log_in("mona", PASSWORD)


def test_a_password_is_the_same_however_its_letters_are_composed(access, users):
    users.add("jos\u00e9", Role.READ, password="caf\u00e9 cr\u00e8me 9")
    assert access.log_in("jos\u00e9", "cafe\u0301 cre\u0300me 9")
    assert access.log_in("jos\u00e9", "cafe creme 9") is None


def test_a_user_of_a_proxy_has_no_password(access, users):
    users.add("proxied", Role.READ, password=None)
    assert access.log_in("proxied", "") is None
    assert access.log_in("proxied", "None") is None


def test_it_stays_on_when_the_file_of_the_users_is_taken_away(access, users):
    assert access.is_on
    access.close()
    (access.audit.path.parent / "people.sqlite").unlink()
    assert access.is_on


def test_a_damaged_file_is_told_and_lets_nobody_in(tmp_path):
    (tmp_path / "people.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(PeopleError, match="cannot be used"):
        _ = Access(tmp_path).is_on


def test_a_backup_of_the_users_has_no_session_and_opens_no_other_collection(access, users, tmp_path):
    users.add("rita", Role.READ, password=PASSWORD, parts=["finance"])
    token, folder, copy = access.log_in("rita", PASSWORD), access.audit.path.parent, tmp_path / "copy.sqlite"
    assert copy_users(folder, copy)
    with sqlite3.connect(copy) as other:
        assert other.execute("SELECT COUNT(*) FROM sessions").fetchone() == (0,)
    assert restore_users(tmp_path / "new", copy)
    restored = Access(tmp_path / "new")
    assert restored.users.all() == users.all()
    assert restored.users.person("rita").filters == users.person("rita").filters
    assert restored.sessions.person(token) is None
    assert restored.log_in("rita", PASSWORD)
    other = Access(tmp_path / "other")
    other.users.add("olga", Role.MANAGE, password=PASSWORD)
    assert not restore_users(tmp_path / "other", copy)
    assert [each.name for each in other.users.all()] == ["olga"]
    assert not copy_users(tmp_path / "nobody", tmp_path / "none.sqlite")
