import type { KnownBlock } from "@slack/types";
import type { ButtonSubject } from "../../domain/notifications/button-subject.ts";
import type { SeenDrift } from "../../domain/changes/drift.ts";
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
import { formRequestValue } from "../forms/change-draft.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { numberValue } from "../block-kit/key-values.ts";
import { numberTitle } from "../block-kit/number-title.ts";
import { agentText, idsBehind } from "../block-kit/agent-text.ts";

/** The number of findings in one message: each is a paragraph with buttons. */
export const driftsPerMessage = 15;

const nothingDone = "Patchbay changed nothing.";

/** Drift findings, a paragraph each, with buttons. */
export function driftMessage(found: readonly SeenDrift[]): Message {
  const lines = found.map(driftLine);
  return message(
    [...driftBlocks(found), context(nothingDone)],
    stripMrkdwn([...lines, nothingDone].join("\n")),
  );
}

/** The same without a heading, for the App Home. */
export function driftBlocks(found: readonly SeenDrift[]): KnownBlock[] {
  return found.flatMap((seen, index) => {
    const { key, changeId } = seen.drift;
    const back =
      changeId !== undefined && canRestore(seen)
        ? [button(backId(index), "Restore…", lastChangeText(changeId, seen.seenAt))]
        : [];
    return [
      section(driftLine(seen)),
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
    canRestore(seen) ? [{ actionId: backId(index), key: seen.drift.key, seenAt: seen.seenAt }] : [],
  );
  return live.length === 0 ? undefined : { kind: "drift", found: live };
}

function lastChangeText(changeId: string, foundAt: string): string {
  return formRequestValue.encode({ kind: "left", changeId, foundAt });
}

function backId(index: number): string {
  return `open_form:${index}`;
}

function canRestore({ drift: { left, now, changeId } }: SeenDrift): boolean {
  return Boolean(left) && left !== now && changeId !== undefined;
}

function driftLine({ drift, seenAt }: SeenDrift): string {
  const { kind, now, left, labels, changeId, why } = drift;
  const title = `${numberTitle(drift)} at ${escape(drift.connection)}`;
  const seen = `Seen ${slackDate(seenAt)}.${idsBehind([left, now], labels)}`;
  const ours =
    left === undefined
      ? ""
      : ` Patchbay had routed it to ${agentText(left, labels)}${changeId ? ` (${code(changeId)})` : ""}.`;
  switch (kind) {
    case "changed_elsewhere":
      return `:eyes: Someone changed ${title} outside Patchbay: ${agentText(now, labels)} answers now.${ours} ${seen}`;
    case "nobody":
      return `:warning: ${title}: *nobody answers*. Callers reach no agent.${ours} ${seen}`;
    case "agent_gone":
      return `:warning: ${title} is routed to ${agentText(now, labels)}, which cannot answer: ${escape(why ?? "it is gone")}.${ours} ${seen}`;
  }
}
