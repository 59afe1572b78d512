"""Extractive question answering without torch: windows, an ONNX session, spans in numpy, answers with character offsets."""
