"""Extractive reading without torch: windows of tokens, an ONNX session, spans in numpy, answers with character offsets."""
