import type { ModalView } from "@slack/types";
import { LRUCache } from "lru-cache";
import { latestRequests, type LatestRequests } from "./latest-requests.ts";
import type { SlackUser } from "./membership.ts";
import { rateLimits, type RateLimits } from "./rate-limits.ts";
import { ttlCache, type TtlCache } from "./ttl-cache.ts";
import type { UserGroup } from "./user-groups.ts";

/** What the Slack server remembers as long as it runs. */
export interface SlackMemory {
  /** What Slack says of people, by workspace and person. */
  readonly users: TtlCache<SlackUser>;
  /** User groups, by workspace. */
  readonly groups: TtlCache<readonly UserGroup[]>;
  readonly rateLimits: RateLimits;
  readonly latestRequests: LatestRequests;
  /** How the newest submitted forms ended, by request. */
  readonly finishedForms: LRUCache<string, ModalView>;
  /**
   * The `response_url` of the conversation in which an approval was asked for, by the approval's id. It is a secret of that
   * conversation, good for 30 minutes, and is never written down.
   */
  readonly responseUrls: LRUCache<string, string>;
  readonly reverts: RevertMemory;
}

/** What this process knows of reverts, by workspace and id. */
export interface RevertMemory {
  /** Those that it is carrying out: a second round would race the first. */
  readonly underWay: Set<string>;
  /** Those that it has told, though it could not write down that they are over. */
  readonly told: Set<string>;
}

const mostForms = 500;
const mostResponseUrls = 500;

/** An empty memory, for one server. */
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

/** Forgets who may do what in a workspace that has left. */
export function forgetRoles({ users, groups }: SlackMemory, workspaceId: string): void {
  users.forget((key) => key.startsWith(`${workspaceId}/`));
  groups.forget((key) => key === workspaceId);
}
