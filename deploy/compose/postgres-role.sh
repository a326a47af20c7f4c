#!/bin/sh
# Makes the servers' role, which `patchbay migrate --grant-to patchbay` gives its rights. The image of PostgreSQL runs
# this once, for an empty volume.
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$(cat /run/secrets/database_password)" \
  --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE patchbay LOGIN PASSWORD :'password';
SQL
