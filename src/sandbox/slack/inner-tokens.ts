import { secret } from "./ids.ts";

/** `emulate` takes 5,000 requests an hour from one token, which no Slack does. */
const mostUsesEach = 4_900;
const count = 200;

/** Tokens that all stand for the app's bot inside `emulate`. */
export interface InnerTokens {
  /** All of them, to be seeded. */
  readonly all: readonly string[];
  /** The one for the next request: 980,000 of them before `emulate` refuses one. */
  next(): string;
}

/** Makes the tokens with which a workspace speaks to the `emulate` behind it. */
export function innerTokens(usesEach = mostUsesEach): InnerTokens {
  const all = Array.from({ length: count }, () => `xoxb-inside-${secret()}`);
  let used = 0;
  return {
    all,
    next() {
      const token = all[Math.floor(used / usesEach)];
      if (token === undefined) throw new Error(`the stand-in has answered ${used} calls and takes no more`);
      used += 1;
      return token;
    },
  };
}
