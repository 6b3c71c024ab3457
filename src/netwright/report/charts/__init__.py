"""The drawings of a report, one a file: records in, Vega-Lite out."""
