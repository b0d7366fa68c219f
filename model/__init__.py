"""Frame to detections, and how good they are. Knows nothing of stages."""
