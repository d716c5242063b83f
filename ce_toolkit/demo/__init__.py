"""The invented city: units, people, claims, exam results, the messy files they would send, and the truth of it all."""

from ce_toolkit.demo.city import City, build_city, make_demo, write_city

__all__ = ["City", "build_city", "make_demo", "write_city"]
