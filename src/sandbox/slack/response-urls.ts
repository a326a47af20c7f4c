import { nowMs, secret } from "./ids.ts";
import type { StoredMessage } from "./messages.ts";
import type { Workspace } from "./emulated-workspace.ts";

const USES = 5;
const LIFE_MS = 30 * 60 * 1000;

/** The target of a `response_url`: a conversation as one person sees it, and the message that was acted upon. */
export interface ResponsePlace {
  readonly workspace: Workspace;
  readonly channelId: string;
  readonly userId: string;
  readonly original?: StoredMessage;
}

/** Creates `response_url`s and counts their uses. */
export interface ResponseUrls {
  /** The path of a new one. */
  create(place: ResponsePlace): string;
  /** The target of a path, counted as used; or Slack's error. */
  use(path: string): ResponsePlace | "used_url" | "expired_url";
  expireAll(): void;
}

/** Response URLs with 5 uses in 30 minutes each. */
export function responseUrls(): ResponseUrls {
  const known = new Map<string, { place: ResponsePlace; bornMs: number; left: number }>();
  return {
    create(place) {
      const path = `/response/${place.workspace.seed.teamId}/${secret()}`;
      known.set(path, { place, bornMs: nowMs(), left: USES });
      return path;
    },
    use(path) {
      const found = known.get(path);
      if (found === undefined || nowMs() - found.bornMs > LIFE_MS) return "expired_url";
      if (found.left === 0) return "used_url";
      found.left -= 1;
      return found.place;
    },
    expireAll() {
      for (const each of known.values()) each.bornMs = -Infinity;
    },
  };
}
