"""FARMReader's own training and distillation go on working beside Needlepoint's."""

import pytest
import torch

import needlepoint.nodes  # noqa: F401  (prepares Haystack)


@pytest.fixture
def make_farm(make_model):
    from haystack.nodes import FARMReader

    def make(**shape):
        folder = make_model(**shape)
        lengths = {"max_seq_len": 96, "doc_stride": 16}
        return FARMReader(str(folder), use_gpu=False, num_processes=0, progress_bar=False, **lengths)

    return make


@pytest.fixture
def numbers(labels_file, tmp_path):
    return {
        "data_dir": str(labels_file.parent),
        "train_filename": labels_file.name,
        "n_epochs": 1,
        "batch_size": 4,
        "learning_rate": 1e-3,
        "use_gpu": False,
        "num_processes": 0,
        "max_seq_len": 96,
        "save_dir": str(tmp_path / "farm"),
        "dev_split": 0,
    }


@pytest.mark.parametrize("step", ["train", "distil_prediction_layer_from", "distil_intermediate_layers_from"])
def test_farm_trains_and_distils(make_farm, numbers, step):
    student = make_farm(num_hidden_layers=2)
    before = [parameter.clone() for parameter in student.inferencer.model.parameters()]
    arguments = [] if step == "train" else [make_farm(seed=1, num_hidden_layers=4)]
    getattr(student, step)(*arguments, **numbers)
    after = list(student.inferencer.model.parameters())
    assert any(not torch.equal(a, b) for a, b in zip(before, after, strict=True))
