"""All rules: every module of this folder runs, and its rules enter themselves in the registry."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

for module in iter_modules(__path__):  # by name: the order in which rules speak
    import_module(f"{__name__}.{module.name}")
