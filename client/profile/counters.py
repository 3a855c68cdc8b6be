"""What is counted of profiles."""

from prometheus_client import Counter

saved = Counter("profile_saved", "Profiles that were changed, by where it was done", ["how"])
pictures = Counter("profile_pictures", "Pictures that workers began to draw, by what became of them", ["outcome"])
