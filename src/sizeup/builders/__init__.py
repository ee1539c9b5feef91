"""From networks to Keras 3: the live model, and the code that a person would have written.

A network becomes a `Plan`, statements of the code as data. `live` carries them out; `code`
prints them. What Keras 3 cannot say is a `PortError`.
"""
