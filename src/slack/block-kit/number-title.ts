import { isBlank, visibleLine } from "../../domain/text/visible-text.ts";
import { bold, code, cut, escape } from "./blocks.ts";
import { formatE164 } from "../../operations/shared/format-number.ts";

/** The title of a number, in mrkdwn: *Main line* (+1 415 555 0100). */
export function numberTitle({
  name,
  e164,
  numberId,
}: {
  readonly name?: string | null | undefined;
  readonly e164?: string | undefined;
  /** Shown if nothing else is known about the number. */
  readonly numberId?: string | undefined;
}): string {
  if (!e164 && !name && numberId) return `number ${code(numberId)}`;
  const digits = e164 ? escape(cut(formatE164(e164), 30)) : "number";
  return name && !isBlank(name) ? `${bold(cut(name, 100))} (${digits})` : `*${digits}*`;
}

/** Whether a number has a name that can be seen. */
export function hasName({ name }: { readonly name?: string | null | undefined }): boolean {
  return Boolean(name) && !isBlank(name ?? "");
}

/** What a number is called in a headline, in mrkdwn: its name, or its digits where it has none. */
export function numberName(number: Parameters<typeof numberTitle>[0]): string {
  return hasName(number) ? bold(cut(number.name ?? "", 100)) : numberTitle(number);
}

/** The title in plain text, for options and buttons, short enough to always include the digits. */
export function numberLabel({
  name,
  e164,
}: {
  readonly name?: string | null | undefined;
  readonly e164?: string | undefined;
}): string {
  const digits = e164 ? cut(formatE164(e164), 30) : "number";
  return name && !isBlank(name) ? `${cut(visibleLine(name), 40)} (${digits})` : digits;
}
