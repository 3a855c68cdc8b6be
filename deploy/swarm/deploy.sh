#!/bin/bash
# Build, push, migrate, deploy, and wait until all is healthy; what is not is put back.
#   deploy/swarm/deploy.sh [--dry-run] [--settings FILE] [--tag TAG] [--no-build]
# Settings: deploy/swarm/deploy.env, see deploy.env.example. Secrets: .secrets, see deploy/secrets.sh.
# --dry-run says what would be done. --tag deploys another version than that of the checkout, --no-build one that is there.
set -euo pipefail
cd "$(dirname "$0")/../.."

settings=deploy/swarm/deploy.env dry='' build=true tag=''
while [ $# -gt 0 ]; do
    case $1 in
    --dry-run) dry=true ;;
    --no-build) build='' ;;
    --settings) settings=$2 && shift ;;
    --tag) tag=$2 && shift ;;
    *) sed -n '2,5s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
    esac
    shift
done

die() { echo "deploy: $*" >&2 && exit 1; }
say() { echo "deploy: $*"; }
run() { # show a command, and run it unless this is a dry run
    printf '+ %s\n' "$*" >&2
    [ -n "$dry" ] || "$@"
}

address() { # HOST PORT: where browsers find it: at a balancer that ends TLS, or else at nginx's own port
    if [ "$HTTPS" = true ]; then echo "https://$1"; else echo "http://$1:$2" | sed 's/:80$//'; fi
}

[ -r "$settings" ] || die "$settings is not there. Copy deploy/swarm/deploy.env.example and edit it."
set -a
# shellcheck source=/dev/null
. "$settings"
for name in STACK CLIENT_HOST CLIENT_PORT MASTER_HOST MASTER_PORT AWS_DEFAULT_REGION SNS_REACTIVE_TABLE_ARN SQS_REACTIVE_TABLES; do
    [ -n "${!name:-}" ] || die "$name is not set. Set it in $settings."
done
SECRETS=${SECRETS:-.secrets}
REAL_IP=${REAL_IP:-deploy/nginx/parts/real-ip.conf}
IMAGE=${REGISTRY:+$REGISTRY/}reactive-tables
TAG=${tag:-$(git describe --always --dirty)}
HTTPS=${HTTPS:-true}
CLIENT_URL=${CLIENT_URL:-$(address "$CLIENT_HOST" "$CLIENT_PORT")}
MASTER_URL=${MASTER_URL:-$(address "$MASTER_HOST" "$MASTER_PORT")}
PULL_URL=${PULL_URL:-$MASTER_URL}
NOTICES_URL=${NOTICES_URL:-ws${MASTER_URL#http}/notices/socket}
set +a

# Refuse what would be deployed, and then not work.
check() {
    local name
    case $HTTPS in true | false) ;; *) die "HTTPS is $HTTPS. Say true or false in $settings." ;; esac
    if [ "$HTTPS" = true ] && cmp -s "$REAL_IP" deploy/nginx/parts/real-ip.conf; then
        die "with HTTPS=true nginx must know the balancer that ends TLS, or every page leads to itself for ever." \
            "Name its networks in a copy of deploy/nginx/parts/real-ip.conf, and the copy as REAL_IP in $settings."
    fi
    for name in aws_access_key_id aws_secret_access_key; do
        if [ -z "${AWS_ENDPOINT_URL:-}" ] && grep -qx emulator "$SECRETS/$name" 2>/dev/null; then
            die "$SECRETS/$name is the emulator's, which AWS does not know. Put AWS's there, or an empty line if the host's role counts."
        fi
    done
}

digest() { sha256sum "$1" | cut -c 1-12; }

names() { echo product nginx "$([ "${SERVERS:-}" != true ] || echo emulator)"; }

image() {
    case $1 in
    product) echo "$IMAGE" ;;
    nginx) echo "$IMAGE-nginx" ;;
    emulator) echo "$IMAGE-aws" ;;
    esac
}

