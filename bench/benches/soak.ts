import { z } from "zod";
import { within, type Figure } from "../figure.ts";
import { teamId } from "../parts/workspace.ts";
import { layYard, type Yard } from "../parts/yard.ts";
import type { Server } from "../parts/server.ts";

const troubles = ["status", "drop-before", "html", "drop-after", "apply-then-500"] as const;

/** Mixed work with faults for ten minutes: what grows then, grows for ever. */
export async function soak({ minutes = 10 } = {}): Promise<Figure[]> {
  const yard = await layYard({ numbersEach: 240 });
  try {
    const app = await yard.startApp();
    const endAt = Date.now() + minutes * 60_000;
    const looks: Look[] = [];
    for (let round = 1; Date.now() < endAt; round += 1) {
      await yard.standIns.ask("changes", { perSecond: 20, count: 100, round }, z.unknown());
      const kind = troubles[round % troubles.length];
      await yard.standIns.ask("trouble", { kind, times: 3 }, z.unknown());
      await yard.standIns.ask("answered", { text: "list support", count: 5 }, z.unknown());
      await yard.standIns.ask("answered", { text: "home", count: 2 }, z.unknown());
      await yard.standIns.ask("slow", { ms: 0 }, z.unknown());
      await yard.standIns.ask("forget", {}, z.unknown());
      looks.push(await lookAt(yard, app));
    }
    await app.stop();
    const [half, end] = [looks[Math.floor(looks.length / 2)], looks.at(-1)];
    if (!half || !end) throw new Error("the soak was too short to tell anything");
    const grown = (what: keyof Look, most: number, unit: string): Figure =>
      within(
        { bench: "soak", what: `${what} beside half-way` },
        { value: end[what], baseline: half[what], most, unit },
      );
    return [
      grown("resident", 10, "MB"),
      grown("handles", 5, "handles"),
      grown("files", 5, "files"),
      grown("outbox", 0, "messages"),
      grown("unsettled", 0, "changes"),
    ];
  } finally {
    await yard.close();
  }
}

interface Look {
  readonly resident: number;
  readonly handles: number;
  readonly files: number;
  readonly outbox: number;
  readonly unsettled: number;
}

async function lookAt(yard: Yard, app: Server): Promise<Look> {
  const text = await app.metrics();
  const metric = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, "mu").exec(text)?.[1]);
  return yard.look(async ({ store }) => ({
    resident: app.residentMb(),
    handles: metric("nodejs_active_handles_total"),
    files: metric("process_open_fds"),
    outbox: (await store.outbox.waiting()).length,
    unsettled: (await store.workspace(teamId).audit.unsettled()).length,
  }));
}
