# Foyer as a container: nothing but what runs, as a user without rights, on a file system that may be read-only.
# What it keeps is in /data (the embedded database); with MongoDB and Redis it keeps nothing.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
# The image brings Node itself; the package of that name would fetch it once more in its install script.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node scripts/build.ts
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund
RUN mkdir -m 700 data

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production FOYER_DATA_FOLDER=/data
WORKDIR /foyer
COPY --from=build /build/package.json /build/LICENSE ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY --from=build --chown=node:node /build/data /data
USER node
VOLUME /data
EXPOSE 9400
# Whether the process answers. Whether it should get requests is for the load balancer to ask: /health/ready.
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s CMD ["node", "-e", "const { FOYER_PLAIN_PORT, FOYER_PORT } = process.env; fetch(`http://127.0.0.1:${FOYER_PLAIN_PORT || FOYER_PORT || 9400}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Without these flags Node takes twice the memory under load, and more time; docs/performance.md says what they cost.
CMD ["node", "--use-largepages=silent", "--max-semi-space-size=16", "--max-old-space-size=1024", "dist/server/main.js"]