images() {
    local name
    for name in $(names); do
        # shellcheck disable=SC2086
        run docker build ${BUILD_OPTIONS:-} --quiet --target "$name" --build-arg REVISION="$TAG" --tag "$(image "$name"):$TAG" .
    done
}

sign_in() {
    case $REGISTRY in
    *.dkr.ecr.*)
        if [ -z "$dry" ]; then
            aws --profile "${PROFILE:-default}" ecr get-login-password | docker login --username AWS --password-stdin "$REGISTRY"
        else
            echo "+ aws --profile ${PROFILE:-default} ecr get-login-password | docker login --username AWS --password-stdin $REGISTRY" >&2
        fi
        ;;
    esac
}

# Give the registry what was built here, under the version's name too, or fetch what was built elsewhere.
exchange() {
    local name
    for name in $(names); do
        run docker "$([ -n "$build" ] && echo push || echo pull)" --quiet "$(image "$name"):$TAG"
    done
}

# NAME PREFIX: name an image by what is in it, and print that tag: while it stays the same nobody who runs it is restarted
content_tag() {
    local id
    id=$(docker image inspect --format '{{.Id}}' "$1:$TAG" 2>/dev/null) || { echo "$TAG" && return; }
    id=${id#sha256:}
    run docker tag "$1:$TAG" "$1:$2-${id:0:12}"
    echo "$2-${id:0:12}"
}

push_content() {
    run docker push --quiet "$IMAGE-nginx:$NGINX_TAG"
    [ "${SERVERS:-}" != true ] || run docker push --quiet "$IMAGE-aws:$EMULATOR_TAG"
}

# KIND NAME FILE: create a secret or a config unless it is there; its name holds the digest of its content
keep() {
    local variable="${2^^}_TAG" full
    [ -s "$3" ] || die "$3 is not there, or empty. Run deploy/secrets.sh, or put it there; if it is to say nothing, an empty line."
    full="$STACK-$2-$(digest "$3")"
    export "$variable=$(digest "$3")"
    docker "$1" inspect "$full" >/dev/null 2>&1 || run docker "$1" create "$full" "$3" >/dev/null
}

secrets() {
    local name
    for name in redis_url snapshot_token metrics_token {master,client}_{secret_key,database_url} aws_access_key_id aws_secret_access_key; do
        keep secret "$name" "$SECRETS/$name"
    done
    keep config real_ip "$REAL_IP"
}

servers() {
    keep secret database_password "$SECRETS/database_password"
    keep secret redis_password "$SECRETS/redis_password"
    keep config databases deploy/databases.sh
    stack servers.yml "$STACK-servers"
    wait_for "$STACK-servers" || die "the servers did not start"
}

stack() { # FILE NAME
    local resolve=always files=(--compose-file "deploy/swarm/$1")
    [ -n "${REGISTRY:-}" ] || resolve=never
    [ "$1 ${LOG_DRIVER:-}" != "stack.yml awslogs" ] || files+=(--compose-file deploy/aws/awslogs.yml)
    run docker stack deploy --with-registry-auth --resolve-image "$resolve" "${files[@]}" "$2"
}

set_up() {
    run docker stack rm "$STACK-set-up" >/dev/null 2>&1 || true
    stack set-up.yml "$STACK-set-up"
    [ -z "$dry" ] || return 0
    local service states
    for service in $(services "$STACK-set-up"); do
        until states=$(docker service ps --format '{{.CurrentState}}' "$service") && grep -q ^Complete <<<"$states"; do
            if [ "$(grep -c -E '^(Failed|Rejected)' <<<"$states")" -gt 5 ] || late; then
                docker service logs --tail 50 "$service" >&2 || true
                return 1
            fi
            sleep 2
        done
    done
    run docker stack rm "$STACK-set-up" >/dev/null
}

services() { docker service ls --quiet --filter "label=com.docker.stack.namespace=$1"; }
state() { docker service inspect --format '{{if .UpdateStatus}}{{.UpdateStatus.State}}{{end}}' "$1"; }
begun() { docker service inspect --format '{{if .UpdateStatus}}{{.UpdateStatus.StartedAt}}{{else}}-{{end}}' "$1" | tr -d ' '; }
# a line for each service of the stack: what it shall be, as a digest, and when its last update began
specs() {
    local each
    for each in $(services "$STACK"); do
        echo "$each $(docker service inspect --format '{{json .Spec}}' "$each" | sha256sum | cut -c 1-32) $(begun "$each")"
    done
}
late() { [ "$SECONDS" -gt "${WAIT:-900}" ]; }

# EACH DIGEST BEGUN OLD: how the update of a service stands, which was OLD before: same, waiting, running, done, back
update() {
    local each=$1 old=$4
    if [ -z "$old" ] || [ "$old" = "$each $2 $3" ]; then echo same && return; fi
    # swarm begins a moment after it was told; what needs no new task it never begins
    if [ "${old##* }" = "$3" ]; then
        [ $((SECONDS - deployed)) -lt 20 ] && echo waiting || echo same
        return
    fi
    case $(state "$each") in
    updating | rollback_started) echo running ;;
    rollback* | paused) echo back ;;
    *) echo "done" ;;
    esac
}

