"""``needlepoint users`` and ``needlepoint audit``: what they print, and one line for every mistake."""

import json

import pytest

from commands import run_command

PASSWORD = "nine tame otters"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tmp_path_factory.mktemp("users") / "store"


@pytest.fixture(scope="module")
def run(store):
    def run(*arguments, stdin=""):
        given = f"import io, sys; sys.stdin = io.StringIO({stdin!r})"
        code = f"{given}; from needlepoint.cli.app import main; main()"
        return run_command(*arguments, code=code, NEEDLEPOINT_STORE=str(store))

    return run


@pytest.fixture(scope="module")
def users(run):
    assert "nobody logs in" in run("users", "list").stdout
    first = run("users", "add", "mona", "--role", "manage", stdin=f"{PASSWORD}\n")
    assert first.stdout == "mona may manage, and sees everything\n"
    assert run("users", "part", "add", "finance", "--folder", "papers/finance").returncode == 0
    rita = run("users", "add", "rita", "--role", "read", "--may-see", "finance", stdin=f"{PASSWORD}\n")
    assert rita.stdout == "rita may read, and sees finance\n"
    return run


def test_users_and_parts_are_listed(users):
    assert users("users", "list").stdout.splitlines() == ["mona  manage  sees everything", "rita  read  sees finance"]
    listed = json.loads(users("users", "list", "--json").stdout)
    assert [(each["name"], each["role"], each["parts"]) for each in listed] == [
        ("mona", "manage", None),
        ("rita", "read", ["finance"]),
    ]
    assert PASSWORD not in users("users", "list", "--json").stdout
    assert "papers/finance" in users("users", "part", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "nora", "--sees-all"), "the password is empty"),
        (("add", "nora", "--role", "king", "--sees-all"), "no role 'king': a role is one of read, add, manage"),
        (("add", "nora"), "say what nora may see: --may-see PART"),
        (("add", "nora", "--may-see", "board"), "no part 'board': there are finance"),
        (("add", "nora", "--may-see", "finance", "--sees-all"), "say what nora may see"),
        (("add", "nora", "--role", "manage", "--may-see", "finance"), "who manages sees everything"),
        (("remove", "mona"), "mona is the last who manages: add another one first"),
        (("remove", "nora"), "no user 'nora'"),
        (("password", "nora"), "no user 'nora'"),
        (("part", "add", "all"), "a part needs a filter"),
        (("part", "add", "others", "--filter", "folder!=board"), "not what they lack"),
        (("part", "add", "odd", "--filter", "folder"), "write field=value"),
        (("part", "remove", "board"), "no part 'board'"),
    ],
)
def test_a_mistake_is_told_in_one_line(users, arguments, told):
    stdin = "\n" if told == "the password is empty" else f"{PASSWORD}\n"
    result = users("users", *arguments, stdin=stdin)
    assert result.returncode in (1, 2)
    assert told in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert [line.split()[0] for line in users("users", "list").stdout.splitlines()] == ["mona", "rita"]


def test_a_change_keeps_what_it_does_not_name(users):
    assert users("users", "change", "rita", "--role", "add").stdout == "rita may add, and sees finance\n"
    assert users("users", "change", "rita", "--role", "read").stdout == "rita may read, and sees finance\n"


def test_what_is_done_is_in_the_audit_log_without_passwords(users):
    printed = users("audit").stdout
    assert "user rita added, read, sees finance" in printed
    assert PASSWORD not in printed
    entries = [json.loads(line) for line in users("audit", "--json").stdout.splitlines()]
    assert {each["did"] for each in entries} == {"managed"}
    assert users("audit", "--since", "2999-01-01").stdout == ""


def test_users_may_be_added_before_the_first_document(users, tmp_path, reader_folder):
    (tmp_path / "finance").mkdir()
    (tmp_path / "finance" / "lease.txt").write_text("The rent is 84,000 euros.\n")
    indexed = users("index", str(tmp_path / "finance"))
    assert indexed.returncode == 0, indexed.stderr
    assert "1 file" in indexed.stdout
