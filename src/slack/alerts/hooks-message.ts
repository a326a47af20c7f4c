import type { Button, KnownBlock } from "@slack/types";
import { z } from "zod";
import { sourceTitles, type Hook, type Mapping } from "../../domain/alerts/hook.ts";
import { mappingText } from "../../domain/alerts/mapping-text.ts";
import {
  bold,
  button,
  code,
  context,
  escape,
  message,
  section,
  slackDate,
  type Message,
} from "../block-kit/blocks.ts";
import { confirmed } from "../block-kit/confirmed.ts";
import { buttonRow } from "../block-kit/button-row.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { buttonValue, json } from "../block-kit/typed-value.ts";

/** A mapping of a hook, as the value of a button. */
export const mappingValue = buttonValue(json(z.object({ hook: z.string(), mapping: z.string() })));

/** A message has 50 blocks; each hook takes three, and one for each of its mappings. */
const mostBlocks = 44;

/** The path of a hook. Only the operator knows the host. */
export function hookPath({ id }: Pick<Hook, "id">): string {
  return `/hooks/${id}`;
}

/** The hooks of a workspace, with what each proposes, and buttons for admins. */
export function hooksMessage(hooks: readonly Hook[]): Message {
  const add = buttonRow([button("hook:new", "New hook…", "new", "primary")]);
  if (hooks.length === 0) {
    const none =
      "There are no hooks yet. A hook is an address to which an alerting tool sends alerts. Patchbay then proposes a failover in a channel, and a person decides.";
    return message([section(none), add], stripMrkdwn(none));
  }
  const blocks: KnownBlock[] = [];
  let shown = 0;
  for (const hook of hooks) {
    const own = hookBlocks(hook);
    if (blocks.length + own.length > mostBlocks) break;
    blocks.push(...own);
    shown += 1;
  }
  const left = hooks.length - shown;
  const more =
    left > 0 ? [context(`And ${left} more: \`patchbay hooks list\` on the server lists all.`)] : [];
  return message([...blocks, ...more, add], stripMrkdwn(hooks.map(hookText).join("\n")));
}

function hookBlocks(hook: Hook): KnownBlock[] {
  const { id, mappings, source, hasSecret } = hook;
  const own = [
    button("hook:map", "Add mapping…", id, mappings.length === 0 && hasSecret ? "primary" : undefined),
    button("hook:secret", "Set secret…", id, hasSecret ? undefined : "primary"),
  ];
  const notes = source === "pagerduty" ? [button("hook:notes", "Notes…", id)] : [];
  return [
    section(hookText(hook), removeButton(hook)),
    ...mappings.map((mapping) => section(mappingLine(mapping), removeMappingButton(hook, mapping))),
    buttonRow(own, notes),
  ];
}

/** A hook in mrkdwn: where to send to, and what came last. */
export function hookText(hook: Hook): string {
  const { name, source, mappings, hasSecret, hasNoteToken, lastAt, lastMatched } = hook;
  const secret = hasSecret ? [] : [":warning: It has no secret yet, so it refuses everything."];
  const none =
    mappings.length === 0 ? [":warning: It has no mapping yet, so its alerts propose nothing."] : [];
  const last =
    lastAt === undefined
      ? "No alert yet."
      : `Last alert ${slackDate(lastAt)}${lastMatched === true ? "." : ", which no mapping matched."}`;
  const notes = hasNoteToken ? " Results go back as notes." : "";
  return [
    `${bold(name)} · ${sourceTitles[source]}`,
    `Address: ${code(`https://<host>${hookPath(hook)}`)}`,
    ...secret,
    ...none,
    `${last}${notes}`,
  ].join("\n");
}

function mappingLine(mapping: Mapping): string {
  return `• ${escape(mappingText(mapping))} in <#${mapping.channelId}>`;
}

function removeButton({ id, name }: Hook): Button {
  return confirmed(button("hook:remove", "Remove", id, "danger"), {
    title: "Remove this hook?",
    text: `What is sent to the address of “${name}” is refused from now on. Nothing is changed at a vendor.`,
    yes: "Remove",
    style: "danger",
  });
}

function removeMappingButton({ id }: Hook, mapping: Mapping): Button {
  const value = mappingValue.encode({ hook: id, mapping: mapping.id });
  return confirmed(button("hook:unmap", "Remove", value), {
    title: "Remove this mapping?",
    text: `Alerts no longer propose this: ${mappingText(mapping)}`,
    yes: "Remove",
    style: "danger",
  });
}
