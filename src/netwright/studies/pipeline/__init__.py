"""The pipeline: fetch, validate, split, study, package, deploy, as a graph of steps that are kept while they hold."""
