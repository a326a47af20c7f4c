import type { ActionsBlock, Button, TableBlock } from "@slack/types";
import { pauseText } from "../../domain/runs/pause-text.ts";
import { waitText } from "../../domain/runs/tier-gates.ts";
import { countRun, progressByConnection } from "../../domain/runs/run-progress.ts";
import type { RunCalls } from "../../domain/runs/run-calls.ts";
import { isLeft } from "../../domain/runs/run-step.ts";
import type { Run } from "../../domain/runs/run.ts";
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
import { buttonRow } from "../block-kit/button-row.ts";
import { boldTitle, requesterMention } from "../block-kit/run-text.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { table, type TableRow } from "../block-kit/table.ts";
import { numberTitle } from "../block-kit/number-title.ts";
import { backLines } from "./back-lines.ts";
import { checkedLines } from "./checked-lines.ts";
import { firstCallLines } from "./first-call-lines.ts";

/** How many numbers that were not changed a message names. */
const namedFailures = 5;
/** The states in which a failover can be taken back. */
const returnableStates: ReadonlySet<Run["state"]> = new Set(["paused", "held", "stopped"]);

/**
 * The message about a run: how far it is, who answered the first calls to its numbers, a line for each connection, and what
 * can be decided now.
 */
export function runMessage(run: Run, calls?: RunCalls): Message {
  const heading = [
    headingOf(run),
    ...checkedLines(run),
    ...backLines(run),
    ...waitLines(run),
    ...firstCallLines(run, calls),
  ];
  const [progress, failures] = [connectionLines(run), failureLines(run)];
  const footer = `Begun by ${requesterMention(run.by)}`;
  const drawn = progressTable(run);
  const shown = drawn
    ? [...sections(heading), drawn, ...sections(failures)]
    : sections([...heading, ...progress, ...failures]);
  return message(
    [...shown, context(footer), ...runRows(run)],
    stripMrkdwn([...heading, ...progress, ...failures, footer].join("\n")),
  );
}

/** An older message about a run: its state and its buttons are in the newest one. */
export function supersededMessage(run: Run, link = ""): Message {
  const words = `${boldTitle(run)}: a newer message below has its state.${link}`;
  return message([context(words)], stripMrkdwn(words));
}

/** The buttons that decide about a run in its present state. Where it can go on, *Stop* is apart from that. */
export function runRows({ id, kind, state, status }: Run): ActionsBlock[] {
  const stop = button("run:stop", "Stop", id, "danger");
  if (state === "running") return [actions([button("run:pause", "Pause", id), stop])];
  const back = returnButtons({ id, kind, state });
  if (state !== "paused") return back.length > 0 ? [actions(back)] : [];
  const without =
    Object.keys(status.connections).length > 0 ? [button("run:without", "Continue without those", id)] : [];
  return [buttonRow([button("run:resume", "Continue", id, "primary"), ...without, ...back]), actions([stop])];
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
      const still = stillText(run);
      if (still !== undefined) return `:white_check_mark: ${title} is through: ${counts} ${still}`;
      const then = run.terms.atEnd === "fail_back" ? "fails back by itself" : "reminds you";
      const until =
        run.endsAt === undefined
          ? ""
          : ` They stay switched until ${slackDate(run.endsAt)}, then Patchbay ${then}.`;
      return `:white_check_mark: ${title} is through: ${counts}${until}`;
    }
    case "stopped": {
      const rest = run.steps.some(isLeft) ? "The rest stays as it is." : "Its numbers stay as they are.";
      return [`:octagonal_sign: ${title} was stopped: ${counts} ${rest}`, stillText(run) ?? []]
        .flat()
        .join(" ");
    }
    case "done": {
      const isFailover = run.kind === "failover" || run.kind === "practice";
      const how = run.status.isFoundReturned
        ? " What its fail-back had left was found to be put back, so nothing of it is switched any more."
        : " It was taken back.";
      return `:checkered_flag: ${title} is over: ${counts}${isFailover ? how : ""}`;
    }
  }
}

/** What a fail-back has left to a failover, if it had to leave something. */
function stillText({ steps }: Run): string | undefined {
  if (!steps.some(({ isReleased }) => isReleased)) return undefined;
  const still = steps.filter(
    ({ result, isReleased }) => result && result.outcome !== "refused" && !isReleased,
  ).length;
  return `After a fail-back, ${still} of its numbers ${still === 1 ? "is" : "are"} still switched.`;
}

function pauseWords(run: Run): string {
  return pauseText(run, { person: (userId) => `<@${userId}>`, name: escape });
}

function waitLines(run: Run): string[] {
  const words = waitText(run, { name: escape, time: (at) => slackDate(at, "{time}") });
  return words === undefined ? [] : [`:telephone_receiver: ${words}`];
}

function connectionLines(run: Run): string[] {
  return progressByConnection(run).map(({ name, changed, failed, of, paused }) => {
    const notChanged = failed > 0 ? `, ${failed} not` : "";
    const why = paused === undefined ? "" : ` · paused: ${escape(paused)}`;
    return `${escape(name)}: ${changed} of ${of} changed${notChanged}${why}`;
  });
}

/** The same as a table, for a run over several connections; undefined if Slack has no room for it. */
function progressTable(run: Run): TableBlock | undefined {
  const connections = progressByConnection(run);
  if (connections.length < 2) return undefined;
  const rows = connections.map(({ name, changed, failed, of, paused }): TableRow => {
    const trouble = [
      ...(failed > 0 ? [`${failed} not changed`] : []),
      ...(paused === undefined ? [] : [`paused: ${escape(paused)}`]),
    ].join(" · ");
    return [escape(name), `${changed} of ${of}`, trouble === "" ? "" : { emoji: "warning", text: trouble }];
  });
  return table(["Connection", "Changed", "Trouble"], rows);
}

function failureLines({ steps }: Run): string[] {
  const failed = steps.filter(({ result }) => result && result.outcome !== "applied");
  const lines = failed.slice(0, namedFailures).map((step) => {
    const { outcome, why = "" } = step.result ?? {};
    const what = outcome === "unknown" ? ":grey_question: Unknown" : ":x: Not changed";
    return `${what}: ${numberTitle({ ...step, ...step.key })}. ${escape(why)}`;
  });
  const more = failed.length - lines.length;
  return more > 0 ? [...lines, `…and ${more} more.`] : lines;
}
