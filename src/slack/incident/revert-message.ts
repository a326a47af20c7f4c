import type { KnownBlock } from "@slack/types";
import { parseActor } from "../../domain/shared/actor.ts";
import type { Snapshot } from "../../domain/numbers/change.ts";
import type { Run } from "../../domain/runs/run.ts";
import { isPlanned, type ResultStep } from "../../domain/runs/run-step.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import {
  actions,
  bold,
  button,
  code,
  context,
  escape,
  limits,
  type Message,
  message,
  section,
} from "../block-kit/blocks.ts";
import { actorMention, stripMrkdwn, fromToText } from "../block-kit/format.ts";
import { manualSteps } from "../block-kit/manual-steps.ts";
import { buttonValue, json } from "../block-kit/typed-value.ts";
import { z } from "zod";
import { numberTitle } from "../block-kit/number-title.ts";
import { modalTitle } from "../forms/text-modal.ts";
import { requesterMention } from "../block-kit/run-text.ts";
import { plural } from "../../domain/text/plural.ts";

type Step = ResultStep;

/** The phone numbers on a page: each may be a whole section with its manual steps. */
export const numbersPerPage = 10;

/** The phone numbers of a revert, newest first, each with all its steps. */
export function numbersOf(steps: readonly Step[]): Step[][] {
  const numbers = new Map<string, Step[]>();
  for (const step of steps) {
    const key = JSON.stringify(step.key);
    numbers.set(key, [...(numbers.get(key) ?? []), step]);
  }
  return [...numbers.values()];
}

/** One number of a revert as a paragraph: what will be done, or was done, in mrkdwn. */
export function numberLine(steps: readonly Step[], accounts: VendorAccounts): string {
  const [first] = steps;
  if (!first) return "";
  const title = `${numberTitle(first)} at ${escape(first.connection)}`;
  return steps.map((step) => stepText(step, title, accounts)).join("\n");
}

/** One number of a revert as sections, with one for each step if they do not fit into one. */
function numberSections(steps: readonly Step[], accounts: VendorAccounts): KnownBlock[] {
  const line = numberLine(steps, accounts);
  if (line.length <= limits.sectionText) return [section(line)];
  return steps.map((step) => section(numberLine([step], accounts)));
}

function stepText(step: Step, title: string, accounts: VendorAccounts): string {
  const { verdict, result, first, last, now, labels } = step;
  if (step.isUnreadable)
    return `:grey_question: ${numberTitle({ ...step, ...step.key })}: this step cannot be read, so Patchbay does not restore the number. Check it by hand.`;
  const vendor = accounts.vendor(step.vendor);
  const fromTo = (from: Snapshot, after: Snapshot): string =>
    fromToText(from, after, vendor, labels, { withIds: true });
  const to = fromTo(now, first);
  const byHand = (): string => manualSteps(vendor, step, first, labels);
  if (result) {
    const why = result.why ? ` ${escape(result.why)}` : "";
    switch (result.outcome) {
      case "applied":
        return `:white_check_mark: ${title} was restored: ${to}${why}`;
      case "refused":
        return `:x: ${title} was *not* restored: ${to}.${why}\n${byHand()}`;
      case "unknown":
        return `:grey_question: Unknown whether ${title} was restored: ${to}.${why} Patchbay keeps checking.`;
    }
  }
  switch (verdict.kind) {
    case "will_revert":
    case "will_switch":
      return `:leftwards_arrow_with_hook: ${title} will be restored: ${to}`;
    case "already_so":
      return `:white_check_mark: ${title} is already back.`;
    case "moved": {
      const who = verdict.by ? `by ${actorMention(parseActor(verdict.by))}` : "elsewhere";
      const which = verdict.changeId ? ` (${code(verdict.changeId)})` : "";
      return `:warning: ${title} was changed ${who} since${which}, so it is left as it is.\nThe incident: ${fromTo(first, last)}\nNow: ${fromTo(last, now)}`;
    }
    case "unknown":
      return `:grey_question: ${title} is left as it is: the outcome of its last change is unknown. Patchbay keeps checking.`;
    case "held": {
      const ask = `\nAsk for it with \`/number undo ${escape(step.undoes ?? "")}\` (its last change) or a change of your own.`;
      const next = verdict.by === "protection" ? ask : "";
      return `:lock: ${title} will *not* be restored by you: ${to}. ${escape(verdict.why)}${next}`;
    }
    case "cannot":
    case "ruled_out":
      return `:no_entry: ${title} cannot be restored. ${escape(verdict.why)}\n${byHand()}`;
    case "unread":
      return `:no_entry: ${title} could not be read. ${escape(verdict.why)}\n${byHand()}`;
  }
}

