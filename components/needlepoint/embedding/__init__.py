"""Texts as vectors, without torch: sentence-transformers models of the BERT family on onnxruntime."""
