"""Training: what `bearwatch model train` does, one noun a file. Only a part of it loads PyTorch."""
