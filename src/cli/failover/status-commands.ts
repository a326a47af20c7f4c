import { z } from "zod";
import { pause } from "../../domain/runs/pause.ts";
import { countRun, progressByConnection } from "../../domain/runs/run-progress.ts";
import { requesterName, runTitle, type Run } from "../../domain/runs/run.ts";
import { pauseText } from "../../domain/runs/pause-text.ts";
import { plainWords, waitText } from "../../domain/runs/tier-gates.ts";
import { listLiveRuns } from "../../operations/runs/list-live-runs.ts";
import { controlCommand } from "../control/control-command.ts";

/** How many numbers a run, or a part of it, changes, has changed, and has not. */
const counts = { changed: z.number(), failed: z.number(), of: z.number() };

/** A run that is not over: a failover, a practice, a fail-back, the revert of an incident, or routes. */
export const liveRunDocument = z.object({
  workspace: z.string(),
  run: z.string(),
  kind: z.string(),
  title: z.string(),
  plan: z.string().optional(),
  revision: z.number().optional(),
  incident: z.string().optional(),
  state: z.string(),
  begunBy: z.string(),
  reason: z.string().optional(),
  startedAt: z.string().optional(),
  progressAt: z.string().optional(),
  endsAt: z.string().optional(),
  ...counts,
  /** Which first call it waits for. */
  waiting: z.string().optional(),
  paused: pause.extend({ text: z.string() }).optional(),
  connections: z.array(
    z.object({ connectionId: z.string(), name: z.string(), ...counts, paused: z.string().optional() }),
  ),
});
export type LiveRunDocument = z.infer<typeof liveRunDocument>;

export const showLiveRuns = controlCommand({
  name: "failover.status",
  input: z.object({}),
  output: z.object({ runs: z.array(liveRunDocument) }),
  run: async (ctx) => {
    const runs = await listLiveRuns(ctx);
    return { runs: runs.map((run) => ({ workspace: ctx.workspace.id, ...liveRunOf(run) })) };
  },
});

function liveRunOf(run: Run): Omit<LiveRunDocument, "workspace"> {
  const { id, kind, state, by, incident, terms, startedAt, progressAt, endsAt, status } = run;
  const text = pauseText(run, { person: (userId) => userId, name: (name) => name });
  return {
    run: id,
    kind,
    title: runTitle(run),
    plan: terms.plan?.slug,
    revision: terms.plan?.revision,
    incident,
    state,
    begunBy: requesterName(by),
    reason: terms.reason,
    startedAt,
    progressAt,
    endsAt,
    ...countRun(run),
    waiting: waitText(run, plainWords),
    paused: status.paused && { ...status.paused, text },
    connections: progressByConnection(run),
  };
}
