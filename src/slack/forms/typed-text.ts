import { withEmoji } from "../../domain/emoji.ts";
import { ownValue } from "../../domain/own-value.ts";

/**
 * What a person typed, from what Slack sends of it in a command or in a message's text: its links, mentions, dates and
 * emoji as they were read on the screen, and `&`, `<` and `>` as themselves. A mention is only words from then on. What is
 * typed into a form's input comes as it is and is never read with this.
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

/** What a link of Slack's reads as; undefined for what is none. */
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
  // A number under other words is the number.
  if (scheme.toLowerCase() === "tel") return label.replace(/\D/gu, "").length >= 4 ? label : rest;
  return label || (scheme.toLowerCase() === "mailto" ? rest : target);
}

/** `!here`, `!subteam^S1|@oncall`, `!date^1772442000^{date}|March 2`. */
function specialText(special: string, label: string): string {
  const [name = "", value = ""] = special.split("^");
  if (name === "date") return label || new Date(Number(value) * 1000).toUTCString();
  return withSign("@", label || value || name);
}

const withSign = (sign: string, name: string): string => (name.startsWith(sign) ? name : `${sign}${name}`);
