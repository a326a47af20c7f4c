import type { Problem } from "../../../src/domain/problem/problem.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { processExpiry } from "../../../src/operations/expiry/process-expiry.ts";
import type { ExpiryEvent } from "../../../src/domain/changes/expiry-notice.ts";
import { expiryJob, type ExpiryJobOptions } from "../../../src/operations/expiry/expiry-job.ts";
import { minute } from "../../support/fixtures.ts";
import { fakeNotifier } from "../notifications/notifier.ts";
import { startWorld, worldNumber, type World } from "../../support/world.ts";

/** A temporary change of half an hour that has taken effect, and the vendor of its number. */
export interface ExpiryWorld {
  readonly world: World;
  readonly ctx: Context;
  readonly notifier: ReturnType<typeof fakeNotifier>;
  /** What people were told. */
  readonly told: readonly ExpiryEvent[];
  /** What the change pipeline throws instead of sending, if anything. */
  refusal: Problem | undefined;
  /** How many updates the vendor has got. */
  readonly sent: number;
  /** Processes the expiry once. */
  look(): Promise<boolean>;
  job(more?: Partial<ExpiryJobOptions>): ReturnType<typeof expiryJob>;
  said(): string[];
  state(): Promise<string | undefined>;
  dueIn(): Promise<number>;
  /** Records a later change of the same field that has taken effect. */
  later(changeId: string, from: string, to: string, undoes?: string): Promise<void>;
}

export const everyMs = 1_000;

export async function startExpiryWorld(): Promise<ExpiryWorld> {
  const world = await startWorld();
  const told: ExpiryEvent[] = [];
  const notifier = fakeNotifier({ temporaryChange: async (_ctx, { event }) => void told.push(event) });
  const vendor: { refusal: Problem | undefined; sent: number } = { refusal: undefined, sent: 0 };
  const account = world.ctx.accounts.trial("cartesia", {});
  const ctx: Context = {
    ...world.ctx,
    actor: { kind: "system", job: "timed" },
    accounts: {
      ...world.ctx.accounts,
      open: () => ({
        ...account,
        getAgent: async (id) => ({ id, name: id }),
        buildPatch: () => {
          if (vendor.refusal) throw vendor.refusal;
          return {};
        },
        patch: async () => {
          vendor.sent += 1;
          world.shown = worldNumber;
          return { status: 200, number: worldNumber };
        },
      }),
    },
  };
  await recordTemporaryChange(world, ctx);
  const find = async () => ctx.workspace.temporaryChanges.find("chg_1");
  return {
    world,
    ctx,
    notifier,
    told,
    get refusal() {
      return vendor.refusal;
    },
    set refusal(problem) {
      vendor.refusal = problem;
    },
    get sent() {
      return vendor.sent;
    },
    look: async () => processExpiry(ctx, "chg_1", notifier),
    job: (more = {}) =>
      expiryJob({
        queue: world.store.work,
        log: ctx.log,
        timer: world.timer,
        everyMs,
        contextFor: () => ctx,
        notifier,
        track: () => undefined,
        ...more,
      }),
    said: () => told.map(({ kind }) => kind),
    state: async () => (await find())?.state,
    dueIn: async () => ((await find())?.dueAt.getTime() ?? 0) - world.now().getTime(),
    later: async (changeId, from, to, undoes) => {
      const { requested } = await ctx.workspace.audit.change("chg_1");
      const change = {
        before: { agent: from },
        wanted: { agent: to },
        details: undoes ? { undoes } : undefined,
      };
      const event = { ...requested, ...change, changeId, requestId: changeId, sequence: undefined };
      await ctx.workspace.audit.append({ ...event, kind: "change.requested" });
      await ctx.workspace.audit.append({ ...event, kind: "change.outcome", outcome: "applied" });
    },
  };
}

/** Records a change from agent_a to agent_b that took effect and ends in half an hour. */
async function recordTemporaryChange(world: World, ctx: Context): Promise<void> {
  const [connection] = await ctx.workspace.connections.list();
  if (!connection) throw new Error("the world has a connection");
  const key = { connectionId: connection.id, numberId: worldNumber.id };
  const event = {
    actor: { kind: "user", userId: "U1", workspaceId: "T1" },
    requestId: "req_1",
    changeId: "chg_1",
    change: "reassign",
    connection: { id: connection.id, vendor: "cartesia", name: "prod" },
    number: { ...key, e164: worldNumber.e164, name: "Main line" },
    before: { agent: "agent_a" },
    wanted: { agent: "agent_b" },
  } as const;
  const after = (ms: number): Date => new Date(world.now().getTime() + ms);
  await ctx.workspace.temporaryChanges.begin(
    { ...event, kind: "change.requested" },
    {
      ...key,
      changeId: "chg_1",
      endsAt: after(30 * minute),
      durationMs: 30 * minute,
      remindAt: after(24 * minute),
      dueAt: world.now(),
      place: { userId: "U1" },
    },
  );
  await ctx.workspace.audit.append({ ...event, kind: "change.outcome", outcome: "applied" });
  world.shown = { ...worldNumber, agent: { id: "agent_b" } };
}
