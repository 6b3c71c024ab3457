"""Error against data: curves with calibrated intervals."""
