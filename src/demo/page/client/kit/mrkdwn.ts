/** A piece of mrkdwn, as in https://docs.slack.dev/messaging/formatting-message-text. */
export type Piece =
  | { readonly kind: "text" | "code" | "pre"; readonly text: string }
  | { readonly kind: "bold" | "italic" | "strike" | "quote"; readonly pieces: readonly Piece[] }
  | { readonly kind: "user" | "channel" | "broadcast"; readonly id: string; readonly label: string }
  | { readonly kind: "link"; readonly url: string; readonly label: string }
  | { readonly kind: "date"; readonly seconds: number; readonly form: string; readonly otherwise: string }
  | { readonly kind: "emoji"; readonly name: string }
  | { readonly kind: "break" };

/** Unescapes the three characters that Slack escapes. */
export function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Parses mrkdwn. Anything else stays text: nothing is lost and nothing becomes markup of the page. */
export function readMrkdwn(text: string): Piece[] {
  return text.split(/(```[\s\S]+?```)/u).flatMap((part, at): Piece[] => {
    if (at % 2 === 1) return [{ kind: "pre", text: unescaped(part.slice(3, -3).replace(/^\n|\n$/gu, "")) }];
    return lines(part);
  });
}

function lines(text: string): Piece[] {
  const pieces: Piece[] = [];
  let quoted: string[] = [];
  const endQuote = (): void => {
    if (quoted.length > 0) pieces.push({ kind: "quote", pieces: joined(quoted) });
    quoted = [];
  };
  let plain: string[] = [];
  const endPlain = (): void => {
    if (plain.length > 0) pieces.push(...joined(plain));
    plain = [];
  };
  for (const line of text.split("\n")) {
    const quote = /^(?:&gt;|>) ?(.*)$/u.exec(line)?.[1];
    if (quote === undefined) {
      endQuote();
      plain.push(line);
    } else {
      endPlain();
      quoted.push(quote);
    }
  }
  endQuote();
  endPlain();
  return pieces;
}

function joined(several: readonly string[]): Piece[] {
  return several.flatMap((line, at): Piece[] =>
    at === 0 ? inline(line) : [{ kind: "break" }, ...inline(line)],
  );
}

// A word joiner next to a mark disables it, as a letter does.
const wordy = String.raw`[\p{L}\p{N}\u2060]`;
const token = new RegExp(
  [
    String.raw`<(?<angle>[^<>\n]+)>`,
    "(?<!\\u2060)`(?<code>[^`\\n]+)`(?!\\u2060)",
    String.raw`(?<!${wordy})(?<mark>[*_~])(?<marked>(?![\s\u2060*_~])(?:[^\n]*?[^\s\u2060])?)\k<mark>(?!${wordy})`,
    String.raw`:(?<emoji>[a-z0-9_+'-]+):`,
  ].join("|"),
  "gu",
);

function inline(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  const say = (words: string): void => {
    if (words !== "") pieces.push({ kind: "text", text: unescaped(words) });
  };
  for (const match of text.matchAll(token)) {
    const { angle, code, mark, marked, emoji } = match.groups ?? {};
    if (mark !== undefined && !marked) continue;
    say(text.slice(from, match.index));
    from = match.index + match[0].length;
    if (angle !== undefined) pieces.push(inAngles(angle));
    else if (code !== undefined) pieces.push({ kind: "code", text: unescaped(code) });
    else if (emoji !== undefined) pieces.push({ kind: "emoji", name: emoji });
    else if (marked !== undefined) {
      const kind = mark === "*" ? "bold" : mark === "_" ? "italic" : "strike";
      pieces.push({ kind, pieces: inline(marked) });
    }
  }
  say(text.slice(from));
  return pieces;
}

function inAngles(inside: string): Piece {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : unescaped(inside.slice(bar + 1));
  if (target.startsWith("@")) return { kind: "user", id: target.slice(1), label };
  if (target.startsWith("#")) return { kind: "channel", id: target.slice(1), label };
  const date = /^!date\^(\d+)\^([^^]+)/u.exec(target);
  if (date) return { kind: "date", seconds: Number(date[1]), form: date[2] ?? "", otherwise: label };
  if (target.startsWith("!")) return { kind: "broadcast", id: target.slice(1), label };
  const url = unescaped(target);
  // No other scheme, for example a script, may become a link.
  if (!/^(?:https?:|mailto:|tel:)/iu.test(url)) return { kind: "text", text: `<${unescaped(inside)}>` };
  return { kind: "link", url, label: label || url.replace(/^(?:mailto|tel):/iu, "") };
}
