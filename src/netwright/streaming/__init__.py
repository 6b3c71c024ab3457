"""Networks of video clips, run frame by frame in constant memory, provably equal to their offline run."""