# STACK [BEFORE]: wait until each service runs as many as it should, and no update is under way; 1 if one was put back, or
# it is late. BEFORE are the lines of `specs` from before.
wait_for() {
    [ -z "$dry" ] || return 0
    local each digest start ways running deployed=$SECONDS
    while true; do
        ways=$([ -z "${2:-}" ] || specs | while read -r each digest start; do
            update "$each" "$digest" "$start" "$(grep "^$each " <<<"$2" || true)"
        done)
        running=$(docker service ls --format '{{.Replicas}}' --filter "label=com.docker.stack.namespace=$1" | cut -d ' ' -f 1)
        if ! grep -q -E 'waiting|running' <<<"$ways"; then
            grep -q back <<<"$ways" && return 1
            awk -F / '$1 != $2 { bad = 1 } END { exit bad }' <<<"$running" && return 0
        fi
        late && return 1
        sleep 3
    done
}

# Put back what this deployment has changed and swarm has not put back itself.
put_back() {
    local before=$1 each digest
    specs | while read -r each digest _; do
        grep -q "^$each " <<<"$before" || continue # it is new
        grep -q "^$each $digest " <<<"$before" && continue
        case $(state "$each") in rollback*) continue ;; esac
        run docker service rollback --detach "$each" >/dev/null
    done
}

check
if [ -z "${REGISTRY:-}" ] && [ -n "${HOST:-}" ]; then export DOCKER_HOST=ssh://$HOST; fi
[ -z "$build" ] || images
[ -z "${REGISTRY:-}" ] || { sign_in && exchange; }
NGINX_TAG=$(content_tag "$IMAGE-nginx" content) EMULATOR_TAG=$(content_tag "$IMAGE-aws" content) PRODUCT_TAG=$TAG
# Swarm asks a registry what a tag means by now. Without one it goes by the tag, which two builds of a checkout may share.
[ -n "${REGISTRY:-}" ] || PRODUCT_TAG=$(content_tag "$IMAGE" "$TAG")
export NGINX_TAG EMULATOR_TAG PRODUCT_TAG
[ -z "${REGISTRY:-}" ] || [ -z "$build" ] || push_content
if [ -n "${HOST:-}" ]; then export DOCKER_HOST=ssh://$HOST; fi

docker network inspect "$STACK" >/dev/null 2>&1 || run docker network create --driver overlay --attachable "$STACK"
secrets
[ "${SERVERS:-}" != true ] || servers
set_up || die "the set-up failed: nothing was changed"
before=$([ -n "$dry" ] || specs)
stack stack.yml "$STACK"
if ! wait_for "$STACK" "$before"; then
    say "not healthy: putting back"
    docker service ls --filter "label=com.docker.stack.namespace=$STACK" >&2
    [ -z "$before" ] || put_back "$before"
    die "$TAG was not deployed"
fi
if [ -n "$dry" ]; then say "nothing was done"; else say "$TAG is deployed"; fi
