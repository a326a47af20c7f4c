import type { Button, KnownBlock } from "@slack/types";
import { toolTitles, type OnCallNow, type OnCallSchedule } from "../../domain/access/on-call.ts";
import {
  bold,
  button,
  code,
  escape,
  message,
  plainText,
  section,
  slackDate,
  type Message,
} from "../block-kit/blocks.ts";
import { buttonRow } from "../block-kit/button-row.ts";
import { stripMrkdwn } from "../block-kit/format.ts";

/** The schedules of a workspace with who is on call now, and buttons for admins. */
export function onCallMessage(schedules: readonly OnCallNow[]): Message {
  const add = buttonRow([button("oncall:new", "New schedule…", "new", "primary")]);
  if (schedules.length === 0) {
    const none =
      "There are no on-call schedules yet. With one, a role can belong to the people on call in PagerDuty or Grafana IRM.";
    return message([section(none), add], stripMrkdwn(none));
  }
  const blocks = schedules.flatMap((now): KnownBlock[] => {
    const { id, people } = now.schedule;
    const isNew = people.length === 0;
    return [
      section(scheduleText(now), removeButton(now.schedule)),
      buttonRow([
        button("oncall:people", "People…", id, isNew ? "primary" : undefined),
        button("oncall:key", "Key…", id),
      ]),
    ];
  });
  const next = "Which role a schedule gives is for `/number settings`.";
  return message(
    [...blocks, section(next), add],
    stripMrkdwn([...schedules.map(scheduleText), next].join("\n")),
  );
}

/** A schedule in mrkdwn: who is on call by it, and what keeps it from giving a role. */
export function scheduleText(now: OnCallNow): string {
  const { name, tool, schedule, people } = now.schedule;
  const head = `${bold(name)} · ${toolTitles[tool]} ${code(schedule)} · ${countText(people.length)} confirmed`;
  return [head, nowText(now)].join("\n");
}

/** Who is on call, in mrkdwn. */
export function nowText({ people, unmapped, staleSince, unreadable, schedule }: OnCallNow): string {
  if (unreadable !== undefined)
    return `:warning: It cannot be read, so it gives no role now. ${escape(unreadable)}`;
  const who =
    people.length > 0
      ? `On call: ${people.map(({ userId }) => `<@${userId}>`).join(", ")}.`
      : unmapped > 0
        ? "On call: nobody whom an admin has confirmed."
        : `Nobody is on call${schedule.tool === "pagerduty" ? ", or no escalation policy of PagerDuty uses it" : ""}.`;
  const others =
    unmapped > 0 ? [`:warning: ${countText(unmapped)} on call not confirmed: press *People…*.`] : [];
  const old =
    staleSince === undefined
      ? []
      : [
          `:hourglass: As of ${slackDate(staleSince, "{time}")}: it cannot be read now, and counts for 10 minutes.`,
        ];
  return [who, ...others, ...old].join(" ");
}

const countText = (people: number): string => (people === 1 ? "1 person" : `${people} people`);

function removeButton({ id, name }: OnCallSchedule): Button {
  return {
    ...button("oncall:remove", "Remove", id, "danger"),
    confirm: {
      title: plainText("Remove this schedule?"),
      text: plainText(`“${name}” and its key are removed. Nothing is changed at the tool.`, 300),
      confirm: plainText("Remove"),
      deny: plainText("Cancel"),
      style: "danger",
    },
  };
}
