import type { ActionsBlock, KnownBlock } from "@slack/types";
import type { SubjectStatus } from "../../domain/problem/subject-status.ts";
import { limits, code, context, cut, escape, section, slackDate, type Message } from "./blocks.ts";
import { rowWithout } from "./button-row.ts";
import { actorMention, stripMrkdwn } from "./format.ts";

const shortTime = "{date_short_pretty} {time}";

/** How an action ended, and who ended it, in mrkdwn. */
export function endedText({ how, by, at, until, changeId, why }: SubjectStatus): string {
  const who = by ? ` by ${actorMention(by)}` : "";
  const when = at === undefined ? "" : ` ${slackDate(at, shortTime)}`;
  const which = changeId === undefined ? "" : ` (${code(changeId)})`;
  const reason = why === undefined ? "" : ` ${escape(cut(why, 300))}`;
  switch (how) {
    case "kept":
      return `:pushpin: *Kept${who}*${when}: it no longer reverts automatically.`;
    case "extended": {
      const now = until === undefined ? "" : `: it now reverts ${slackDate(until, shortTime)}`;
      return `:alarm_clock: *Extended${who}*${when}${now}.`;
    }
    case "reverting":
      return by
        ? `:leftwards_arrow_with_hook: *Being reverted now*, asked for${who}${when}.`
        : ":leftwards_arrow_with_hook: *Expired*: it is being reverted.";
    case "reverted":
      return `:leftwards_arrow_with_hook: *${by ? "Reverted early" : "Reverted automatically"}${who}*${when}${which}.`;
    case "left":
      return `:warning: *NOT reverted*${when}.${reason}`;
    case "undone":
      return `:leftwards_arrow_with_hook: *Undone${who}*${when}${which}.`;
    case "superseded":
      return `:arrows_counterclockwise: *Superseded by a newer change${who}*${when}${which}.`;
    case "made":
      return `:white_check_mark: *Already made${who}*${when}${which}.`;
    case "approved":
      return `:white_check_mark: *Approved${who}*${when}${which}.`;
    case "declined":
      return `:x: *Declined${who}*${when}.${reason}`;
    case "withdrawn":
      return `:leftwards_arrow_with_hook: *Withdrawn${who}*${when}.`;
    case "expired":
      return why === undefined
        ? `:hourglass: *Expired*${when}: nobody approved it in time.`
        : `:hourglass: *Expired*${when}.${reason}`;
    case "unfrozen":
      return `:white_check_mark: *Unfrozen${who}*${when}. It can be changed again.`;
    case "freeze_expired":
      return `:white_check_mark: *The freeze expired*${when}. It can be changed again.`;
    case "refrozen":
      return `:snowflake: *Frozen again${who}*${when}.`;
    case "unprotected":
      return `:unlock: *Unprotected${who}*${when}.`;
    case "incident_ended":
      return `:checkered_flag: *Ended${who}*${when}.`;
    case "reviewed":
      return `:white_check_mark: *Reviewed${who}*${when}.`;
    case "disconnected":
      return `:electric_plug: *Disconnected${who}*${when}.`;
    case "drift_gone":
      return `:white_check_mark: *Resolved.*${at === undefined ? " Someone changed the number since, or it is back to what Patchbay set." : ` Changed${who}${when}${which}.`}`;
  }
}

/** The buttons that belong to an action and are removed with it. Buttons that only show something stay. */
const actButtons =
  /^(undo|undo_anyway|restore|restore_form|open_form|keep_change|extend_change|end_change|unfreeze|approve|decline)(:|$)/u;

/** A message after its action ended: without the action's buttons, and with how it ended. */
export function closedMessage({ blocks, text }: Message, end: SubjectStatus): Message {
  const words = endedText(end);
  return {
    text: cut(`${stripMrkdwn(words)}\n${text}`, limits.messageText),
    blocks: [...blocks.flatMap(withoutActButtons), section(words)].slice(-limits.messageBlocks),
  };
}

/** A closed message with buttons for what can be done next. */
export function renewedMessage(closed: Message, buttons: ActionsBlock["elements"]): Message {
  const fresh: KnownBlock = { type: "actions", elements: [...buttons] };
  return { ...closed, blocks: [...closed.blocks, fresh].slice(-limits.messageBlocks) };
}

/** A message without the drift findings that are gone. Removes their buttons, by action_id, and says so. */
export function withoutFindings({ blocks, text }: Message, gone: ReadonlySet<string>): Message {
  const left = blocks.flatMap((block) => withoutButtons(block, (actionId) => gone.has(actionId)));
  const words = ":white_check_mark: Numbers without a restore button are resolved.";
  const said = left.some((block) => block.type === "context" && JSON.stringify(block).includes(words));
  return {
    text: said ? text : cut(`${text}\n${stripMrkdwn(words)}`, limits.messageText),
    blocks: (said ? left : [...left, context(words)]).slice(-limits.messageBlocks),
  };
}

function withoutActButtons(block: KnownBlock): KnownBlock[] {
  return withoutButtons(block, (actionId) => actButtons.test(actionId));
}

function withoutButtons(block: KnownBlock, isOver: (actionId: string) => boolean): KnownBlock[] {
  return block.type === "actions" ? rowWithout(block, isOver) : [block];
}
