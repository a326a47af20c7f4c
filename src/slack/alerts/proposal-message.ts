import type { Button, KnownBlock } from "@slack/types";
import type { Fallback } from "../../domain/alerts/fallback.ts";
import { sourceTitles, type Mapping } from "../../domain/alerts/hook.ts";
import type { Proposal } from "../../domain/alerts/proposal.ts";
import type { Run } from "../../domain/runs/run.ts";
import { plural } from "../../domain/text/plural.ts";
import {
  actions,
  bold,
  button,
  code,
  context,
  cut,
  escape,
  message,
  section,
  type Message,
} from "../block-kit/blocks.ts";
import { actorMention, stripMrkdwn } from "../block-kit/format.ts";
import { boldTitle, requesterMention } from "../block-kit/run-text.ts";
import { buttonValue, json } from "../block-kit/typed-value.ts";
import { z } from "zod";

/** A run, and a link to its message in mrkdwn, if it is known. */
type ProposedRun = Pick<Run, "kind" | "state" | "incident" | "terms" | "by"> & {
  readonly link?: string | undefined;
};

/** Which number of a proposal a button is for. */
export const lookValue = buttonValue(json(z.object({ id: z.string(), number: z.number().int().min(0) })));

/**
 * What alerts propose: what they say, what it would do, and who decides. While a run of the plan is live, its state is shown
 * in place of the buttons, and once they are resolved, while the run still switches.
 */
export function proposalMessage(proposal: Proposal, run?: ProposedRun): Message {
  const isOpen = proposal.state !== "resolved";
  const wayBack = isOpen ? "" : " *Fail back…* is offered here once it is through or paused.";
  const state = run ? [`${stateText(run)}${wayBack}`] : isOpen ? [proposedText(proposal)] : [];
  const lines = [headText(proposal), ...state];
  const footer = isOpen && run ? runFooter(run) : footerText(proposal);
  const buttons = isOpen && !run ? proposalButtons(proposal) : [];
  const blocks: KnownBlock[] = [
    section(lines.join("\n")),
    context(footer),
    ...(buttons.length > 0 ? [actions(buttons)] : []),
  ];
  return message(blocks, stripMrkdwn([...lines, footer].join("\n")));
}

/** That alerts are resolved, and the way back for what is still on its fallback. */
export function resolvedMessage({ id, key, title, source }: Proposal, fallback: Fallback): Message {
  const words = `:white_check_mark: ${sourceOf(source)} ${bold(key)} is resolved: “${escape(title)}”.\n${fallbackText(fallback)}`;
  const buttons = [backButton(fallback), button("alert:remind", "Remind me in 1 h", id)];
  return message([section(words), actions(buttons)], stripMrkdwn(words));
}

/** That alerts are resolved, and how far the way back is that somebody has taken. */
export function returningMessage({ key, title, source }: Proposal, back: ProposedRun): Message {
  const words = `:white_check_mark: ${sourceOf(source)} ${bold(key)} is resolved: “${escape(title)}”.\n${stateText(back)}`;
  const footer = `Begun by ${requesterMention(back.by)}`;
  return message([section(words), context(footer)], stripMrkdwn(`${words}\n${footer}`));
}

/** Reminds one person of what is still on its fallback. */
export function reminderMessage({ key, title }: Proposal, fallback: Fallback): Message {
  const words = `:alarm_clock: ${bold(key)} (“${escape(title)}”) was resolved. ${fallbackText(fallback)}`;
  return message([section(words), actions([backButton(fallback)])], stripMrkdwn(words));
}

/** The reason that a form starts with. */
export function reasonOf({ source, key, title }: Proposal): string {
  return cut(`${sourceOf(source)} ${key}: ${title}`, 250);
}

const sourceOf = (source: Proposal["source"]): string =>
  source === "standard" ? "Alert" : sourceTitles[source].replace(/ or .*$/u, "");

