"""``pip install 'needlepoint[app]'``: what the wheel carries works away from the checkout."""

from needlepoint.pipelines.file import available


def test_the_installed_package_is_the_one_under_test(app):
    printed = app.run("-c", "import needlepoint; print(needlepoint.__file__)", check=True).stdout
    assert printed.startswith(str(app.site))


def test_it_indexes_and_answers(app, tmp_path):
    (tmp_path / "lease.txt").write_text("The term of this lease ends on 31 March 2031.")
    indexed = app.needlepoint("index", tmp_path)
    assert indexed.returncode == 0, indexed.stderr
    answered = app.needlepoint("ask", "When does the lease end?")
    assert "**31 March 2031**" in answered.stdout, answered.stderr


def test_it_has_every_public_name_and_no_torch(app):
    code = "import needlepoint; [getattr(needlepoint, name) for name in needlepoint.__all__]; import torch"
    assert app.run("-c", code).stderr.splitlines()[-1] == "ModuleNotFoundError: No module named 'torch'"


def test_it_has_the_page_and_the_pipelines(app):
    code = (
        "from needlepoint import resources; from needlepoint.pipelines.file import available;"
        " print(resources.page_script().is_file(), available())"
    )
    assert app.run("-c", code, check=True).stdout.strip() == f"True {available()}"


def test_the_service_and_the_page_can_be_imported(app):
    page = "import sys; sys.path.insert(0, str(resources.page_script().parent)); import needlepoint_ui.ask.asking"
    code = f"import needlepoint.api.app, streamlit; from needlepoint import resources; {page}; print('ready')"
    assert app.run("-c", code).stdout == "ready\n"
