# syntax=docker/dockerfile:1
# Built twice from one commit, the image has the same files: everything comes from the lock file and this base image.
# For the same bytes, give a digest as NODE_IMAGE and set SOURCE_DATE_EPOCH. docs/deploy.md has the commands.
ARG NODE_IMAGE=node:24.22.3-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY .ci/make-executable.mjs .ci/make-executable.mjs
COPY src src
RUN npm run build && find dist -name "*.map" -delete

# Node 24 uses better-sqlite3-13, which brings its binary. Version 12 is for Node 20, and would need a compiler.
FROM ${NODE_IMAGE} AS production
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts \
  && rm -r node_modules/better-sqlite3 node_modules/better-sqlite3-13/deps node_modules/better-sqlite3-13/src \
  && find node_modules/better-sqlite3-13/prebuilds -type f ! -name "linux-*" -delete

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="Patchbay" \
  org.opencontainers.image.description="Re-route voice-agent phone numbers from Slack" \
  org.opencontainers.image.licenses="MIT"
# No package manager at run time. No VOLUME: without a volume the server warns, where an anonymous one would be lost in
# silence.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-* \
  /usr/local/bin/yarn /usr/local/bin/yarnpkg \
  && install -d -o 10001 -g 10001 -m 0700 /data
COPY --from=production /app/node_modules /app/node_modules
COPY --from=build /app/dist /app/dist
COPY package.json manifest.yml LICENSE /app/
ENV NODE_ENV=production
USER 10001:10001
# The default database is ./data/patchbay.db, so here it is in /data. DATABASE_URL needs no volume.
WORKDIR /
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node itself is process 1, so that SIGTERM reaches it: it finishes running changes, within 30 s.
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/app/dist/main.js"]
CMD ["start"]
