import { pauseText } from "../../domain/runs/pause-text.ts";
import { countRun, progressByConnection, type RunCounts } from "../../domain/runs/run-progress.ts";
import { plainWords, waitText } from "../../domain/runs/tier-gates.ts";
import { requesterName, runTitle, type Run } from "../../domain/runs/run.ts";
import { listLiveRuns } from "../../operations/runs/list-live-runs.ts";
import type { CliDeps } from "../cli-context.ts";
import { jsonLine, sanitize } from "../sanitize.ts";
import { asRequest, withInfrastructure, workspacesOf } from "../with-infrastructure.ts";

/** The options of `patchbay failover status`. */
export interface StatusOptions {
  readonly workspace?: string;
  readonly json?: true;
}

/** A run of a workspace. */
interface Found {
  readonly workspace: string;
  readonly run: Run;
}

/** Prints the runs that are not over: failovers, practices, fail-backs and the reverts of incidents. */
export async function printStatus(deps: CliDeps, { workspace: only, json }: StatusOptions): Promise<void> {
  const found = await withInfrastructure(deps, { create: false }, async (infra) => {
    const each = (await workspacesOf(infra, only)).map(async (workspace): Promise<Found[]> => {
      const live = await asRequest(deps, infra, workspace, async (ctx) => listLiveRuns(ctx));
      return live.map((run) => ({ workspace, run }));
    });
    return (await Promise.all(each)).flat();
  });
  const { out } = deps;
  // Not on the standard output, where a script would read it as a run.
  if (found.length === 0 && !json) out.err("Nothing is running, paused or held.\n");
  else if (json || !out.isTTY) for (const one of found) out.out(jsonLine(asJson(one)));
  else out.out(found.map(asText).join("\n"));
}

function asJson({ workspace, run }: Found): object {
  const { id, kind, state, by, incident, terms, startedAt, progressAt, endsAt, status } = run;
  return {
    workspace,
    run: id,
    kind,
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
    paused: status.paused && { ...status.paused, text: pausedText(run) },
    connections: progressByConnection(run),
  };
}

function asText({ workspace, run }: Found): string {
  const { startedAt, endsAt, by, terms, state } = run;
  const since = startedAt === undefined ? "" : ` at ${startedAt}`;
  const reason = terms.reason === undefined ? "" : `: ${terms.reason}`;
  const lines = [
    `${workspace}  ${runTitle(run)} is ${state}: ${countsText(countRun(run))}`,
    ...(state === "paused" ? [`  ${pausedText(run)}`] : []),
    ...[waitText(run, plainWords)].flatMap((line) => (line === undefined ? [] : [`  ${line}`])),
    `  Begun by ${requesterName(by)}${since}${reason}`,
    ...(endsAt === undefined ? [] : [`  Holds until ${endsAt}`]),
    ...progressByConnection(run).map(
      ({ name, paused, ...counts }) =>
        `  ${name}: ${countsText(counts)}${paused === undefined ? "" : `; paused: ${paused}`}`,
    ),
  ];
  return lines.map((line) => `${sanitize(line)}\n`).join("");
}

function pausedText(run: Run): string {
  return pauseText(run, { person: (userId) => userId, name: (text) => text });
}

function countsText({ changed, failed, of }: RunCounts): string {
  return `${changed} of ${of} changed${failed > 0 ? `, ${failed} not` : ""}`;
}
