"""The recorder as a program: `python <this folder> --help`."""

import sys
from types import ModuleType

if not __package__:
    # Run as a copied folder, or as one zipped file: what lies beside this module is the package.
    __package__ = "telemetry_recorder"  # PEP 366
    package = ModuleType(__package__)
    package.__path__ = [sys.path[0]]
    sys.modules[__package__] = package

from .commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
