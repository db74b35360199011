"""A shopper served step by step against the simulator: what was asked, answered and stored at each step."""

from __future__ import annotations

from budtender.demo.page import Page
from budtender.demo.play import Ending, play
from budtender.demo.stage import NotAsTold, spoken
from budtender.demo.step import Grid, Request, Step, Stored
from budtender.demo.tour import write_tour
from budtender.demo.training import Training, training

__all__ = [
    "Ending",
    "Grid",
    "NotAsTold",
    "Page",
    "Request",
    "Step",
    "Stored",
    "Training",
    "play",
    "spoken",
    "training",
    "write_tour",
]
