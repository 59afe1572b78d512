"""Extractive reading without torch: windows, an ONNX session, spans in numpy, answers with character offsets."""
