"""The recorder as a program: `python <this folder> --help`."""

import sys
from importlib import import_module
from types import ModuleType

_PACKAGE = __package__ or "telemetry_recorder"

if not __package__:
    # Run as a copied folder, or as one zipped file: what lies beside this module is the package.
    beside = ModuleType(_PACKAGE)
    beside.__path__ = [sys.path[0]]
    sys.modules[_PACKAGE] = beside

if __name__ == "__main__":
    sys.exit(import_module(f"{_PACKAGE}.commands").main(sys.argv[1:]))
