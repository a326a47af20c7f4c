import type { Button } from "@slack/types";
import { z } from "zod";
import type { Act } from "../../domain/act.ts";
import { formatDuration } from "../../domain/duration.ts";
import { Problem } from "../../domain/problem.ts";
import type { TemporaryChange } from "../../domain/temporary-change.ts";
import type { ExpiryChoice } from "../../operations/expiry/manage-expiry.ts";
import { button } from "./blocks.ts";

const choice = z.object({ change: z.string(), ends: z.iso.datetime() });

/**
 * What can be decided about the end of a change. `place` tells buttons on other messages and forms from those on a
 * reminder, which is replaced by what was decided; it keeps several of them on one screen apart.
 */
export function expiryButtons(temporary: TemporaryChange, place = ""): Button[] {
  const value = JSON.stringify({ change: temporary.changeId, ends: temporary.endsAt.toISOString() });
  const id = (act: string): string => (place === "" ? act : `${act}:${place}`);
  return [
    button(id("keep_change"), "Keep", value),
    button(id("extend_change"), `Extend ${formatDuration(temporary.lastsMs)}`, value),
    button(id("end_change"), "Revert now", value),
  ];
}

/** What such buttons are for, as they tell it. */
export function expiryAct({ changeId, connectionId, numberId, endsAt }: TemporaryChange): Act {
  return { kind: "expiry", changeId, key: { connectionId, numberId }, expiresAt: endsAt.toISOString() };
}

/** Reads back what such a button carries. Throws invalid_input for anything else. */
export function parseExpiryChoice(value: string | undefined): ExpiryChoice {
  try {
    const { change, ends } = choice.parse(JSON.parse(value ?? ""));
    return { changeId: change, endsAt: new Date(ends) };
  } catch (error) {
    throw new Problem("invalid_input", "This button belongs to another version of Patchbay.", {}, error);
  }
}
