"""An invented town, made by code from a fixed seed and labelled as invented wherever it is shown."""
