import ast
import subprocess
import sys

import pytest

import needlepoint
from needlepoint import resources
from needlepoint.settings import Settings

HEAVY = ("haystack", "torch", "transformers", "streamlit", "pandas", "onnxruntime")


def _loaded_after(code):
    report = f"import sys\ntry:\n    {code}\nfinally:\n    print('loaded', *(m for m in {HEAVY} if m in sys.modules))"
    run = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True)
    return run.stdout.splitlines()[-1].split()


def test_importing_the_package_loads_nothing_heavy():
    assert _loaded_after("import needlepoint, needlepoint.service.facade, needlepoint.cli.app") == ["loaded"]


def test_help_loads_nothing_heavy():
    assert _loaded_after("sys.argv = ['needlepoint', '--help']; from needlepoint.cli.app import main; main()") == [
        "loaded"
    ]


def test_every_public_name_is_listed_and_unknown_ones_are_refused():
    assert set(needlepoint.__all__) == set(needlepoint._HOME)
    assert "Service" in dir(needlepoint)
    with pytest.raises(AttributeError, match="Servant"):
        _ = needlepoint.Servant


def test_settings_come_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("NEEDLEPOINT_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("NEEDLEPOINT_CACHE", "")
    settings = Settings.from_environment()
    assert settings.store == tmp_path / "store"
    assert settings.cache.name == "needlepoint"


def test_shipped_folders_are_found_in_the_checkout():
    assert (resources.pipelines_folder() / "local.haystack-pipeline.yml").is_file()
    assert resources.page_script().name == "app.py"


def test_the_page_knows_no_haystack():
    imported = set()
    for file in resources.page_script().parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(str(node.module))
    assert "streamlit" in imported
    assert not {name for name in imported if name.startswith(("haystack", "needlepoint.nodes", "needlepoint.service"))}
