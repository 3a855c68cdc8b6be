"""What the pull API counts."""

from prometheus_client import Counter

requests = Counter("snapshot_requests", "Requests to the pull API", ["endpoint", "status"])
rows = Counter("snapshot_rows", "Lines that the pull API sent", ["endpoint"])
left_out = Counter("snapshot_left_out", "Rows left out of an answer, for they cannot be rendered", ["table"])
cut_off = Counter("snapshot_cut_off", "Answers that broke off by an error", ["endpoint"])
