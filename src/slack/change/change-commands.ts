import type { ChangeKind } from "../../domain/numbers/change.ts";
import { incidentKey } from "../../domain/changes/incident.ts";
import { proposeChange } from "./load-form.ts";
import { openChangeForm } from "./open-change-form.ts";
import type { Command } from "../listener/command.ts";
import { readLine, type Line } from "../listener/command-line.ts";
import type { ChangeDraft } from "../forms/change-draft.ts";

export const reassign = changeCommand(
  "reassign",
  {
    usage: "[number] [to <agent>] [for 30m | until 18:00] [because …]",
    summary: "Give a number another agent",
    examples: [
      "reassign",
      "reassign 0100 to Night Bot because the main bot talks nonsense",
      "reassign 0100 to Night Bot for 30m",
    ],
  },
  (to) => (to ? { agentText: to } : {}),
);

export const detach = changeCommand("detach", {
  usage: "[number] [for 30m | until 18:00] [because …]",
  summary: "Leave a number without an agent",
  details: "Leave a number without an agent: callers then reach nobody.",
  examples: ["detach +1 415 555 0100 because the agent is looping"],
});

export const rename = changeCommand(
  "rename",
  {
    usage: '[number] [to "<name>"] [for 30m | until 18:00]',
    summary: "Change the name of a number",
    details: "Set the name of a number. An empty name clears it, if the vendor allows that.",
    examples: ['rename 0100 to "Main line"', 'rename 0100 to ""'],
  },
  (to) => ({ name: to }),
);

export const edit = changeCommand("edit", {
  usage: "[number] [for 30m | until 18:00]",
  summary: "Change other fields of a number",
  examples: ["edit Support line"],
});

/** A verb that opens a change form with the values from the line. */
function changeCommand(
  verb: ChangeKind,
  words: Pick<Command, "usage" | "summary" | "details" | "examples">,
  draftWithTo?: (to: string) => ChangeDraft,
): Command {
  const draftOf = (rest: string): ChangeDraft =>
    draftFromLine(readLine(rest, draftWithTo !== undefined), draftWithTo);
  return {
    verb,
    group: "change",
    ...words,
    role: "operator",
    // It only opens a form.
    changes: false,
    propose: async (req, rest) => proposeChange(req, verb, draftOf(rest)),
    run: async (req, rest) => openChangeForm(req, verb, draftOf(rest)),
  };
}

function draftFromLine(
  { number, to, ends, because, incident }: Line,
  draftWithTo?: (to: string) => ChangeDraft,
): ChangeDraft {
  return {
    ...(number === undefined ? {} : { numberText: number }),
    ...(ends === undefined ? {} : { ends: [...ends] }),
    ...(because === undefined ? {} : { reason: because }),
    ...(incident === undefined ? {} : { incident: incidentKey(incident) }),
    ...(to === undefined ? {} : draftWithTo?.(to)),
  };
}
