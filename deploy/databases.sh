#!/bin/bash
# Run once by the PostgreSQL image: for each project a role, and a database that only this role may use.
# Names and passwords are those of the projects' own secrets.
set -euo pipefail

create() { # ADDRESS, postgres://role:password@host:port/name
    local rest=${1#*://}
    local role=${rest%%:*} password=${rest#*:} name=${1##*/}
    psql --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
        --set role="$role" --set password="${password%%@*}" --set name="$name" <<'SQL'
CREATE ROLE :"role" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"role";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
}

for address in /run/secrets/*_database_url; do
    create "$(cat "$address")"
done
