"""Models of videos: clips (N, channels, frames, height, width) in, logits out."""
