"""Knowledge of Keras: its names, layers, models and tensors, as the source handles them."""
