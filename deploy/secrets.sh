#!/bin/sh
# Make the secrets that compose and swarm read, a file each, in .secrets or the directory named; what is there is kept.
#   deploy/secrets.sh [DIRECTORY]
# Replace what is made up here by what you have: another server's database address, AWS keys (an empty line in both: the
# machine's role counts), a certificate. docs/security.md says what each opens, and how to change it.
set -eu
directory=${1:-$(dirname "$0")/../.secrets}
mkdir -p "$directory"
chmod 700 "$directory" # this keeps others out; the files themselves are read by containers' accounts
cd "$directory"

random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
make() { # NAME VALUE
    [ -e "$1" ] && return
    printf '%s\n' "$2" >"$1"
    chmod 644 "$1"
    echo "made $directory/$1"
}

make database_password "$(random)" # of PostgreSQL's administrator
make redis_password "$(random)"
make redis_url "redis://:$(cat redis_password)@redis:6379/0"
make snapshot_token "$(random)"
make metrics_token "$(random)"
make demo_password "$(random | cut -c 1-12)"
make aws_access_key_id emulator
make aws_secret_access_key emulator
for project in master client client_2; do
    make "${project}_secret_key" "$(random)"
    make "${project}_database_url" "postgres://reactive_tables_$project:$(random)@database:5432/reactive_tables_$project"
done
