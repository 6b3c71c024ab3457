"""What computes answers: ONNX Runtime, torch, or a constant."""
