import type { ActionsBlock, Button, TableBlock } from "@slack/types";
import { pauseText } from "../../domain/runs/pause-text.ts";
import { waitText } from "../../domain/runs/tier-gates.ts";
import { countRun, progressByConnection } from "../../domain/runs/run-progress.ts";
import { leftToFailBack, mayFailBack, type RelatedRuns } from "../../domain/runs/fail-back.ts";
import { isLeft } from "../../domain/runs/run-step.ts";
import type { Run } from "../../domain/runs/run.ts";
import { plural } from "../../domain/text/plural.ts";
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
import { failBackLines } from "./fail-back-lines.ts";
import { checkedLines } from "./checked-lines.ts";
import { firstCallLines } from "./first-call-lines.ts";
import type { RunNews } from "./run-news.ts";
import { passedTierLines } from "./passed-tier-lines.ts";
import { stopButton } from "./stop-button.ts";

/** How many numbers that were not changed a message names. */
const namedFailures = 5;

/**
 * The message about a run: how far it is, who answered the first calls to its numbers, a line for each connection, and what
 * can be decided now.
 */
export function runMessage(run: Run, { calls, related = {} }: RunNews = {}): Message {
  const heading = [
    headingOf(run),
    ...fallBackLines(related),
    ...checkedLines(run),
    ...failBackLines(run),
    ...waitLines(run),
    ...firstCallLines(run, calls),
    ...passedTierLines(run),
  ];
  const [progress, failures] = [connectionLines(run), failureLines(run)];
  const footer = `Begun by ${requesterMention(run.by)}`;
  const drawn = progressTable(run);
  const shown = drawn
    ? [...sections(heading), drawn, ...sections(failures)]
    : sections([...heading, ...progress, ...failures]);
  return message(
    [...shown, context(footer), ...runRows(run, related)],
    stripMrkdwn([...heading, ...progress, ...failures, footer].join("\n")),
  );
}

/** An older message about a run: its state and its buttons are in the newest one. */
export function supersededMessage(run: Run, link = ""): Message {
  const words = `${boldTitle(run)}: a newer message below has its state.${link}`;
  return message([context(words)], stripMrkdwn(words));
}

/** The buttons that decide about a run in its present state. Where it can go on, *Stop* is apart from that. */
export function runRows(run: Run, related: RelatedRuns = {}): ActionsBlock[] {
  const { id, state, status } = run;
  if (state === "running") return [actions([button("run:pause", "Pause", id), stopButton(run)])];
  const back = returnButtons(run, related);
  if (state !== "paused") return back.length > 0 ? [actions(back)] : [];
  const without =
    Object.keys(status.connections).length > 0 ? [button("run:without", "Continue without those", id)] : [];
  return [
    buttonRow([button("run:resume", "Continue", id, "primary"), ...without, ...back]),
    actions([stopButton(run)]),
  ];
}

/** The button that previews how a failover is taken back, where it can be and no fail-back does that already. */
export function returnButtons(
  { id, kind, state, returns }: Pick<Run, "id" | "kind" | "state" | "returns">,
  { back, canFailBack }: RelatedRuns = {},
): Button[] {
  if (canFailBack && returns !== undefined) return [button("run:back", "Fail back…", returns)];
  const isOffered = mayFailBack({ kind, state }) && !isGoingOn(back);
  return isOffered ? [button("run:back", "Fail back…", id)] : [];
}

const isGoingOn = (back: RelatedRuns["back"]): boolean =>
  back?.state === "running" || back?.state === "paused";

/** What a failover's fail-back does, or that it was stopped. */
function fallBackLines({ back }: RelatedRuns): string[] {
  if (isGoingOn(back))
    return [
      `:leftwards_arrow_with_hook: Its fail-back is ${back?.state}. A message of its own shows how far it is.`,
    ];
  return back?.state === "stopped"
    ? [":octagonal_sign: Its fail-back was stopped. What that had put back by then stays so."]
    : [];
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
      const rest = restText(run);
      return [`:octagonal_sign: ${title} was stopped: ${counts} ${rest}`, stillText(run) ?? []]
        .flat()
        .join(" ");
    }
    case "done": {
      const isFailover = run.kind === "failover" || run.kind === "practice";
      const how = run.status.isFoundReturned
        ? " What its fail-back had left was found not to be switched either."
        : " It was taken back.";
      return `:checkered_flag: ${title} is over: ${counts}${isFailover ? how : ""}`;
    }
  }
}

/** What stays as it is after a stop. */
function restText(run: Run): string {
  if (!run.steps.some(isLeft)) return "Its numbers stay as they are.";
  const left = leftToFailBack(run).length;
  if (left === 0) return "The rest stays as it is.";
  return `${plural(left, "number")} ${left === 1 ? "was" : "were"} not put back.`;
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
