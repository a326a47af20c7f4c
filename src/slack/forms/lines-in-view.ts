import type { KnownBlock } from "@slack/types";
import { context, limits, sections } from "../block-kit/blocks.ts";

/** What a view has besides such lines, in blocks. */
const others = 5;
/** The longest view that Slack takes is 250 kB; this leaves room for characters of several bytes. */
const mostChars = 100_000;

/** Lines as the blocks of a view, and how many of them do not fit. */
export function linesInView(lines: readonly string[]): KnownBlock[] {
  let chars = 0;
  const fitting = lines.filter((line) => {
    chars += line.length + 1;
    return chars <= mostChars;
  });
  const blocks = sections(fitting).slice(0, limits.viewBlocks - others);
  const left = lines.length - fitting.length;
  return left > 0
    ? [
        ...blocks,
        context(`And ${left} more, which do not fit here: \`patchbay failover export\` has them all.`),
      ]
    : blocks;
}