/** How many of its numbers a revert will restore, or has restored. */
export function countSteps(revert: Pick<Run, "steps">) {
  const of = (fits: (step: Step) => boolean): number => revert.steps.filter(fits).length;
  return {
    all: revert.steps.length,
    toDo: of(isPlanned),
    done: of(({ result }) => result !== undefined),
    applied: of(({ result }) => result?.outcome === "applied"),
    /** The numbers that are not as they were before the incident, as far as known. */
    open: of((step) => isOpen(step)),
  };
}

/** Whether a step leaves its part of the number different from before the incident, as far as known. */
export function isOpen({ verdict, result }: Step): boolean {
  return verdict.kind !== "already_so" && result?.outcome !== "applied";
}

/** A page of a revert, as the value of a button. */
export const revertPageValue = buttonValue(json(z.object({ id: z.string(), page: z.number().int().min(0) })));

/** A page of a revert's numbers, with paging buttons. */
export function pageBlocks(revert: Run, page: number, accounts: VendorAccounts): KnownBlock[] {
  const numbers = numbersOf(revert.steps);
  const pages = Math.max(1, Math.ceil(numbers.length / numbersPerPage));
  const at = Math.min(page, pages - 1);
  const turn = (to: number): string => revertPageValue.encode({ id: revert.id, page: to });
  const buttons = [
    ...(at > 0 ? [button("revert:page:newer", "Newer", turn(at - 1))] : []),
    ...(at < pages - 1 ? [button("revert:page:older", "Older", turn(at + 1))] : []),
  ];
  return [
    ...numbers
      .slice(at * numbersPerPage, (at + 1) * numbersPerPage)
      .flatMap((steps) => numberSections(steps, accounts)),
    ...(pages > 1 ? [context(`Page ${at + 1} of ${pages}`)] : []),
    ...(buttons.length > 0 ? [actions(buttons)] : []),
  ];
}

/** The title of a form about a revert. */
export function revertTitleOf({ incident = "" }: Pick<Run, "incident">): string {
  return modalTitle("Revert", incident);
}

/** The result of a revert, in one line. */
export function revertHeading(revert: Run): string {
  const { toDo, applied, open } = countSteps(revert);
  const rest = open > 0 ? ` ${plural(open, "change")} not reverted.` : " Everything is back.";
  return `:leftwards_arrow_with_hook: ${bold(revert.incident ?? "")} was reverted by ${requesterMention(revert.by)}: ${applied} of ${plural(toDo, "change")} reverted.${rest}`;
}

/** The message about a revert for the conversation: its result, a page of numbers, and the next actions. */
export function revertMessage(revert: Run, page: number, accounts: VendorAccounts): Message {
  const heading = revertHeading(revert);
  const blocks = pageBlocks(revert, page, accounts);
  const again =
    countSteps(revert).open > 0 ? [button("incident:revert", "Review the rest", revert.incident ?? "")] : [];
  const said = blocks.flatMap((block) => (block.type === "section" && block.text ? [block.text.text] : []));
  const buttons = actions([button("incident", "Timeline", revert.incident ?? ""), ...again]);
  return message([section(heading), ...blocks, buttons], stripMrkdwn([heading, ...said].join("\n")));
}
