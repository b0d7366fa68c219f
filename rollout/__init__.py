"""Detections to visit, decision, alert and people. Reads no settings."""
