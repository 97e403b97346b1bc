"""Training processes that average their weights now and then."""

from __future__ import annotations

from multiprocessing.context import SpawnContext

import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class Meeting:
    """Memory that all processes share, one row of weights each, and a barrier.

    The mean of the rows is taken in one order by everyone: the same bytes in every process and
    every run. Averaging now and then ("local SGD") costs next to no waiting, where averaging
    gradients at every step would tie each step to the slower process.
    """

    def __init__(self, context: SpawnContext, workers: int, model: nn.Module) -> None:
        size = sum(parameter.numel() for parameter in model.parameters())
        self.rows = torch.zeros(workers, size).share_memory_()
        self.barrier = context.Barrier(workers, timeout=1800)  # s; a process has died by then

    def average(self, model: nn.Module, rank: int) -> None:
        """Give ``model`` the mean of all processes' weights; waits for all to arrive."""
        parameters = list(model.parameters())
        with torch.no_grad():
            self.rows[rank].copy_(parameters_to_vector(parameters))
            self.barrier.wait()
            vector_to_parameters(self.rows.mean(0), parameters)
            self.barrier.wait()
