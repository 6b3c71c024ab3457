"""What every layer and neuron of a transformer delivers to its decision."""
