"""What is counted of windows, their calls and the pushes to them."""

from prometheus_client import Counter, Gauge

windows = Gauge("live_windows", "Windows that are open now", multiprocess_mode="livesum")
windows_opened = Counter("live_windows_opened", "Sockets of windows that were let in")
windows_refused = Counter("live_windows_refused", "Sockets that were closed at once, by close code", ["code"])
windows_revoked = Counter("live_windows_revoked", "Sockets that were closed because the user may no longer listen")
windows_closed = Counter("live_windows_closed", "Sockets that were closed later, by close code", ["code"])
gaps = Counter("live_gaps", "Gaps among pushes, as pages tell, that they had to ask about")
windows_slow = Counter("live_windows_slow", "Backlogs that were dropped because a browser did not read")
calls_handed_over = Counter("live_calls_handed_over", "Calls from browsers that became tasks")
calls_refused = Counter("live_calls_refused", "Calls from browsers that were not carried out, by reason", ["reason"])
answers = Counter("live_answers", "Answers to windows, most with the state that they asked for, by signal", ["signal"])
pushes_sent = Counter("live_pushes_sent", "Pushes handed to the channel layer, by signal", ["signal"])
pushes_skipped = Counter("live_pushes_skipped", "Pushes left out because no window listens to their topic")
pushes_delivered = Counter("live_pushes_delivered", "Frames handed to windows; one push goes to many")
