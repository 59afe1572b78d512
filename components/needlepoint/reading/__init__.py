"""Reading: windows, the ONNX session, span decoding, null scores. Numbers and texts in and out, no Haystack."""
