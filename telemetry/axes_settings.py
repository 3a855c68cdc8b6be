"""How often one may fail to sign in, and what happens then (sign_in.py): settings that both projects take."""

from datetime import timedelta

AXES_HANDLER = "telemetry.sign_in.Handler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "telemetry.sign_in.locked_out"
AXES_DISABLE_ACCESS_LOG = True  # who signed in when is nothing to keep for ever
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "sesame"]  # in what it keeps of a request; passwords always
AXES_VERBOSE = False
