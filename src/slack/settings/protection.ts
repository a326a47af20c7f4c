import { rolesOf } from "../../domain/access/roles.ts";
import { context } from "../block-kit/blocks.ts";
import { textInput } from "../forms/inputs.ts";
import { channelInput, ticksInput } from "./inputs.ts";
import { readRole, roleInputs } from "./role-inputs.ts";
import { changedRoles } from "./roles.ts";
import type { SettingsSection } from "./section.ts";

const fewestMinutes = 5;
const mostMinutes = 24 * 60;
const usualMinutes = 30;

/**
 * Whether changes to protected numbers need approval, who is asked and may approve, for how long, and whether operators
 * may break glass.
 */
export const approvalsSection: SettingsSection = {
  id: "approvals",
  title: "Protection and approvals",
  blocks: (settings, offered) => [
    context(
      "A Slack account is weaker than a login with a second factor: the admin guide says what approval does not prevent.",
    ),
    ticksInput(
      "protection",
      "Protected numbers",
      {
        on: "Require a second person",
        breakGlass: "Allow break glass without approval",
      },
      [
        ...(settings.protection?.on ? (["on"] as const) : []),
        ...(settings.protection?.breakGlass ? (["breakGlass"] as const) : []),
      ],
      "Break glass lets one operator act alone, with a reason, for an admin to review.",
    ),
    channelInput(
      "approvals",
      "Approval requests",
      settings.protection?.channelId,
      "Patchbay posts requests there, so invite it first. Without a channel, it asks each approver directly.",
    ),
    textInput({
      blockId: "approval_minutes",
      actionId: "approval_minutes",
      label: "Requests expire after (minutes)",
      optional: true,
      maxLength: 4,
      value: String(settings.protection?.minutes ?? usualMinutes),
      hint: `${fewestMinutes} to ${mostMinutes}; empty: ${usualMinutes}.`,
    }),
    ...(offered.noGroups === undefined ? [] : [context(offered.noGroups)]),
    ...roleInputs("approver", settings, offered),
  ],
  read: (values, withGroups) => {
    const ticked = values.get("protection")?.several ?? [];
    const channelId = values.get("approvals")?.several.at(0);
    const typed = values.get("approval_minutes")?.value?.trim() || String(usualMinutes);
    const minutes = /^\d+$/u.test(typed) ? Number(typed) : 0;
    if (minutes < fewestMinutes || minutes > mostMinutes) {
      return {
        errors: { approval_minutes: `Enter a whole number from ${fewestMinutes} to ${mostMinutes}.` },
      };
    }
    const on = ticked.includes("on");
    const breakGlass = ticked.includes("breakGlass");
    // Unchanged defaults stay unset.
    const untouched = !on && !breakGlass && channelId === undefined && minutes === usualMinutes;
    const protection = { on, breakGlass, minutes, ...(channelId === undefined ? {} : { channelId }) };
    return {
      change: (before) => {
        const were = rolesOf(before);
        const approver = readRole(values, "approver", withGroups, were.approver);
        return {
          protection: untouched ? undefined : protection,
          ...changedRoles(before, { ...were, approver }),
        };
      },
    };
  },
};
