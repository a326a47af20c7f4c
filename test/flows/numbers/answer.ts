import { expect } from "vitest";
import type { Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { blockText, leftOut } from "../../support/words.ts";

/** What the operator alone is told in answer to a line: the first answer that says these words. */
export async function answer(harness: Harness, omar: SlackPerson, line: string, words: string) {
  const before = harness.slack.ephemerals("U0OPER001").length;
  const { status, body } = await omar.command(line, { channelId: "C0INCID01" });
  // Help may go with the ack.
  const silent = body === "" || line.startsWith("help");
  expect({ status, silent }).toEqual({ status: 200, silent: true });
  const told = await harness.slack.eventually(`an answer to “${line}” that says “${words}”`, () =>
    harness.slack
      .ephemerals("U0OPER001")
      .slice(before)
      .find((message) => blockText(message).includes(words)),
  );
  expect(leftOut(told)).toEqual([]);
  expect(told.text).not.toMatch(/[*`]/u);
  return told;
}
