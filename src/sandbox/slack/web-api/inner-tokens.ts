import { secret } from "../ids.ts";

/** `emulate` accepts 5,000 requests an hour per token, unlike Slack. */
const mostUsesEach = 4_900;
const count = 200;

/** Tokens that all belong to the app's bot in `emulate`. */
export interface InnerTokens {
  /** All of them, for the seed. */
  readonly all: readonly string[];
  /** The token for the next request. They suffice for 980,000 requests. */
  next(): string;
}

/** Creates a workspace's tokens for its `emulate`. */
export function innerTokens(usesEach = mostUsesEach): InnerTokens {
  const common = secret();
  const all = Array.from({ length: count }, (_, at) => `xoxb-inside-${common}-${at}`);
  let used = 0;
  return {
    all,
    next() {
      const token = all[Math.floor(used / usesEach)];
      if (token === undefined) throw new Error(`the fake has answered ${used} calls and takes no more`);
      used += 1;
      return token;
    },
  };
}
