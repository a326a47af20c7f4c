import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { WebClient } from "@slack/web-api";
import { expect, it, onTestFinished } from "vitest";
import { message, section } from "../../../src/slack/block-kit/blocks.ts";
import { table } from "../../../src/slack/block-kit/table.ts";
import { updateMessage } from "../../../src/slack/delivery/update-message.ts";

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A Slack that takes no table. Gives a client of it, and what it was sent. */
async function olderSlack() {
  const asked: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    asked.push(body);
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify(body.includes("rich_text") ? { ok: false, error: "invalid_blocks" } : { ok: true }),
    );
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const patient = new WebClient("xoxb-1", {
    slackApiUrl: `http://127.0.0.1:${port}/`,
    retryConfig: { retries: 0 },
  });
  return { asked, clients: { patient } };
}

it("updates with lines in place of a table that Slack refuses, and gives up on other blocks", async () => {
  const { asked, clients } = await olderSlack();
  const drawn = table(["Connection", "Changed", "Trouble"], [["prod", "1 of 2", ""]]);
  const said = message([section("It is running."), ...(drawn ? [drawn] : [])], "It is running.");
  const place = { channelId: "C1", ts: "1.1", ids: {} };
  expect(await updateMessage(clients, quiet, place, said)).toBe("updated");
  expect(asked).toHaveLength(2);
  expect(decodeURIComponent(asked[1] ?? "").replaceAll("+", " ")).toContain("prod · 1 of 2 · –");
  const rich = message([{ type: "rich_text", elements: [] }], "rich_text");
  expect(await updateMessage(clients, quiet, place, rich)).toBe("impossible");
});
