"""Camera to frame in the queue. Knows nothing of the model."""
