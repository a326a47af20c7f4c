import { Problem } from "../../domain/problem/problem.ts";
import { countRun } from "../../domain/runs/run-progress.ts";
import { plural } from "../../domain/text/plural.ts";
import type { CliDeps } from "../cli-context.ts";
import { AnswerLostError } from "../control/control-client.ts";
import type { ControlCommand } from "../control/control-command.ts";
import { runCommand, type CommandOptions } from "../control/run-command.ts";
import type { AloneRun } from "./carry-out-alone.ts";
import { printOrSay } from "../print-or-say.ts";
import { exitErrorLine } from "../exit-error.ts";
import type { CommonOptions } from "../numbers/common-options.ts";
import { jsonLine, sanitize } from "../sanitize.ts";
import { showRun } from "./run-commands.ts";
import { isAmiss, type BegunDocument, type RunDocument, type RunResultDocument } from "./run-document.ts";
import { progressLine } from "./progress-line.ts";
import { runLines } from "./run-text.ts";

/** The exit code of each outcome. */
const exitCodes: Readonly<Record<RunResultDocument["outcome"], number>> = { applied: 0, asked: 5, partly: 6 };

/** How long to wait between two looks at a run that the server carries out, in milliseconds. */
const lookMs = 1_000;

/** Begins a run as it was shown, follows it until it halts, prints what became of it, and ends with the exit code. */
export async function beginAndFollow<Input>(
  deps: CliDeps,
  begin: ControlCommand<Input, BegunDocument>,
  input: Input & { readonly run: string },
  options: CommonOptions,
): Promise<void> {
  await followToEnd(deps, options, async (alone) =>
    begunOrLost(deps, begin, input, { ...options, isSentOnce: true, alone }),
  );
}

/** The same for a run that `act` begins or continues. */
export async function followToEnd(
  deps: CliDeps,
  options: CommonOptions,
  act: (alone: AloneRun) => Promise<Pick<BegunDocument, "run" | "approval">>,
): Promise<void> {
  const leaving = new AbortController();
  const line = progressLine(deps);
  const release = deps.onInterrupt(() => {
    line.end();
    deps.out.err(
      "The run has begun. It goes on in the server, or with the next one. To stop it, use its buttons in Slack, or patchbay failover stop for a failover. Leaving…\n",
    );
    leaving.abort();
  });
  const progressed: AloneRun["progressed"] = (run) => line.show(countRun(run));
  try {
    const { run: id, approval } = await act({ progressed, stopping: leaving.signal });
    const looks = { line, leaving: leaving.signal, isAsked: approval !== undefined };
    const run = await follow(deps, id, options, looks);
    line.end();
    await report(deps, run, approval, options);
  } finally {
    line.end();
    release();
  }
}

/** Begins a run. If the answer is lost, its state says whether it has begun. Throws not_recorded, and outcome_unknown. */
async function begunOrLost<Input>(
  deps: CliDeps,
  begin: ControlCommand<Input, BegunDocument>,
  input: Input & { readonly run: string },
  options: CommandOptions,
): Promise<Pick<BegunDocument, "run" | "approval">> {
  try {
    return await runCommand(deps, begin, input, options);
  } catch (error) {
    if (!(error instanceof AnswerLostError)) throw error;
    deps.out.err(`${sanitize(error.message)}. Looking whether the run has begun…\n`);
    let state: RunDocument["state"];
    try {
      ({ state } = await runCommand(deps, showRun, { run: input.run }, { ...options, isSentOnce: false }));
    } catch (failure) {
      throw new Problem(
        "outcome_unknown",
        `That could not be read: ${exitErrorLine(failure)}`,
        { id: input.run },
        failure,
      );
    }
    if (state !== "shown") return { run: input.run };
    if (error.how === "silent")
      throw new Problem("outcome_unknown", "It has not begun yet.", { id: input.run });
    throw new Problem("not_recorded", "The run has not begun, so nothing was sent.", {
      field: "lock",
      id: input.run,
    });
  }
}

async function follow(
  deps: CliDeps,
  run: string,
  options: CommonOptions,
  {
    line,
    leaving,
    isAsked,
  }: {
    readonly line: ReturnType<typeof progressLine>;
    readonly leaving: AbortSignal;
    readonly isAsked: boolean;
  },
): Promise<RunDocument> {
  for (;;) {
    const found = await runCommand(deps, showRun, { run }, options);
    if (isAsked || found.state !== "running" || !found.isInServer || leaving.aborted) return found;
    line.show(found);
    await deps.control.pause(lookMs);
  }
}

async function report(
  { out }: CliDeps,
  run: RunDocument,
  approval: BegunDocument["approval"],
  { json }: CommonOptions,
): Promise<void> {
  // A file of routes says how all of its numbers are to be, also those that are frozen.
  const isAsFiled = run.kind !== "routes" || !Object.keys(run.verdicts).some(isAmiss);
  const isThrough =
    (run.state === "held" || run.state === "done") && run.changed === run.of && isAsFiled && !run.left;
  const outcome = approval ? "asked" : isThrough ? "applied" : "partly";
  const lines = approval
    ? [
        `Asked for approval of ${run.title}: ${plural(run.needApproval, run.kind === "routes" ? "change" : "protected number")}.`,
        `Nothing has changed yet. Request ${approval.id} expires at ${approval.expiresAt}.`,
      ]
    : runLines(run);
  const text = lines.map((line) => `${sanitize(line)}\n`).join("");
  const document: RunResultDocument = { outcome, run, approval };
  await printOrSay(out, exitCodes[outcome], {
    print: (to) => to.out(json ? jsonLine(document) : text),
    say: (to) => to.out(text),
  });
}
