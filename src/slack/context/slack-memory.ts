import type { ModalView } from "@slack/types";
import { LRUCache } from "lru-cache";
import { processLocks, type Locks } from "../../domain/ports/locks.ts";
import { latestRequests, type LatestRequests } from "./latest-requests.ts";
import type { SlackUser } from "./membership.ts";
import { rateLimits, type RateLimits } from "./rate-limits.ts";
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
  /**
   * The `response_url` of the conversation where approval was requested or a revert was confirmed, by the id of either.
   * It is a secret of that conversation, valid for 30 minutes, and never stored.
   */
  readonly responseUrls: LRUCache<string, string>;
}

const mostForms = 500;
const mostResponseUrls = 500;

export function slackMemory(monotonicMs: () => number): SlackMemory {
  return {
    users: ttlCache(monotonicMs),
    groups: ttlCache(monotonicMs),
    rateLimits: rateLimits(monotonicMs),
    latestRequests: latestRequests(),
    viewTurns: processLocks(),
    finishedForms: new LRUCache({ max: mostForms }),
    responseUrls: new LRUCache({ max: mostResponseUrls }),
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
