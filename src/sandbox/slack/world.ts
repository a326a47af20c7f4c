import type { Changes } from "./changes.ts";
import type { Workspace } from "./emulated-workspace.ts";
import type { Failures } from "./failures.ts";
import type { Messages } from "./messages.ts";
import type { OpenViews } from "./open-views.ts";
import type { ResponseUrls } from "./response-urls.ts";
import type { Sockets } from "./socket-mode.ts";
import type { TokenRotation } from "./token-rotation.ts";
import type { Triggers } from "./triggers.ts";
import type { Uploads } from "./uploads.ts";
import type { Delivery, SlackSandboxOptions, WebApiCall } from "./types.ts";

/** All that the fake knows, shared by its parts. */
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
  /** Files on their way, by id. */
  readonly uploads: Uploads;
  readonly rotation: TokenRotation;
  /** Where the fake listens. */
  url: string;
  /** Where the app listens; without it requests go by socket. */
  eventsUrl: string | undefined;
}

/** Puts a finished entry among the others by when it began. */
export function record<T extends { atMs: number }>(entries: T[], entry: T): void {
  const later = entries.findIndex((each) => each.atMs > entry.atMs);
  entries.splice(later === -1 ? entries.length : later, 0, entry);
}

/** The workspace with this id; throws when a test names one that was never seeded. */
export function workspaceOf(world: World, teamId: string): Workspace {
  const workspace = world.workspaces.find(({ seed }) => seed.teamId === teamId);
  if (workspace === undefined) throw new Error(`no workspace ${teamId} in this sandbox`);
  return workspace;
}
