import type { ModalView } from "@slack/types";
import { LRUCache } from "lru-cache";
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
  /** The final views of the newest submitted forms, by request. */
  readonly finishedForms: LRUCache<string, ModalView>;
  /**
   * The `response_url` of the conversation where approval was requested, by the approval's id. It is a secret of that
   * conversation, valid for 30 minutes, and never stored.
   */
  readonly responseUrls: LRUCache<string, string>;
  readonly reverts: RevertMemory;
}

/** What this process knows about reverts, by workspace and id. */
export interface RevertMemory {
  /** Reverts that it is executing. A second execution would race with the first. */
  readonly underWay: Set<string>;
  /** Reverts that it has reported but could not mark as done. */
  readonly told: Set<string>;
}

const mostForms = 500;
const mostResponseUrls = 500;

export function slackMemory(monotonicMs: () => number): SlackMemory {
  return {
    users: ttlCache(monotonicMs),
    groups: ttlCache(monotonicMs),
    rateLimits: rateLimits(monotonicMs),
    latestRequests: latestRequests(),
    finishedForms: new LRUCache({ max: mostForms }),
    responseUrls: new LRUCache({ max: mostResponseUrls }),
    reverts: { underWay: new Set(), told: new Set() },
  };
}

/** Forgets the roles of a workspace that has uninstalled Patchbay. */
export function forgetRoles({ users, groups }: SlackMemory, workspaceId: string): void {
  users.forget((key) => key.startsWith(`${workspaceId}/`));
  groups.forget((key) => key === workspaceId);
}
