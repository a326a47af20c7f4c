import { z } from "zod";
import { roleIsEnough, type Role } from "../domain/actor.ts";
import type { Standing } from "../operations/policy.ts";
import { cut } from "./block-kit.ts";
import { frozenText } from "./messages/freezes.ts";

/** What stands in the way of changing a number, as far as it was known when a form was drawn. */
export const formStanding = z.object({
  /** Who froze it, until when and why, in mrkdwn. */
  frozen: z.string().optional(),
  isProtected: z.boolean(),
  /** Whether this person is offered to change it all the same, by break-glass. */
  mayBreak: z.boolean(),
});
export type FormStanding = z.infer<typeof formStanding>;

/** What a workspace asks of reasons, as a form carries it. */
export const formReasonRule = z.object({ required: z.boolean(), pattern: z.string().optional() });

/** What a form shows somebody of a freeze or a protection; the waist judges both again. */
export function standingFor({ freeze, isProtected, breakGlass }: Standing, role: Role): FormStanding {
  const overFreeze = freeze === undefined || roleIsEnough(role, "admin");
  return {
    ...(freeze ? { frozen: cut(frozenText({ ...freeze, reason: cut(freeze.reason, 150) }), 450) } : {}),
    isProtected,
    mayBreak: overFreeze && (!isProtected || breakGlass) && (freeze !== undefined || isProtected),
  };
}
