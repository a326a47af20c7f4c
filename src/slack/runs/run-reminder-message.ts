import { isLeftToOperators } from "../../domain/runs/pause.ts";
import { mayNotText, requesterText } from "../../domain/runs/pause-text.ts";
import type { Run } from "../../domain/runs/run.ts";
import type { RunReminder } from "../../operations/notifications/notifier.ts";
import { message, section, slackDate, type Message } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { runRows } from "./run-message.ts";
import { boldTitle, requesterMention } from "../block-kit/run-text.ts";

/** Reminds the owner of a run, or the person who began it. */
export function reminderMessage(run: Run, about: RunReminder): Message {
  const words = `${ownerMention(run)} ${wordsOf(run, about)}`;
  return message([section(words), ...runRows(run)], stripMrkdwn(words));
}

function wordsOf(run: Run, about: RunReminder): string {
  const title = boldTitle(run);
  switch (about) {
    case "paused": {
      const until =
        run.endsAt === undefined ? "" : ` Its numbers were to stay switched until ${slackDate(run.endsAt)}.`;
      return `:double_vertical_bar: ${title} has been paused for an hour.${until} ${isLeftToOperators(run) ? requesterText : "Nothing happens until someone decides."}`;
    }
    case "ended_paused": {
      const since = run.endsAt === undefined ? "" : ` since ${slackDate(run.endsAt)}`;
      return `:alarm_clock: The time of ${title} has been over${since}, and it is paused. What it switched stays so until someone decides.${isLeftToOperators(run) ? ` ${requesterText}` : ""}`;
    }
    case "ended": {
      const until = run.endsAt === undefined ? "" : ` since ${slackDate(run.endsAt)}`;
      return `:alarm_clock: The time of ${title} has been over${until}. The numbers stay switched until someone takes it back.`;
    }
    case "doubtful":
      return `:warning: The time of ${title} is over, but some numbers are no longer as it left them, or cannot be changed now. Patchbay changed nothing: someone has to decide.`;
    case "not_operator":
      return `:warning: The time of ${title} is over, and Patchbay did not take it back. ${mayNotText} Any operator can take it back with *Fail back…*.`;
  }
}

function ownerMention({ terms: { plan }, by }: Run): string {
  const owner = plan?.owner ?? by.userId;
  if (owner === undefined) return requesterMention(by);
  return owner.startsWith("S") ? `<!subteam^${owner}>` : `<@${owner}>`;
}
