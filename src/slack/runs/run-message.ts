import type { Button } from "@slack/types";
import { type PauseReason, type Run } from "../../domain/runs/run.ts";
import { isPlanned, type ResultStep } from "../../domain/runs/run-step.ts";
import { formatDuration } from "../../domain/shared/duration.ts";
import {
  actions,
  button,
  context,
  escape,
  message,
  sections,
  slackDate,
  type Message,
} from "../block-kit/blocks.ts";
import { boldTitle } from "../block-kit/run-text.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { numberTitle } from "../block-kit/number-title.ts";

/** How many numbers that were not changed a message names. */
const namedFailures = 5;
/** The states in which a failover can be taken back. */
const returnableStates: ReadonlySet<Run["state"]> = new Set(["paused", "held", "stopped"]);

/** The message about a run: how far it is, a line for each connection, and what can be decided now. */
export function runMessage(run: Run): Message {
  const lines = [headingOf(run), ...connectionLines(run), ...failureLines(run)];
  const footer = `Begun by <@${run.by.userId}>`;
  const buttons = runButtons(run);
  return message(
    [...sections(lines), context(footer), ...(buttons.length > 0 ? [actions(buttons)] : [])],
    stripMrkdwn([...lines, footer].join("\n")),
  );
}

/** An older message about a run: its state and its buttons are in the newest one. */
export function supersededMessage(run: Run): Message {
  const words = `${boldTitle(run)}: a newer message below has its state.`;
  return message([context(words)], stripMrkdwn(words));
}

/** The buttons that decide about a run in its present state. */
export function runButtons({ id, kind, state, status }: Run) {
  const stop = button("run:stop", "Stop", id, "danger");
  if (state === "running") return [button("run:pause", "Pause", id), stop];
  const back = returnButtons({ id, kind, state });
  if (state !== "paused") return back;
  const without =
    Object.keys(status.connections).length > 0 ? [button("run:without", "Continue without those", id)] : [];
  return [button("run:resume", "Continue", id, "primary"), ...without, ...back, stop];
}

/** The button that previews how a failover is taken back, where it can be. */
export function returnButtons({ id, kind, state }: Pick<Run, "id" | "kind" | "state">): Button[] {
  const canReturn = (kind === "failover" || kind === "practice") && returnableStates.has(state);
  return canReturn ? [button("run:back", "Fail back…", id)] : [];
}

function headingOf(run: Run): string {
  const title = boldTitle(run);
  const { changed, of } = countRun(run);
  const counts = `${changed} of ${of} changed.`;
  switch (run.state) {
    case "shown":
      return `${title} is not confirmed.`;
    case "running":
      return `:arrows_counterclockwise: ${title} is running: ${counts}`;
    case "paused":
      return `:double_vertical_bar: ${title} is paused. ${pauseWords(run)} ${counts}`;
    case "held": {
      const until = run.endsAt === undefined ? "" : ` It holds until ${slackDate(run.endsAt)}.`;
      return `:white_check_mark: ${title} is through: ${counts}${until}`;
    }
    case "stopped":
      return `:octagonal_sign: ${title} was stopped: ${counts} The rest stays as it is.`;
    case "done":
      return `:checkered_flag: ${title} is over: ${counts}`;
  }
}

const whyPaused: Readonly<Record<Exclude<PauseReason, "asked" | "gate" | "interrupted">, string>> = {
  canary: "A number of the first tier failed.",
  in_a_row: "Several numbers in a row failed.",
  of_a_tier: "Too many numbers failed.",
  connections: "The rest belongs to connections that cannot be reached now.",
  not_recorded: "Patchbay could not record its progress for a while.",
};

function pauseWords({ status: { paused }, terms }: Run): string {
  if (!paused) return "";
  switch (paused.why) {
    case "asked":
      return paused.by === undefined ? "Someone paused it." : `<@${paused.by}> paused it.`;
    case "gate":
      return `Tier ${escape(terms.tiers[paused.tier ?? 0]?.name ?? "")} is through: check it before the next one.`;
    case "interrupted": {
      const gapMs = Date.parse(paused.at) - Date.parse(paused.since ?? paused.at);
      return `Patchbay did not run for ${formatDuration(gapMs)}. Check before you continue.`;
    }
    case "canary":
    case "in_a_row":
    case "of_a_tier":
    case "connections":
    case "not_recorded":
      return whyPaused[paused.why];
  }
}

/** How many numbers a run changes, and has changed. */
export function countRun({ steps }: Pick<Run, "steps">): { readonly changed: number; readonly of: number } {
  const planned = steps.filter(isPlanned);
  return {
    changed: planned.filter(({ result }) => result?.outcome === "applied").length,
    of: planned.length,
  };
}

function connectionLines({ steps, status }: Run): string[] {
  const byConnection = new Map<string, ResultStep[]>();
  for (const step of steps.filter(isPlanned))
    byConnection.set(step.key.connectionId, [...(byConnection.get(step.key.connectionId) ?? []), step]);
  return [...byConnection].map(([connectionId, of]) => {
    const [first] = of;
    const { changed } = countRun({ steps: of });
    const failed = of.filter(({ result }) => result && result.outcome !== "applied").length;
    const paused = ownValue(status.connections, connectionId);
    const notChanged = failed > 0 ? `, ${failed} not` : "";
    const why = paused ? ` · paused: ${escape(paused.why)}` : "";
    return `${escape(first?.connection ?? "")}: ${changed} of ${of.length} changed${notChanged}${why}`;
  });
}

function failureLines({ steps }: Run): string[] {
  const failed = steps.filter(({ result }) => result && result.outcome !== "applied");
  const lines = failed.slice(0, namedFailures).map((step) => {
    const { outcome, why = "" } = step.result ?? {};
    const what = outcome === "unknown" ? ":grey_question: Unknown" : ":x: Not changed";
    return `${what}: ${numberTitle(step)}. ${escape(why)}`;
  });
  const more = failed.length - lines.length;
  return more > 0 ? [...lines, `…and ${more} more.`] : lines;
}
