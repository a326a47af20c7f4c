import type { Button } from "@slack/types";
import { z } from "zod";
import type { ButtonSubject } from "../../domain/notifications/button-subject.ts";
import { formatDuration } from "../../domain/shared/duration.ts";
import type { TemporaryChange } from "../../domain/changes/temporary-change.ts";
import type { ExpiryChoice } from "../../operations/expiry/manage-expiry.ts";
import { button } from "./blocks.ts";
import { buttonValue, json } from "./typed-value.ts";

const expiryChoice = z.codec(
  json(z.object({ change: z.string(), ends: z.iso.datetime() })),
  z.object({ changeId: z.string(), endsAt: z.date() }),
  {
    decode: ({ change, ends }) => ({ changeId: change, endsAt: new Date(ends) }),
    encode: ({ changeId, endsAt }) => ({ change: changeId, ends: endsAt.toISOString() }),
  },
);
export const expiryChoiceValue = buttonValue<ExpiryChoice>(expiryChoice);

/**
 * The decisions about a temporary change. The decision replaces a reminder, but not other messages and forms; `place`
 * distinguishes those, and several buttons on one screen.
 */
export function expiryButtons(temporary: TemporaryChange, place = ""): Button[] {
  const value = expiryChoiceValue.encode(temporary);
  const id = (act: string): string => (place === "" ? act : `${act}:${place}`);
  return [
    button(id("keep_change"), "Keep", value),
    button(id("extend_change"), `Extend ${formatDuration(temporary.durationMs)}`, value),
    button(id("end_change"), "Revert now", value),
  ];
}

/** The action that such buttons belong to. */
export function expirySubject({ changeId, connectionId, numberId, endsAt }: TemporaryChange): ButtonSubject {
  return { kind: "expiry", changeId, key: { connectionId, numberId }, expiresAt: endsAt.toISOString() };
}
