"""The settings with which a project is loaded when nothing real may be reached."""

NOWHERE = "127.0.0.1:1"  # nothing listens there: what needs a server says so
SURROUNDINGS = {
    "ENV_FILE": "",
    "DEBUG": "true",
    "SECRET_KEY": "only-for-tests-" + "x" * 50,
    "DATABASE_URL": f"postgres://nobody@{NOWHERE}/nothing",
    "REDIS_URL": f"redis://{NOWHERE}/0",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "SNS_REACTIVE_TABLE_ARN": "arn:aws:sns:us-east-1:123456789012:reactive-tables",
    "SQS_REACTIVE_TABLES": "https://sqs.us-east-1.amazonaws.com/123456789012/reactive-tables-client",
    "MASTER_URL": f"http://{NOWHERE}",
    "SNAPSHOT_TOKEN": "only-for-tests-" + "x" * 30,
}
STRAY = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_REGION")
