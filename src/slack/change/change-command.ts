import type { ChangeKind } from "../../domain/numbers/change.ts";
import { incidentKey } from "../../domain/changes/incident.ts";
import { openChangeForm } from "./open-change-form.ts";
import type { Command } from "../listener/command.ts";
import { readLine, type Line } from "../listener/command-line.ts";
import type { ChangeDraft } from "../forms/change-draft.ts";

/** A verb that opens a change form with the values from the line. */
export function changeCommand(
  verb: ChangeKind,
  words: Pick<Command, "usage" | "summary" | "details" | "examples">,
  draftWithTo?: (to: string) => ChangeDraft,
): Command {
  return {
    verb,
    group: "change",
    ...words,
    role: "operator",
    // It only opens a form.
    changes: false,
    run: async (req, rest) =>
      openChangeForm(req, verb, draftFromLine(readLine(rest, draftWithTo !== undefined), draftWithTo)),
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
