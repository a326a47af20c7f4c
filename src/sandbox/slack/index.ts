import { changes } from "./changes.ts";
import { deliver, rawRequest } from "./delivery.ts";
import { startWorkspace } from "./emulated-workspace.ts";
import { eventPayload } from "./event-payload.ts";
import { eventually } from "./eventually.ts";
import { failures } from "./failures.ts";
import { startFront } from "./http-front.ts";
import { messages } from "./messages.ts";
import { install } from "./web-api/oauth.ts";
import { openViews, viewAsSent } from "./person/open-views.ts";
import { person } from "./person/person.ts";
import { responseUrls } from "./response-urls.ts";
import type { SlackSandbox } from "./sandbox-types.ts";
import { sockets } from "./socket-mode.ts";
import { tokenRotation } from "./web-api/token-rotation.ts";
import { triggers } from "./person/triggers.ts";
import type { SlackSandboxOptions } from "./types.ts";
import { workspaceOf, type World } from "./world.ts";

export type * from "./sandbox-types.ts";
export type * from "./types.ts";
export { visibleText } from "./visible-text.ts";

const ACK_TIMEOUT_MS = 3000;
const TRIGGER_LIFETIME_MS = 3000;
const APP_ID = "A0SANDBOX01";

/** Starts a fake Slack on the loopback interface, with these workspaces and one app installed in them. */
export async function startSlackSandbox(options: SlackSandboxOptions): Promise<SlackSandbox> {
  const settled = { appId: APP_ID, ackTimeoutMs: ACK_TIMEOUT_MS, ...options };
  const workspaces = await Promise.all(options.workspaces.map((seed) => startWorkspace(seed, settled)));
  const changed = changes();
  const world: World = {
    options: settled,
    workspaces,
    calls: [],
    deliveries: [],
    changes: changed,
    failures: failures(),
    triggers: triggers(options.triggerLifetimeMs ?? TRIGGER_LIFETIME_MS),
    responseUrls: responseUrls(),
    messages: messages(changed),
    views: openViews(changed),
    uploads: new Map(),
    sockets: sockets(settled.appId, () => world.url),
    rotation: tokenRotation(() => settled.tokenRotation?.lifetimeSeconds ?? 43_200),
    url: "",
    eventsUrl: undefined,
  };
  const server = await startFront(world, options.port ?? 0);
  return {
    url: world.url,
    apiUrl: `${world.url}/api/`,
    calls: world.calls,
    deliveries: world.deliveries,
    connect(eventsUrl) {
      world.eventsUrl = eventsUrl;
    },
    as(teamId, userId) {
      const workspace = workspaceOf(world, teamId);
      const user = workspace.user(userId);
      if (user === undefined) throw new Error(`no user ${userId} in ${teamId}`);
      return person({ world, workspace, user });
    },
    messages: (channelId) =>
      world.messages.seen((each) => each.channelId === channelId && each.onlyFor === undefined),
    ephemerals: (userId) => world.messages.seen((each) => each.onlyFor === userId),
    directMessages: (userId) =>
      world.messages.seen(
        (each) => each.onlyFor === undefined && each.workspace.directChannels.get(each.channelId) === userId,
      ),
    home(teamId, userId) {
      const open = world.views.home(workspaceOf(world, teamId), userId);
      return open === undefined ? undefined : viewAsSent(open, true);
    },
    fail: (method, failure, times = Infinity) => {
      world.failures.add(method, failure, times);
    },
    clearFailures: () => {
      world.failures.clear();
    },
    sendEvent(teamId, event, { retry = 0, ...about } = {}) {
      const payload = eventPayload(world, workspaceOf(world, teamId), event, about);
      return deliver(world, "event", payload, retry);
    },
    redeliver: ({ kind, payload }) => deliver(world, kind, payload, 1),
    rawRequest: (body, request = {}) => rawRequest(world, body, request),
    expireResponseUrls: () => {
      world.responseUrls.expireAll();
    },
    install: (installUrl, teamId, userId) => install(world, installUrl, teamId, userId),
    socketCount: () => world.sockets.count(),
    refreshSocket({ reason = "refresh_requested", all = false } = {}) {
      world.sockets.disconnect(reason, all);
    },
    listen: (listener) => changed.listen(listener),
    eventually: (what, look) => eventually(world, what, look),
    async close() {
      world.sockets.close();
      const closed = new Promise((resolve) => {
        server.close(resolve);
      });
      server.closeAllConnections();
      await closed;
      await Promise.all(workspaces.map((workspace) => workspace.close()));
    },
  };
}
