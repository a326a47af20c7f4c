import type { AuditDetails } from "../../src/domain/audit/audit-details.ts";
import type { WorkspaceStore } from "../../src/domain/ports/store.ts";
import type { SandboxMessage } from "../../src/sandbox/slack/index.ts";
import type { Act } from "../faults/acts.ts";
import { cli, minute, teamId, voiceOps } from "../support/fixtures.ts";
import { formSays, person, toldInChannel } from "../support/screen.ts";
import type { ProcessHarness } from "./process-harness.ts";

/** A change that Patchbay makes in the background, prepared so that one step triggers it. */
export interface Prepared {
  /** Triggers it. Can be repeated if the process that should have received it was killed. */
  go(): Promise<unknown>;
  /** The agent that answers once it was made. */
  readonly goal: string | null | undefined;
  /** Whether an entry's `details` belong to this change. */
  own(details: AuditDetails | undefined): boolean;
}

/** A kind of background change. */
export interface LaterAct {
  readonly name: "end of a change" | "approval" | "revert of an incident";
  /** Whether time triggers it, which takes a process of its own. */
  readonly byTime: boolean;
  prepare(processes: ProcessHarness, act: Act): Promise<Prepared>;
  /** The channel messages that report that it was made, and that it was not. */
  readonly told: { readonly done: RegExp; readonly undone: RegExp };
  /** Whether it is complete. */
  over(workspace: WorkspaceStore): Promise<boolean>;
}

const omarOf = ({ harness }: ProcessHarness) => person(harness, "U0OPER001");
const agentNow = ({ harness }: ProcessHarness, { vendor, numberId }: Act): string | null | undefined =>
  harness.vendors[vendor].effective(numberId).agentId;

async function ask(processes: ProcessHarness, line: string, ready: string, done: string): Promise<void> {
  const { harness } = processes;
  await omarOf(processes).command(line, { channelId: voiceOps });
  await formSays(harness, omarOf(processes), ready);
  await omarOf(processes).submit();
  await formSays(harness, omarOf(processes), done);
}

const end: LaterAct = {
  name: "end of a change",
  byTime: true,
  prepare: async (processes, act) => {
    const goal = agentNow(processes, act);
    await ask(processes, act.line.replace(/ because .*$/u, " for 30m"), "*Reverts*", "Reassigned by");
    const running = await processes.harness.slack.eventually("a running end", async () =>
      processes.look(async ({ store }) =>
        (await store.workspace(teamId).temporaryChanges.open()).find(({ state }) => state === "running"),
      ),
    );
    return {
      go: async () => {
        processes.app().kill();
        await processes.restart(31 * minute);
      },
      goal,
      own: (details) => details?.["undoes"] === running.changeId,
    };
  },
  told: { done: /was restored: /u, undone: /was \*NOT reverted\*/u },
  over: async ({ temporaryChanges: temporary }) => (await temporary.open()).length === 0,
};

const approval: LaterAct = {
  name: "approval",
  byTime: false,
  prepare: async (processes, act) => {
    const { harness } = processes;
    await protect(processes, act);
    const seen = harness.slack.messages(voiceOps).length;
    await ask(processes, act.line, act.ready, "Waiting for approval");
    await toldInChannel(harness, voiceOps, "asks for approval");
    const message = await harness.slack.eventually("a request", (): SandboxMessage | undefined =>
      harness.slack.messages(voiceOps).slice(seen).at(-1),
    );
    const id = await processes.look(
      async ({ store }) => (await store.workspace(teamId).approvals.inState("open")).at(-1)?.id,
    );
    return {
      go: async () => person(harness, "U0ADMIN01").click("approve", { in: message }),
      goal: act.agentId,
      own: (details) => details?.["approval"] === id,
    };
  },
  told: {
    done: /Reassigned by .*approved by|It took effect/u,
    undone: /Couldn't reassign|did not take effect/u,
  },
  over: async ({ approvals }) => (await approvals.inState("approved")).length === 0,
};

let incidents = 0;

const revert: LaterAct = {
  name: "revert of an incident",
  byTime: false,
  prepare: async (processes, act) => {
    const { harness } = processes;
    const key = `INC-${(incidents += 1)}`;
    await startIncident(processes, key);
    const goal = agentNow(processes, act);
    await ask(processes, act.line, act.ready, "Reassigned by");
    await omarOf(processes).command("incident revert", { channelId: voiceOps });
    await formSays(harness, omarOf(processes), "*1 change will be reverted*");
    return {
      go: async () => omarOf(processes).submit(),
      goal,
      own: (details) => details?.["incident"] === key && details["undoes"] !== undefined,
    };
  },
  told: {
    done: /\b1 of 1 change reverted|It took effect/u,
    undone: /did not take effect|0 of 1 change reverted/u,
  },
  over: async ({ runs }) => (await runs.running()).length === 0,
};

/** The three kinds. */
export const laterActs: readonly LaterAct[] = [end, approval, revert];

/** Protects the action's number, and switches approvals on. */
async function protect({ look, harness }: ProcessHarness, { vendor, numberId }: Act): Promise<void> {
  const event = { actor: cli, requestId: "req_protect", outcome: "applied" } as const;
  await look(async ({ store }) => {
    const { settings, protections } = store.workspace(teamId);
    const { settings: before } = await settings.readNow();
    await settings.write(
      { ...before, protection: { on: true, minutes: 30, breakGlass: false, channelId: voiceOps } },
      event,
    );
    const connectionId = harness.connections[vendor]?.id ?? "";
    await protections.set(
      { connectionId, numberId, title: "The number", approvals: 1, at: new Date(0).toISOString() },
      { ...event, kind: "protection.set" },
    );
  });
}

/** Ends an incident that an earlier action left open, and starts another one. */
export async function startIncident({ look }: ProcessHarness, key: string): Promise<void> {
  const at = new Date().toISOString();
  const event = { actor: cli, requestId: "req_incident" } as const;
  await look(async ({ store }) => {
    const { incidents: kept } = store.workspace(teamId);
    for (const open of await kept.open())
      await kept.end(open.key, { actor: cli, at }, { ...event, kind: "incident.ended" });
    await kept.start(
      { key, title: undefined, channelId: voiceOps, startedBy: cli, startedAt: at },
      { ...event, kind: "incident.started" },
    );
  });
}
