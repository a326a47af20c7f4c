import pg from "pg";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { startHarness } from "../../../src/demo/harness.ts";
import { readsAllColumns } from "../../../src/postgres/connection/prepared-statements.ts";
import { assistance, day, dispatch, operator, patient, teamId, voiceOps } from "../../support/fixtures.ts";
import { formSays, person } from "../../support/screen.ts";
import { missing, skipped, testPostgres } from "../support.ts";

/** What servers ask without a change: heartbeats, signals to themselves, and due work. */
const background =
  /replicas|pg_notify\(\$1|FROM work_items .*(?:due_at|claimed_by)|announced|act_m|outbox|vendor_budgets|FROM webhooks/su;
/** A transaction, or a statement without one. */
interface Transaction {
  isBackground: boolean;
  writesEntry: boolean;
}

interface Sent {
  readonly text: string;
  readonly transaction: Transaction;
  readonly waited: boolean;
}

interface Counts {
  readonly statements: number;
  /** How often the database was waited for: statements that are sent together count once. */
  readonly roundTrips: number;
  /** Those that read all columns of a table, so that they cannot be prepared. */
  readonly ofAllColumns: readonly string[];
}

/** Counts what the app asks of PostgreSQL, apart from its background work. */
function countQueries(): { taken(of?: (transaction: Transaction) => boolean): Counts; reset(): void } {
  let sent: Sent[] = [];
  const open = new Map<unknown, number>();
  /** The transaction that each connection is in. */
  const transactions = new Map<unknown, Transaction>();
  const { prototype } = pg.Client;
  const original: unknown = Reflect.get(prototype, "query");
  if (typeof original !== "function") throw new Error("the driver has another way to ask");
  Reflect.set(prototype, "query", function counted(this: unknown, ...args: readonly unknown[]): unknown {
    const answer: unknown = Reflect.apply(original, this, args);
    const [asked] = args;
    const text =
      typeof asked === "string" ? asked : asked instanceof Object ? Reflect.get(asked, "text") : "";
    if (typeof text !== "string" || !(answer instanceof Promise)) return answer;
    // Asked once on each connection, which the pool opens when it needs one.
    if (text.includes("pg_backend_pid")) return answer;
    const fresh = { isBackground: false, writesEntry: false };
    if (text.startsWith("BEGIN")) transactions.set(this, fresh);
    const transaction = transactions.get(this) ?? fresh;
    transaction.isBackground ||= background.test(text);
    transaction.writesEntry ||= text.includes("INSERT INTO audit_entries");
    if (text === "COMMIT" || text === "ROLLBACK") transactions.delete(this);
    const under = open.get(this) ?? 0;
    sent.push({ text, transaction, waited: under === 0 });
    open.set(this, under + 1);
    const end = (): void => void open.set(this, (open.get(this) ?? 1) - 1);
    answer.then(end, end);
    return answer;
  });
  onTestFinished(() => void Reflect.set(prototype, "query", original));
  return {
    taken: (of = ({ isBackground }) => !isBackground) => {
      const counted = sent.filter(({ transaction }) => of(transaction));
      return {
        statements: counted.length,
        roundTrips: counted.filter(({ waited }) => waited).length,
        ofAllColumns: counted.map(({ text }) => text).filter(readsAllColumns),
      };
    },
    reset: () => void (sent = []),
  };
}

describe.skipIf(missing !== undefined)(`a change on a server${skipped}`, () => {
  test("waits for PostgreSQL at most twelve times before the vendor's update, and twice for its outcome", async () => {
    const { app } = await testPostgres();
    const harness = await startHarness({
      environment: { DATABASE_PATH: "", DATABASE_URL: app },
      connected: ["cartesia"],
      outboxEveryMs: day,
      timedEveryMs: day,
      approvalsEveryMs: day,
      driftEveryMs: day,
      firstCallsEveryMs: day,
      alertsEveryMs: day,
      runsEveryMs: day,
      runRemindersEveryMs: day,
      readinessEveryMs: day,
      apiTokensEveryMs: day,
      refusalsEveryMs: day,
    });
    onTestFinished(async () => harness.close());
    const who = person(harness, operator);
    const vendor = harness.vendors.cartesia;
    const queries = countQueries();
    const reassign = async (agent: string) => {
      await who.command(`reassign Roadside to ${agent}`, { channelId: voiceOps });
      await formSays(harness, who, "*After:*");
      const sent = vendor.requests.length;
      let toUpdate: Counts | undefined;
      const stop = vendor.listen(() => {
        if (toUpdate || !vendor.requests.slice(sent).some(({ method }) => method === "PATCH")) return;
        toUpdate = queries.taken();
        queries.reset();
      });
      queries.reset();
      await who.submit();
      await formSays(harness, who, "chg_");
      stop();
      const outcome = queries.taken(({ writesEntry }) => writesEntry);
      while (who.view()) await who.close();
      // What is written after the report would count for the next change.
      const { notifications } = harness.infra.store.workspace(teamId);
      await vi.waitFor(async () => expect(await notifications.pending()).toEqual([]), patient);
      return { toUpdate, outcome };
    };
    // The first one reads the lists.
    await reassign(dispatch);
    const { toUpdate, outcome } = await reassign(assistance);
    // Eleven, or one more if two readers ask the same question a moment apart. Two of them, which claim the request, run
    // while the vendor is asked for the number, and one, which reads the restrictions, while the number's lock is taken.
    expect(toUpdate?.roundTrips).toBeLessThanOrEqual(12);
    expect(toUpdate?.statements).toBeLessThanOrEqual(33);
    expect(toUpdate?.ofAllColumns).toEqual([]);
    expect(outcome).toEqual({ statements: 8, roundTrips: 2, ofAllColumns: [] });
  });
});
