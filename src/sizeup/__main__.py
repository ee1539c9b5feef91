"""`python -m sizeup`."""

import sys

from sizeup.cli import main

sys.exit(main())
