"""Haystack's importer of components at first use; importing it from this package first checks which Haystack is installed."""

from lazy_imports import LazyImporter as LazyImporter
