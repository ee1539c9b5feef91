"""Networks of the corpus whose size no text can tell, each with the reason."""

from __future__ import annotations

TPU = "whether its layers own a convolution hangs on the machine: it is one for a TPU"

UNTOLD: dict[tuple[str, str], str] = {
    ("keras-cv-attention-models", name): TPU
    for name in ("CotNet50", "CotNet101", "CotNetSE50D", "CotNetSE101D", "CotNetSE152D")
}
"""By the package and the builder."""
