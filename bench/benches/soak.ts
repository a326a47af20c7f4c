import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { within, type Figure } from "../figure.ts";
import { collectable, type Server } from "../parts/server.ts";
import { teamId } from "../parts/workspace.ts";
import { startProcessHarness, type ProcessHarness } from "../parts/process-harness.ts";

const worked = z.object({ acts: z.number(), done: z.number(), notDone: z.record(z.string(), z.number()) });
/** A round: every action several times, at a rate that a workspace is allowed. */
const round = { perSecond: 8, count: 96 };
/** A change with an unknown outcome is checked every five minutes in the end. */
const settledWithinMs = 6 * 60_000;

/**
 * Mixed work with faults for ten minutes. Anything that grows in that time grows forever. Then the faults end, and all
 * open work has to finish.
 */
export async function soak({ minutes = 10 } = {}): Promise<Figure[]> {
  const processes = await startProcessHarness({ numbersEach: 240 });
  try {
    const app = await processes.startApp(await collectable());
    let rounds = 0;
    let [acts, done] = [0, 0];
    const notDone = new Map<string, number>();
    const workFor = async (ms: number): Promise<Look> => {
      for (const endAt = Date.now() + ms; Date.now() < endAt;) {
        const one = await processes.standIns.ask("work", { ...round, round: (rounds += 1) }, worked);
        acts += one.acts;
        done += one.done;
        for (const [why, count] of Object.entries(one.notDone))
          notDone.set(why, (notDone.get(why) ?? 0) + count);
      }
      return lookAt(app);
    };
    const half = await workFor(minutes * 30_000);
    await workFor(minutes * 30_000);
    await settle(processes, app);
    const end = await lookAt(app);
    await app.stop();
    const reasons = [...notDone].toSorted(([, one], [, other]) => other - one);
    process.stderr.write(`${JSON.stringify({ rounds, acts, done, notDone: Object.fromEntries(reasons) })}\n`);
    const bench = "soak";
    const grown = (what: "resident" | "handles" | "files", most: number, unit: string): Figure =>
      within(
        { bench, what: `${what} beside half-way` },
        { value: end[what], baseline: half[what], most, unit },
      );
    const left = (what: "outbox" | "unsettled", unit: string): Figure =>
      within({ bench, what: `${what} once nothing fails any more` }, { value: end[what], most: 0, unit });
    return [
      within(
        { bench, what: "acts that faults kept from their end" },
        { value: acts - done, most: acts / 3, unit: "acts" },
      ),
      grown("resident", 10, "MB"),
      grown("handles", 5, "handles"),
      grown("files", 5, "files"),
      left("outbox", "messages"),
      left("unsettled", "changes"),
    ];
  } finally {
    await processes.close();
  }
}

interface Look {
  readonly resident: number;
  readonly handles: number;
  readonly files: number;
  readonly outbox: number;
  readonly unsettled: number;
}

/** What the app has open while it is idle. */
async function lookAt(app: Server): Promise<Look> {
  const resident = await app.idleMb();
  return { resident, ...(await counts(app)) };
}

async function counts(app: Server): Promise<Omit<Look, "resident">> {
  const text = await app.metrics();
  const metric = (name: string): number => {
    const value = new RegExp(`^${name} (\\S+)$`, "mu").exec(text)?.[1];
    if (value === undefined) throw new Error(`the app has no metric ${name}`);
    return Number(value);
  };
  return {
    handles: metric("nodejs_active_handles_total"),
    files: metric("process_open_fds"),
    outbox: metric("patchbay_outbox_length"),
    unsettled: metric("patchbay_unsettled_changes"),
  };
}

/** Makes changes with an unknown outcome again, and waits until nothing is open or the time limit has passed. */
async function settle(processes: ProcessHarness, app: Server): Promise<void> {
  const numbers = await processes.look(async ({ store }) =>
    (await store.workspace(teamId).audit.unsettled()).flatMap(
      ({ requested: { connection, number, wanted } }) =>
        connection && number
          ? [{ vendor: connection.vendor, e164: number.e164, renamed: "name" in (wanted ?? {}) }]
          : [],
    ),
  );
  process.stderr.write(` ${numbers.length} changes to settle …`);
  const unchanged = await processes.standIns.ask("again", numbers, z.array(z.string()));
  for (const why of unchanged) process.stderr.write(`\n${why}`);
  const giveUpAt = Date.now() + settledWithinMs;
  for (;;) {
    const { outbox, unsettled } = await counts(app);
    if ((outbox === 0 && unsettled === 0) || Date.now() > giveUpAt) return;
    await pause(1_000);
  }
}
