"""Which Celery app carries df_websockets' signals."""

import json
import os
import subprocess
import sys
import threading

import redis
from celery._state import get_current_app
from df_websockets import tasks

from client.celery import app

SEND = """
import django
django.setup()
import threading
from df_websockets.tasks import SERVER, trigger
call = lambda: trigger(None, "users.snapshot", to=[SERVER], view="you", ask=1)
call()
thread = threading.Thread(target=call)
thread.start()
thread.join()
"""


def test_df_websockets_leaves_our_app_in_force_in_every_thread() -> None:
    tasks.import_signals_and_functions()
    seen = [get_current_app(), tasks._server_signal_call.app]
    thread = threading.Thread(target=lambda: seen.extend([get_current_app(), tasks._server_signal_call.app]))
    thread.start()
    thread.join()
    assert seen == [app] * 4


def test_a_signal_goes_to_our_broker_under_our_prefix(redis_url: str) -> None:
    """In a process of its own: the first trigger is what makes df_websockets import its own Celery app."""
    redis.Redis.from_url(redis_url).flushdb()
    env = {**os.environ, "REDIS_URL": redis_url, "APP_NAME": "client-7", "DJANGO_SETTINGS_MODULE": "client.settings"}
    subprocess.run([sys.executable, "-c", SEND], env=env, check=True, timeout=60)
    with redis.Redis.from_url(redis_url) as server:
        assert server.llen("client-7:fast") == 2
        message = json.loads(server.lindex("client-7:fast", 0))
    assert message["headers"]["task"] == "df_websockets.tasks._server_signal_call"


def test_no_setting_is_lost_to_df_websockets() -> None:
    """`df_websockets.celery` renames Celery's old settings in Django's: there are none to rename."""
    assert app.conf.task_default_queue == "slow"
    assert app.conf.broker_transport_options["global_keyprefix"] == "client:"
    assert app.conf.broker_url == os.environ["REDIS_URL"]