function headText({ source, key, title, state, alerts, openAlerts }: Proposal): string {
  const many = alerts > 1 ? ` · *${plural(alerts, "alert")}*, ${openAlerts} open` : "";
  const mark = state === "resolved" ? ":white_check_mark:" : ":rotating_light:";
  const over = state === "resolved" ? " is resolved" : "";
  return `${mark} ${sourceOf(source)} ${bold(key)}${over}: “${escape(title)}”${many}`;
}

function proposedText({ mapping, preview }: Proposal): string {
  const what = targetText(mapping);
  if (!preview) return `:arrows_counterclockwise: Proposes ${what}. Looking at each number…`;
  if (preview.gone !== undefined)
    return `:warning: Would propose ${what}, but cannot: ${escape(preview.gone)}`;
  const standing = preview.standing === undefined ? "" : ` · ${escape(preview.standing)}`;
  const none = preview.canSwitch ? "" : " *Nothing can be switched now.*";
  return `:arrows_counterclockwise: Proposes ${what}: ${preview.counts}${standing}.${none}`;
}

/** The state of a run. How far it is, its own message says. */
function stateText(run: ProposedRun): string {
  const words: Readonly<Partial<Record<Run["state"], string>>> = {
    running: ":arrows_counterclockwise: {} is running. A message of its own shows how far it is.",
    paused: ":double_vertical_bar: {} is paused. A message of its own asks how to go on.",
    held: ":white_check_mark: {} is through.",
    done: ":checkered_flag: {} is over.",
  };
  return (words[run.state] ?? "").replace("{}", () => boldTitle(run)) + (run.link ?? "");
}

function runFooter({ incident, by }: ProposedRun): string {
  const belongs = incident === undefined ? "" : ` · Incident ${bold(incident)}`;
  return `Begun by ${requesterMention(by)}${belongs}`;
}

function targetText({ proposes }: Mapping): string {
  if (proposes.kind === "plan") return `the failover plan ${code(proposes.plan)}`;
  const numbers = proposes.numbers.map(({ label }) => bold(label)).join(", ");
  return `to reassign ${numbers} to ${bold(proposes.agentName)}`;
}

function footerText({ state, incident, dismissedBy }: Proposal): string {
  const belongs = incident === undefined ? "" : ` Incident ${bold(incident)}.`;
  if (state === "dismissed" && dismissedBy)
    return `:no_bell: ${actorMention(dismissedBy)} chose *Not now*. Nothing was changed.${belongs}`;
  if (state === "resolved") return `The source says that it is over.${belongs}`;
  return `Patchbay changed nothing: a person decides.${belongs}`;
}

function proposalButtons({ id, state, mapping, preview }: Proposal): Button[] {
  const notNow = state === "open" ? [button("alert:not_now", "Not now", id)] : [];
  const { proposes } = mapping;
  if (proposes.kind === "plan") {
    return preview?.isGone === true ? notNow : [button("alert:look", "Preview…", id, "primary"), ...notNow];
  }
  const looks = proposes.numbers.map(({ label }, number) =>
    button(
      `look_at:${number}`,
      proposes.numbers.length === 1 ? "Preview…" : `Preview ${cut(label, 40)}…`,
      lookValue.encode({ id, number }),
      number === 0 ? "primary" : undefined,
    ),
  );
  return [...looks, ...notNow];
}

function fallbackText(fallback: Fallback): string {
  const { numbers } = fallback;
  const what = numbers === undefined ? "Some numbers" : plural(numbers, "number");
  const are = numbers === 1 ? "is still on its fallback" : "are still on their fallback";
  const of = fallback.kind === "run" ? `the failover ${code(fallback.plan)}` : bold(fallback.incident);
  const stopped = fallback.kind === "run" && fallback.isBackStopped ? "Its fail-back was stopped. " : "";
  return `${stopped}*${what} ${are}* (${of}).`;
}

function backButton(fallback: Fallback): Button {
  return fallback.kind === "run"
    ? button("run:back", "Fail back…", fallback.runId, "primary")
    : button("incident:revert", "Fail back…", fallback.incident, "primary");
}
