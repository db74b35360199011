"""A simulated AIQ and till over real HTTP on loopback: training for people, the far side of every test."""

from __future__ import annotations

from budtender.simulator.cases import CASES, Case
from budtender.simulator.simulation import Simulation

__all__ = ["CASES", "Case", "Simulation"]
