import { bold, button, context, type Message, message, section } from "../block-kit/blocks.ts";
import type { Protection } from "../../domain/access/protection.ts";
import type { ProtectionList } from "../../operations/restrictions/protect.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { scopeValue } from "../block-kit/key-values.ts";

const mostShown = 30;
const switchedOff =
  ":warning: Approvals are off in this workspace, so this has no effect yet. Turn them on: `/number settings`.";

/** The protections, each with a button that removes it. */
export function protectionListMessage({ protections, on }: ProtectionList): Message {
  const off = on ? [] : [switchedOff];
  if (protections.length === 0) {
    const words = [
      "Nothing is protected. `/number protect Main line` protects a number, and `/number protect Main line with two approvals` wants two.",
      ...off,
    ].join("\n");
    return message([section(words)], stripMrkdwn(words));
  }
  const shown = protections.slice(0, mostShown);
  const lines = shown.map(
    ({ title, approvals }) => `:lock: ${bold(title)}${approvals === 2 ? " · two approvals" : ""}`,
  );
  const more =
    protections.length > shown.length
      ? [
          context(
            `And ${protections.length - shown.length} more: \`/number unprotect\` with a name or digits finds each of them.`,
          ),
        ]
      : [];
  return message(
    [
      ...off.map((words) => section(words)),
      ...shown.map((one, index) =>
        section(lines[index] ?? "", button("unprotect", "Unprotect", scopeValue.encode(one))),
      ),
      ...more,
    ],
    stripMrkdwn([...off, ...lines].join("\n")),
  );
}

export function protectedMessage({ title, approvals }: Protection, on: boolean): Message {
  const who = approvals === 2 ? "the approvals of two other people" : "a second person's approval";
  const words = [
    `:lock: ${bold(title)} is protected: changes need ${who}.`,
    ...(on ? [] : [switchedOff]),
  ].join("\n");
  return message([section(words)], stripMrkdwn(words));
}

export function unprotectedMessage({ title }: Protection): Message {
  const words = `:unlock: ${bold(title)} is no longer protected.`;
  return message([section(words)], stripMrkdwn(words));
}
