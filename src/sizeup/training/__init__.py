"""Training networks side by side: data, runs that can be resumed, and their comparison.

Keras' own loops do the work. Nothing here imports Keras, NumPy or a backend before it is used.
"""
