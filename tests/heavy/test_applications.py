"""The large ones among Keras' own architectures in all variants of `readers/applications.json`."""

import pytest

from readers.applications_truth import VARIANTS
from readers.test_source_applications import LARGE, assert_reads_as_keras_builds


@pytest.mark.parametrize("module", sorted(LARGE))
@pytest.mark.parametrize("variant", [v for v in VARIANTS if v != "default"])
def test_the_text_gives_what_keras_builds(module, variant):
    assert_reads_as_keras_builds(module, variant)
