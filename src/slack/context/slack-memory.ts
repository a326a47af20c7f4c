import type { ModalView } from "@slack/types";
import { LRUCache } from "lru-cache";
import { processLocks, type Locks } from "../../domain/ports/locks.ts";
import { latestRequests, type LatestRequests } from "./latest-requests.ts";
import type { SlackUser } from "./membership.ts";
import { rateLimits, type RateLimitOptions, type RateLimits } from "./rate-limits.ts";
import { ttlCache, type TtlCache } from "./ttl-cache.ts";
import type { UserGroup } from "./user-groups.ts";

/** What the Slack server keeps in memory. */
export interface SlackMemory {
  /** Slack's data about people, by workspace and person. */
  readonly users: TtlCache<SlackUser>;
  /** User groups, by workspace. */
  readonly groups: TtlCache<readonly UserGroup[]>;
  readonly rateLimits: RateLimits;
  readonly latestRequests: LatestRequests;
  /** One update of a form at a time. */
  readonly viewTurns: Locks;
  /** The final views of the newest submitted forms, by request. */
  readonly finishedForms: LRUCache<string, ModalView>;
}

const mostForms = 500;

export function slackMemory(options: RateLimitOptions): SlackMemory {
  const { monotonicMs } = options;
  return {
    users: ttlCache(monotonicMs),
    groups: ttlCache(monotonicMs),
    rateLimits: rateLimits(options),
    latestRequests: latestRequests(),
    viewTurns: processLocks(),
    finishedForms: new LRUCache({ max: mostForms }),
  };
}

/** Forgets the roles of a workspace that has uninstalled Patchbay. */
export function forgetRoles(
  { users, groups }: Pick<SlackMemory, "users" | "groups">,
  workspaceId: string,
): void {
  users.forget((key) => key.startsWith(`${workspaceId}/`));
  groups.forget((key) => key === workspaceId);
}
