"""What watches a training in the benchmark of dynamics: this library, and two others."""
