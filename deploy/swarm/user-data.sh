#!/bin/bash
# User data of an EC2 instance with Amazon Linux 2023: installs Docker, and makes or joins a swarm.
#
# One host: as it is. Several: give them a security group that lets TCP 2377 and 7946, UDP 7946 and 4789 pass between
# them, a role that may read and write the parameter below, and ROLE=worker (or manager, for a second and third one) to
# all but the first. For containers to use the instance's role set HttpPutResponseHopLimit to 2.
set -euo pipefail
ROLE=first # or worker, manager
PARAMETER=/reactive-tables/swarm

dnf install --assumeyes docker
cat >/etc/docker/daemon.json <<'JSON'
{
  "log-driver": "json-file",
  "log-opts": { "max-size": "20m", "max-file": "5" },
  "live-restore": false,
  "default-address-pools": [{ "base": "10.200.0.0/16", "size": 24 }]
}
JSON
systemctl enable --now docker
usermod --append --groups docker ec2-user

metadata() {
    local token
    token=$(curl -sf -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token)
    curl -sf -H "X-aws-ec2-metadata-token: $token" "http://169.254.169.254/latest/meta-data/$1"
}
address=$(metadata local-ipv4)
AWS_DEFAULT_REGION=$(metadata placement/region)
export AWS_DEFAULT_REGION

if [ "$ROLE" = first ]; then
    docker swarm init --advertise-addr "$address" --default-addr-pool 10.201.0.0/16
    for role in worker manager; do # for those that join; without the right to write them this host stands alone
        aws ssm put-parameter --name "$PARAMETER/$role" --type SecureString --overwrite \
            --value "$(docker swarm join-token --quiet "$role") $address:2377" || echo "no parameter $PARAMETER/$role was written"
    done
else
    until joining=$(aws ssm get-parameter --name "$PARAMETER/$ROLE" --with-decryption --query Parameter.Value --output text); do
        sleep 10
    done
    read -r token manager <<<"$joining"
    docker swarm join --advertise-addr "$address" --token "$token" "$manager"
fi
