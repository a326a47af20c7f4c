import type { Button, KnownBlock } from "@slack/types";
import { onlyAgentIn } from "../../domain/numbers/answering-agents.ts";
import type { ButtonSubject } from "../../domain/notifications/button-subject.ts";
import { isUpdateAlone, type Drift, type SeenDrift } from "../../domain/changes/drift.ts";
import {
  actions,
  button,
  code,
  context,
  escape,
  type Message,
  message,
  section,
  slackDate,
} from "../block-kit/blocks.ts";
import type { Vendor, VendorAccounts } from "../../domain/vendor/vendor.ts";
import { formRequestValue } from "../forms/change-draft.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { numberValue } from "../block-kit/key-values.ts";
import { numberTitle } from "../block-kit/number-title.ts";
import { agentText, answersClause, idsBehind } from "../block-kit/agent-text.ts";

/** The number of findings in one message: each is a paragraph with buttons. */
export const driftsPerMessage = 15;

const nothingDone = "Patchbay changed nothing.";

/** Drift findings, a paragraph each, with buttons. */
export function driftMessage(found: readonly SeenDrift[], accounts: VendorAccounts): Message {
  const lines = found.map((seen) => driftLine(seen, accounts.vendor(seen.drift.vendor)));
  return message(
    [...driftBlocks(found, accounts), context(nothingDone)],
    stripMrkdwn([...lines, nothingDone].join("\n")),
  );
}

/** The same without a heading, for the App Home. */
export function driftBlocks(found: readonly SeenDrift[], accounts: VendorAccounts): KnownBlock[] {
  return found.flatMap((seen, index) => {
    const { key, changeId } = seen.drift;
    const back = changeId !== undefined && canRestore(seen) ? [backButton(seen, changeId, index)] : [];
    return [
      section(driftLine(seen, accounts.vendor(seen.drift.vendor))),
      actions([
        button(`show:${index}`, "Show", numberValue.encode(key)),
        button(`history:${index}`, "History", numberValue.encode(key)),
        ...back,
      ]),
    ];
  });
}

/** The action that the buttons of such a message belong to: each finding that can be restored. */
export function driftFindingsSubject(found: readonly SeenDrift[]): ButtonSubject | undefined {
  const live = found.flatMap((seen, index) =>
    canRestore(seen) ? [{ actionId: backId(seen, index), key: seen.drift.key, seenAt: seen.seenAt }] : [],
  );
  return live.length === 0 ? undefined : { kind: "drift", found: live };
}

/** Opens a form that gives the number back: to the agent that the change left, or exactly to its several agents. */
function backButton(seen: SeenDrift, changeId: string, index: number): Button {
  const value = isOneAgent(seen.drift)
    ? formRequestValue.encode({ kind: "left", changeId, foundAt: seen.seenAt })
    : changeId;
  return button(backId(seen, index), "Restore…", value);
}

function backId({ drift }: SeenDrift, index: number): string {
  return `${isOneAgent(drift) ? "open_form" : "restore"}:${index}`;
}

/** Whether a form that offers one agent can give the number back: there was one, in no certain version. */
const isOneAgent = ({ left }: Drift): boolean => !left || onlyAgentIn(left) === left;

function canRestore({ drift: { left, now, changeId } }: SeenDrift): boolean {
  return Boolean(left) && left !== now && changeId !== undefined;
}

function answersNow({ now, labels, why }: Drift, vendor: Vendor): string {
  if (now === null) return `it has no agent now, and ${escape(why ?? "something else")} decides who answers`;
  return `${answersClause({ agent: { id: now } }, labels, vendor)} now`;
}

/** What answers now besides the agent, which is the same. */
function addedText({ besides, why = "something else", now, labels }: Drift, vendor: Vendor): string {
  const agent = agentText(now, labels, vendor);
  return besides === "answers"
    ? `${escape(why)} answers now, in place of ${agent}`
    : `${escape(why)} can now choose another agent than ${agent} for each call`;
}

function driftLine({ drift, seenAt }: SeenDrift, vendor: Vendor): string {
  const { kind, now, left, labels, changeId, changedAt, changedBy, why } = drift;
  const title = `${numberTitle(drift)} at ${escape(drift.connection)}`;
  const seen = `Seen ${slackDate(seenAt)}.${idsBehind([left, now], labels)}`;
  const by = changedBy === undefined ? "" : ` by ${escape(changedBy)}`;
  const elsewhere = changedAt === undefined ? "" : ` Changed ${slackDate(changedAt)}${by}, says the vendor.`;
  const ours =
    left === undefined
      ? ""
      : ` Patchbay had routed it to ${agentText(left, labels, vendor)}${changeId ? ` (${code(changeId)})` : ""}.`;
  switch (kind) {
    case "changed_elsewhere": {
      if (isUpdateAlone(drift))
        return `:eyes: ${title} was updated outside Patchbay.${elsewhere} Nothing that Patchbay compares is different: ${agentText(now, labels, vendor)} still answers. ${seen}`;
      const what = drift.besides === undefined ? answersNow(drift, vendor) : addedText(drift, vendor);
      return `:eyes: Someone changed ${title} outside Patchbay: ${what}.${elsewhere}${ours} ${seen}`;
    }
    case "nobody":
      return `:warning: ${title}: *nobody answers*. Callers reach no agent.${elsewhere}${ours} ${seen}`;
    case "agent_gone":
      return `:warning: ${title} is routed to ${agentText(now, labels, vendor)}, which cannot answer: ${escape(why ?? "it is gone")}.${ours} ${seen}`;
  }
}
