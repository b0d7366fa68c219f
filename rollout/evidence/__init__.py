"""The statistics of model against manual watch: one statistic a file, values in, values out."""
