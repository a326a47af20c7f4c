import { header, section } from "../block-kit/blocks.ts";
import { textInput } from "../forms/inputs.ts";
import { channelInput, ticksInput } from "./inputs.ts";
import type { SettingsSection } from "./section.ts";

const fewestMinutes = 5;
const mostMinutes = 24 * 60;
const usualMinutes = 30;

const whatItDoes =
  "Which numbers these are: `/number protect`. It keeps one person alone, or one stolen Slack session, from changing them here, and from slipping. It does *not* keep out who holds two people's Slack accounts, an admin who switches this off (that is on record), or who uses the vendor's own dashboard or key. A Slack account is weaker than a login with a second factor: where that is not enough, use the vendor's own access rights.";

/**
 * Whether changes to protected numbers need approval, who is asked, for how long, and whether operators may break
 * glass.
 */
export const protectionSection: SettingsSection = {
  blocks: ({ protection }) => [
    header("Protected numbers"),
    section(whatItDoes),
    ticksInput(
      "protection",
      "Protected numbers",
      {
        on: "Require a second person",
        breakGlass: "Allow break glass without approval",
      },
      [
        ...(protection?.on ? (["on"] as const) : []),
        ...(protection?.breakGlass ? (["breakGlass"] as const) : []),
      ],
      "Break glass: one operator, with a reason. Approvers and admins are alerted at once; an admin reviews it.",
    ),
    channelInput(
      "approvals",
      "Approval requests",
      protection?.channelId,
      "The channel for requests. Without one, Patchbay asks each approver directly. Invite Patchbay first.",
    ),
    textInput({
      blockId: "approval_minutes",
      actionId: "approval_minutes",
      label: "Requests expire after (minutes)",
      optional: true,
      maxLength: 4,
      value: String(protection?.minutes ?? usualMinutes),
      hint: `${fewestMinutes} to ${mostMinutes}; empty: ${usualMinutes}.`,
    }),
  ],
  read: (values) => {
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
    return { change: () => ({ protection: untouched ? undefined : protection }) };
  },
};
