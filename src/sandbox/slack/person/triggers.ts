import { nowMs, slackId } from "../ids.ts";
import type { Workspace } from "../emulated-workspace.ts";

/** What a trigger belongs to: this person did something here, just now. */
interface Trigger {
  readonly id: string;
  readonly workspace: Workspace;
  readonly userId: string;
  readonly bornMs: number;
  used: boolean;
}

/** Creates trigger ids, which open one form within their lifetime, counted from when Slack created them. */
export interface Triggers {
  create(workspace: Workspace, userId: string, ageMs?: number): string;
  find(id: string): Trigger | undefined;
  /** Slack's error for a trigger that cannot be used now, otherwise undefined. */
  refusal(trigger: Trigger): string | undefined;
}

/** Exact to the millisecond. `emulate` counts whole seconds, so 3 s may be anything from 2 to 3. */
export function triggers(lifetimeMs: number): Triggers {
  const known = new Map<string, Trigger>();
  return {
    create(workspace, userId, ageMs = 0) {
      const id = `${Date.now()}.${slackId("")}.${slackId("").toLowerCase()}`;
      known.set(id, { id, workspace, userId, bornMs: nowMs() - ageMs, used: false });
      return id;
    },
    find: (id) => known.get(id),
    refusal(trigger) {
      if (trigger.used) return "exchanged_trigger_id";
      return nowMs() - trigger.bornMs > lifetimeMs ? "expired_trigger_id" : undefined;
    },
  };
}
