"""Settings for all tests: no framework chatter, no randomness."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

os.environ.setdefault("KERAS_BACKEND", "numpy")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

sys.path.insert(0, str(Path(__file__).parent))  # shared truths: readers.keras_truth

import numpy as np
from hypothesis import HealthCheck, settings

# Keras' NumPy backend infers shapes by calling layers on uninitialized memory, which may hold
# anything: what its arithmetic overflows to says nothing of a layer.
np.seterr(all="ignore")

settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("long", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_collection_finish():
    """Keras collects garbage whenever a test clears its session: longer than most tests take."""
    state = sys.modules.get("keras.src.backend.common.global_state")
    if state is not None:
        state.gc = SimpleNamespace(collect=lambda: 0)


def pytest_sessionfinish(session):
    """In CI nothing may be skipped: whatever a test needs is installed there."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("SIZEUP_CI") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = 1
