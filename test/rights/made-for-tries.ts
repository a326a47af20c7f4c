import type { Harness } from "../../src/demo/harness.ts";
import type { Actor } from "../../src/domain/shared/actor.ts";
import type { RunStep } from "../../src/domain/runs/run-step.ts";
import { cli, dispatch } from "../support/fixtures.ts";
import { alpha, bravo } from "../support/neighbours.ts";
import { ids, type Who } from "./people.ts";
import { numbers, type Target } from "./targets.ts";

/** What a try finds in place: changes, an incident, reverts and failovers. */
export interface MadeForTries {
  /** Records a change of a target; with `ends`, a temporary one that reverts in an hour. Returns its id. */
  made(target: Target, ends?: Date): Promise<string>;
  /** Starts an incident, the only open one. Returns its key. */
  incident(): Promise<string>;
  /** Stores a revert plan without steps that was shown to somebody. */
  revert(who: Who): Promise<string>;
  /** Stores a failover that was shown to somebody, without steps unless they are given. */
  failover(who: Who, revision: number, steps?: readonly RunStep[]): Promise<string>;
  /** Confirms a revert of the open incident, which is then running or paused. Returns its id. */
  begunRevert(state: "running" | "paused"): Promise<string>;
}

export function madeForTries(harness: Harness, connectionOf: (target: Target) => string): MadeForTries {
  const store = harness.infra.store.workspace(alpha.teamId);
  const event = (): { actor: Actor; requestId: string } => ({
    actor: cli,
    requestId: harness.infra.newId("req"),
  });
  return {
    made: async (target, ends) => {
      const workspaceId = target === "foreign" ? bravo.teamId : alpha.teamId;
      const { audit, temporaryChanges: temporary } = harness.infra.store.workspace(workspaceId);
      const { id, agent } = numbers[target];
      // A number that the vendor does not have, so that no job answers for its expiry here.
      const numberId = ends && target === "own" ? "pn_gone" : id;
      const connectionId = connectionOf(target);
      const changeId = harness.infra.newId("chg");
      const changed = {
        ...event(),
        changeId,
        change: "reassign",
        connection: { id: connectionId, vendor: "cartesia", name: "a connection" },
        number: { connectionId, numberId },
        before: { agent: dispatch },
        wanted: { agent },
      } as const;
      const requested = { ...changed, kind: "change.requested" } as const;
      // A job that handles their expiry would write to their log.
      if (ends && target !== "foreign") {
        const times = { endsAt: ends, durationMs: 3_600_000, remindAt: ends, dueAt: ends };
        await temporary.begin(requested, { ...times, changeId, connectionId, numberId, place: {} });
      } else await audit.append(requested);
      await audit.append({ ...changed, kind: "change.outcome", outcome: "applied" });
      return changeId;
    },
    incident: async () => {
      const at = harness.infra.now().toISOString();
      for (const { key } of await store.incidents.open())
        await store.incidents.end(key, { actor: cli, at }, { ...event(), kind: "incident.ended" });
      const key = harness.infra.newId("inc").toUpperCase();
      const started = { key, title: undefined, channelId: "C0VOICE01", startedBy: cli, startedAt: at };
      await store.incidents.start(started, { ...event(), kind: "incident.started" });
      return key;
    },
    revert: async (who) => {
      const [open] = await store.incidents.open();
      const id = harness.infra.newId("rev");
      const incident = open?.key ?? "";
      await store.runs.show({ id, kind: "revert", incident, by: { userId: ids[who] }, steps: [] });
      return id;
    },
    failover: async (who, revision, steps = []) => {
      const id = harness.infra.newId("run");
      const plan = { slug: "tried", revision, title: "Tried" };
      const terms = { plan, tiers: [{ name: "all" }] };
      await store.runs.show({ id, kind: "failover", by: { userId: ids[who] }, steps, terms });
      return id;
    },
    begunRevert: async (state) => {
      const { runs } = store;
      const id = harness.infra.newId("rev");
      const [open] = await store.incidents.open();
      const by = { userId: ids.operator };
      await runs.show({ id, kind: "revert", incident: open?.key ?? "", by, steps: [] });
      await runs.begin(id, by, { ...event(), kind: "incident.reverted" });
      const at = harness.infra.now().toISOString();
      if (state === "paused")
        await runs.pause(id, { why: "asked", at }, { ...event(), kind: "failover.paused" });
      return id;
    },
  };
}
