import pg from "pg";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { startHarness } from "../../src/demo/harness.ts";
import { assistance, day, dispatch, operator, patient, teamId, voiceOps } from "../support/fixtures.ts";
import { formSays, person } from "../support/screen.ts";
import { missing, skipped, testPostgres } from "./support.ts";

/** What servers ask without a change: heartbeats, signals to themselves, and due work. */
const background = /replicas|pg_notify\(\$1|FROM work_items|announced|act_m|outbox/u;
/** The beginning of a write that concerns no workspace's log: of a vendor's budget. */
const otherWrite = /^BEGIN (?!.*pg_advisory_xact_lock)/su;

interface Counts {
  readonly statements: number;
  /** How often the database was waited for: statements that are sent together count once. */
  readonly roundTrips: number;
}

/** Counts what the app asks of PostgreSQL, apart from its background work. */
function countQueries(): { taken(): Counts; reset(): void } {
  const counts = { statements: 0, roundTrips: 0 };
  const open = new Map<unknown, number>();
  const inOtherWrite = new Set<unknown>();
  const { prototype } = pg.Client;
  const original: unknown = Reflect.get(prototype, "query");
  if (typeof original !== "function") throw new Error("the driver has another way to ask");
  Reflect.set(prototype, "query", function counted(this: unknown, ...args: readonly unknown[]): unknown {
    const answer: unknown = Reflect.apply(original, this, args);
    const [text] = args;
    if (typeof text !== "string" || background.test(text) || !(answer instanceof Promise)) return answer;
    if (otherWrite.test(text)) inOtherWrite.add(this);
    if (inOtherWrite.has(this)) {
      if (text === "COMMIT") inOtherWrite.delete(this);
      return answer;
    }
    const under = open.get(this) ?? 0;
    counts.statements += 1;
    if (under === 0) counts.roundTrips += 1;
    open.set(this, under + 1);
    const end = (): void => void open.set(this, (open.get(this) ?? 1) - 1);
    answer.then(end, end);
    return answer;
  });
  onTestFinished(() => void Reflect.set(prototype, "query", original));
  return {
    taken: () => ({ ...counts }),
    reset: () => {
      counts.statements = 0;
      counts.roundTrips = 0;
    },
  };
}

describe.skipIf(missing !== undefined)(`a change on a server${skipped}`, () => {
  test("waits for PostgreSQL thirteen times between its form and the vendor", async () => {
    const { app } = await testPostgres();
    const harness = await startHarness({
      environment: { DATABASE_PATH: "", DATABASE_URL: app },
      connected: ["cartesia"],
      outboxEveryMs: day,
      timedEveryMs: day,
      approvalsEveryMs: day,
      driftEveryMs: day,
    });
    onTestFinished(async () => harness.close());
    const who = person(harness, operator);
    const vendor = harness.vendors.cartesia;
    const queries = countQueries();
    const reassign = async (agent: string): Promise<Counts | undefined> => {
      await who.command(`reassign Roadside to ${agent}`, { channelId: voiceOps });
      await formSays(harness, who, "*After:*");
      const seen = vendor.requests.length;
      let counted: Counts | undefined;
      const stop = vendor.listen(() => {
        if (vendor.requests.slice(seen).some(({ method }) => method === "PATCH")) counted ??= queries.taken();
      });
      queries.reset();
      await who.submit();
      await formSays(harness, who, "chg_");
      stop();
      while (who.view()) await who.close();
      // What is written after the report would count for the next change.
      const { notifications } = harness.infra.store.workspace(teamId);
      await vi.waitFor(async () => expect(await notifications.pending()).toEqual([]), patient);
      return counted;
    };
    // The first one reads the lists.
    await reassign(dispatch);
    expect(await reassign(assistance)).toEqual({ statements: 30, roundTrips: 13 });
  });
});
