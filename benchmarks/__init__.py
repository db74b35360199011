"""The measurements: one module per figure, each beside its floor or peer, measured in the same run."""
