"""How much of a network may stay: units, parameters, arithmetic, bytes, or time."""
