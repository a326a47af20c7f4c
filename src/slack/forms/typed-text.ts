import { withEmoji } from "../../domain/text/emoji.ts";
import { ownValue } from "../../domain/shared/own-value.ts";

/**
 * Converts text from a command or a message back to what people saw: Slack's links, mentions, dates and emoji as
 * displayed, and `&`, `<` and `>` unescaped. A mention becomes plain text. Never use it for a form's inputs, which
 * Slack sends unchanged.
 */
export function typedText(sent: string): string {
  return sent.replace(/<([^<>]*)>|[^<]+|</gu, (part, inAngles?: string) =>
    inAngles === undefined ? unescaped(withEmoji(part)) : (linkText(inAngles) ?? unescaped(part)),
  );
}

const escapes: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">" };

function unescaped(text: string): string {
  return text.replace(/&(amp|lt|gt);/gu, (whole, name: string) => ownValue(escapes, name) ?? whole);
}

/** The visible text of one of Slack's links; undefined for anything else. */
function linkText(inside: string): string | undefined {
  const bar = inside.indexOf("|");
  const target = unescaped(bar < 0 ? inside : inside.slice(0, bar));
  const label = unescaped(bar < 0 ? "" : inside.slice(bar + 1));
  const [sign = ""] = target;
  const id = target.slice(1);
  if (sign === "@" || sign === "#") return withSign(sign, label || id);
  if (sign === "!") return specialText(id, label);
  const [, scheme = "", rest = ""] = /^([a-z][a-z0-9+.-]*):(.*)$/iu.exec(target) ?? [];
  if (scheme === "") return undefined;
  // If the label is not a number, the linked number is used.
  if (scheme.toLowerCase() === "tel") return label.replace(/\D/gu, "").length >= 4 ? label : rest;
  return label || (scheme.toLowerCase() === "mailto" ? rest : target);
}

function specialText(special: string, label: string): string {
  const [name = "", value = ""] = special.split("^");
  if (name === "date") return label || new Date(Number(value) * 1000).toUTCString();
  return withSign("@", label || value || name);
}

const withSign = (sign: string, name: string): string => (name.startsWith(sign) ? name : `${sign}${name}`);
