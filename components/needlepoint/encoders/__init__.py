"""Transformer encoders without torch: their architecture, exported graphs, sessions of onnxruntime, tokens."""
