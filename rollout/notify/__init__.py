"""The channels by which a notice leaves the park, a file each."""
