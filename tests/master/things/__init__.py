"""Replicated models that are no users: other keys, other fields, and a model of somebody else's."""
