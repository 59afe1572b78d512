import pytest
import torch

from needlepoint.training.models import _pretrained


@pytest.mark.parametrize(("family", "attention"), [("bert", "sdpa"), ("roberta", "sdpa"), ("mpnet", "eager")])
def test_on_a_gpu_each_family_computes_the_attention_that_it_has(make_model, family, attention):
    folder = make_model(family)
    assert _pretrained(folder, torch.device("cuda")).config._attn_implementation == attention
    assert _pretrained(folder, torch.device("cpu")).config._attn_implementation == "eager"
