"""Settings for all tests: no framework chatter, no randomness."""

import os
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

os.environ.setdefault("KERAS_BACKEND", "numpy")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

sys.path.insert(0, str(Path(__file__).parent))  # shared truths: readers.keras_truth

import numpy as np
from hypothesis import HealthCheck, settings

np.seterr(all="ignore")  # Keras' NumPy backend infers shapes by arithmetic on arrays of nothing

settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("long", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


class Cleared(ModuleType):
    """NumPy whose new arrays hold zeros."""

    empty = staticmethod(np.zeros)

    def __getattr__(self, name):
        return getattr(np, name)


def pytest_collection_finish():
    """Keras made fast and deterministic.

    It collects garbage whenever a test clears its session: longer than most tests take. And with
    NumPy it infers shapes by calling layers on uninitialized memory: any index into a table.
    """
    state = sys.modules.get("keras.src.backend.common.global_state")
    if state is not None:
        state.gc = SimpleNamespace(collect=lambda: 0)
    core = sys.modules.get("keras.src.backend.numpy.core")
    if core is not None:
        core.np = Cleared("numpy")


def pytest_sessionfinish(session):
    """In CI nothing may be skipped: whatever a test needs is installed there."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("SIZEUP_CI") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = 1
