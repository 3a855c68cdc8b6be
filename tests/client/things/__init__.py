"""An app with replicas of other shapes than users: other keys, other types, other ways to go."""
