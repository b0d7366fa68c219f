"""Traced: a learner's network with what its last layer judges by, so that one bundle gives both. Training only."""

from collections.abc import Sequence

from torch import Tensor, nn

from model.recipes import Step


class Traced(nn.Module):
    """The batch's steps, the learner's network, and what its last linear layer judges by."""

    def __init__(self, network: nn.Module, steps: Sequence[Step]) -> None:
        super().__init__()
        self.network, self.steps = network, tuple(steps)
        self.judged: list[Tensor] = []
        last = [module for module in network.modules() if isinstance(module, nn.Linear)]
        if last:
            last[-1].register_forward_pre_hook(self._keep)

    def _keep(self, _: nn.Module, given: tuple[Tensor, ...]) -> None:
        self.judged = [given[0]]

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """N x 3 x side x side, RGB of 0..1, to logits (N x labels) and features (N x width)."""
        for step in self.steps:
            pixels = step(pixels)
        self.judged = []
        logits = self.network(pixels)
        features = self.judged[0] if self.judged else logits
        return logits, features.flatten(1)
