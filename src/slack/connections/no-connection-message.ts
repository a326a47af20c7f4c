import type { KnownBlock } from "@slack/types";
import { section } from "../block-kit/blocks.ts";

/** What to do in a workspace without connections. */
export const noConnectionText =
  "*No vendor account is connected yet*, so there are no numbers. An admin can connect one with `/number connect`, or on the server with `patchbay connect`.";

export function noConnectionBlocks(): KnownBlock[] {
  return [section(noConnectionText)];
}
