"""onnxruntime reports nothing to its maker: it would leave an identifier of this machine in the user's cache first."""

import os
import subprocess
import sys

SESSION = """
{first}
import onnxruntime
from onnx import TensorProto, helper
x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy")
graph = helper.make_graph([helper.make_node("Add", ["x", "x"], ["y"])], "graph", [x], [y])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
onnxruntime.InferenceSession(model.SerializeToString())
"""


def _files_left_behind(first, home):
    home.mkdir()
    environment = {"PYTHONPATH": os.pathsep.join(sys.path), "HOME": str(home), "PATH": os.environ["PATH"]}
    subprocess.run(
        [sys.executable, "-c", SESSION.format(first=first)], env=environment, check=True, capture_output=True
    )
    return [path for path in home.rglob("*") if path.is_file()]


def test_needlepoint_switches_the_reports_off(tmp_path):
    assert _files_left_behind("import needlepoint", tmp_path / "with") == []
