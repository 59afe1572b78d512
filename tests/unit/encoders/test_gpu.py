import logging

import onnxruntime
import pytest

from needlepoint.encoders.export import ExportCache
from needlepoint.reading.loading import load_model

HAS_CUDA = "CUDAExecutionProvider" in onnxruntime.get_available_providers()


@pytest.mark.skipif(HAS_CUDA, reason="this onnxruntime offers CUDA")
def test_without_cuda_the_cpu_reads_and_one_line_says_so(write_model, tmp_path, caplog):
    with caplog.at_level(logging.INFO, logger="needlepoint"):
        model = load_model(write_model(), ExportCache(tmp_path / "cache"), use_gpu=True)
    assert model.session.device == "cpu"
    (line,) = [record.message for record in caplog.records if "use_gpu" in record.message]
    assert line == "use_gpu: this onnxruntime offers no CUDA here, so tiny is read on the CPU"


def test_nobody_who_asks_for_the_cpu_is_told_of_gpus(write_model, tmp_path, caplog):
    with caplog.at_level(logging.INFO, logger="needlepoint"):
        load_model(write_model(), ExportCache(tmp_path / "cache"))
    assert not [record for record in caplog.records if "use_gpu" in record.message]
