import type { Changes } from "./changes.ts";
import type { Workspace } from "./emulated-workspace.ts";
import type { Failures } from "./failures.ts";
import type { Messages } from "./messages.ts";
import type { OpenViews } from "./person/open-views.ts";
import type { ResponseUrls } from "./response-urls.ts";
import type { Sockets } from "./socket-mode.ts";
import type { TokenRotation } from "./web-api/token-rotation.ts";
import type { Triggers } from "./person/triggers.ts";
import type { Uploads } from "./web-api/uploads.ts";
import type { Delivery, SlackSandboxOptions, WebApiCall } from "./types.ts";

/** The state of the fake, shared by its parts. */
export interface World {
  readonly options: SlackSandboxOptions & { appId: string; ackTimeoutMs: number };
  readonly workspaces: readonly Workspace[];
  readonly calls: WebApiCall[];
  readonly deliveries: Delivery[];
  readonly changes: Changes;
  readonly failures: Failures;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly messages: Messages;
  readonly views: OpenViews;
  readonly sockets: Sockets;
  /** Files in transit, by id. */
  readonly uploads: Uploads;
  readonly rotation: TokenRotation;
  /** The fake's address. */
  url: string;
  /** The app's address; without it, requests go by socket. */
  eventsUrl: string | undefined;
}

/** Inserts a finished entry by its start time. */
export function record<T extends { atMs: number }>(entries: T[], entry: T): void {
  const later = entries.findIndex((each) => each.atMs > entry.atMs);
  entries.splice(later === -1 ? entries.length : later, 0, entry);
}

/** The workspace with this id. Throws if a test uses an unknown one. */
export function workspaceOf(world: World, teamId: string): Workspace {
  const workspace = world.workspaces.find(({ seed }) => seed.teamId === teamId);
  if (workspace === undefined) throw new Error(`no workspace ${teamId} in this sandbox`);
  return workspace;
}
