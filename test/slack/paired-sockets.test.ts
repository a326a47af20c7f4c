import { afterEach, beforeEach, expect, it } from "vitest";
import { App } from "@slack/bolt";
import { startSlackSandbox, type SlackSandbox } from "../../src/sandbox/slack/index.ts";
import { demoWorkspace } from "../../src/demo/house.ts";
import { boltLogger } from "../../src/slack/logger.ts";
import { pairedSockets, type PairedSockets } from "../../src/slack/paired-sockets.ts";

const appToken = "xapp-paired";
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

let slack: SlackSandbox;
let sockets: PairedSockets;
let heard: string[];
beforeEach(async () => {
  heard = [];
  slack = await startSlackSandbox({ signingSecret: "s", appToken, workspaces: [demoWorkspace] });
  sockets = pairedSockets({ appToken, logger: boltLogger(quiet) }, slack.apiUrl, {
    lostAfterMs: 0,
    looksEveryMs: 5,
  });
  const app = new App({
    receiver: sockets,
    authorize: async () => ({ botToken: demoWorkspace.botToken }),
    logger: boltLogger(quiet),
    clientOptions: { slackApiUrl: slack.apiUrl },
  });
  app.command("/number", async ({ ack, body }) => {
    heard.push(body.text);
    await ack();
  });
  await app.start();
  await slack.eventually("two connections", () => slack.socketCount() === 2);
});
afterEach(async () => {
  await sockets.stop();
  await slack.close();
});

it("hears every command while Slack refreshes one connection after the other", async () => {
  const omar = slack.as("T0PATCH01", "U0OPER001");
  for (let turn = 0; turn < 5; turn += 1) {
    if (turn === 1) slack.refreshSocket();
    const { problem, status } = await omar.command(`list ${turn}`);
    expect({ problem, status }).toEqual({ problem: undefined, status: 200 });
  }
  expect(heard).toEqual(["list 0", "list 1", "list 2", "list 3", "list 4"]);
  expect(sockets.openCount()).toBeGreaterThan(0);
});

it("knows that it is not connected, and says when it is lost for good", async () => {
  slack.fail("apps.connections.open", { error: "internal_error" });
  slack.refreshSocket({ all: true });
  await sockets.lost;
  expect(sockets.openCount()).toBe(0);
});
