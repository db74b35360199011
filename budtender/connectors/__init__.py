"""Remote systems: one class each, leaves that know the model, the errors and the door to the network."""
