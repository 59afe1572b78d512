import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from needlepoint.errors import ModelError
from needlepoint.training.models import _pretrained, has_new_head, load_reader

from .conftest import FAMILIES

CPU = torch.device("cpu")


@pytest.fixture
def renamed(tiny_bert, tmp_path):
    """Copy the tiny reader and give its tensors other names; a tensor whose new name is None is dropped."""

    def rename(name_of, source=tiny_bert):
        folder = tmp_path / "renamed"
        shutil.copytree(source, folder)
        tensors = {name_of(name): tensor for name, tensor in load_file(folder / "model.safetensors").items()}
        tensors.pop(None, None)
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
        return folder

    return rename


@pytest.mark.parametrize(("family", "attention"), [("bert", "sdpa"), ("roberta", "sdpa"), ("mpnet", "eager")])
def test_on_a_gpu_each_family_computes_the_attention_that_it_has(make_model, family, attention):
    folder = make_model(family)
    assert _pretrained(folder, torch.device("cuda")).config._attn_implementation == attention
    assert _pretrained(folder, torch.device("cpu")).config._attn_implementation == "eager"


@pytest.mark.parametrize(
    ("name_of", "lacking"),
    [
        pytest.param(
            lambda name: f"student.{name}", "bert.embeddings.LayerNorm.bias", id="the weights of a checkpoint"
        ),
        pytest.param(
            lambda name: None if "layer.1.attention.self.query.weight" in name else name,
            "bert.encoder.layer.1.attention.self.query.weight",
            id="a tensor is missing",
        ),
    ],
)
def test_an_encoder_whose_weights_are_not_whole_is_refused_instead_of_filled_with_random_ones(
    renamed, name_of, lacking
):
    folder = renamed(name_of)
    with pytest.raises(ModelError, match=f"the weights in {folder} lack {lacking}, so this is not a complete model"):
        load_reader(folder, CPU)


@pytest.mark.parametrize("family", FAMILIES)
def test_an_encoder_without_a_span_head_gets_a_new_one(renamed, make_model, family):
    whole = make_model(family)
    head = ("qa_outputs.", "classifier.", "head.")
    folder = renamed(lambda name: None if name.startswith(head) else name, whole)
    assert has_new_head(folder)
    assert not has_new_head(whole)
    before, after = (load_reader(each, CPU).model.state_dict() for each in (whole, folder))
    assert all(torch.equal(before[name], after[name]) for name in before if not name.startswith(head))
    weight = next(name for name in before if name in {"qa_outputs.weight", "classifier.weight"})
    assert not torch.equal(before[weight], after[weight])
