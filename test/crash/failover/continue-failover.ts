import type { Run } from "../../../src/domain/runs/run.ts";
import { operator, teamId, voiceOps } from "../../support/fixtures.ts";
import type { SandboxMessage } from "../../../src/sandbox/slack/index.ts";
import { person, textOf } from "../../support/screen.ts";
import { until } from "../../support/until.ts";
import { slug } from "./failover-points.ts";
import type { FailoverApp } from "./failover-app.ts";

/** Longer than the minute between two looks for a first call. */
const patienceMs = 120_000;
/** How often a run may pause: each time, somebody continues it. */
export const mostPauses = 6;

/** A run that was just confirmed. */
interface NewestRun {
  readonly kind: "failover" | "back";
  /** The id of the run before it. */
  readonly earlier: string | undefined;
  messages(): readonly SandboxMessage[];
}

/** Waits until the run is through, and continues it as a person whenever it pauses and says so. */
export async function continueToItsEnd(
  app: FailoverApp,
  { kind, earlier, messages }: NewestRun,
): Promise<{ readonly run: Run; readonly pauses: number }> {
  const last = async (): Promise<Run | undefined> =>
    app.look(async ({ store }) => {
      const { runs } = store.workspace(teamId);
      const newest = await runs.lastOf(slug);
      return newest?.kind === kind && newest.id !== earlier ? runs.get(newest.id) : undefined;
    });
  /** The messages that somebody has answered. A newer one replaces their words. */
  const answered = new Set<string>();
  const saying = (words: string): readonly SandboxMessage[] =>
    messages().filter((message) => textOf(message).includes(words));
  for (let pauses = 0; ; pauses += 1) {
    let run: Run | undefined;
    await until(
      `the end of the ${kind}`,
      async () => {
        run = await last();
        return run !== undefined && run.state !== "running" && run.state !== "shown";
      },
      patienceMs,
    );
    if (!run) throw new Error("there is a run");
    if (run.state !== "paused") {
      const words = kind === "back" ? "is over" : "is through";
      await until(`“${words}”`, () => saying(words).length > 0, patienceMs);
      return { run, pauses };
    }
    if (pauses > mostPauses) return { run, pauses };
    const told = (): boolean => saying("is paused").some(({ ts }) => !answered.has(ts));
    await until("the news of the pause", told, patienceMs);
    for (const { ts } of messages()) answered.add(ts);
    await person(app.harness, operator).command(`failover ${slug} resume`, { channelId: voiceOps });
    // It may pause again at once.
    const { resumes } = run.status;
    await until("that it goes on", async () => (await last())?.status.resumes !== resumes, patienceMs);
  }
}
