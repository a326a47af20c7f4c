import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { App } from "@slack/bolt";
import { SocketModeClient } from "@slack/socket-mode";
import { startSlackSandbox, type SlackSandbox } from "../../../src/sandbox/slack/index.ts";
import { boltLogger } from "../../../src/slack/context/bolt-logger.ts";
import {
  handleInterruptedStart,
  dualSocketReceiver,
  type DualSocketReceiver,
} from "../../../src/slack/server/dual-socket-receiver.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

const appToken = "xapp-paired";
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

let slack: SlackSandbox;
let sockets: DualSocketReceiver;
let heard: string[];
beforeEach(async () => {
  heard = [];
  slack = await startSlackSandbox({ signingSecret: "s", appToken, workspaces: [demoWorkspace] });
  sockets = dualSocketReceiver({ appToken, logger: boltLogger(quiet) }, slack.apiUrl, {
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

it("receives every command while Slack refreshes one connection after the other", async () => {
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

const replica = (n: number) => ({ id: `rep_${n}`, version: "1", startedAt: new Date(0), seenMsAgo: 0 });

it("opens one connection beside other replicas, and the second when they are gone", async () => {
  const state = { replicas: 2, asked: 0 };
  const beside = dualSocketReceiver(
    {
      appToken,
      logger: boltLogger(quiet),
      replicas: {
        live: async () => {
          state.asked += 1;
          if (state.asked === 3) throw new Error("cut off");
          return Array.from({ length: state.replicas }, (_, n) => replica(n));
        },
      },
    },
    slack.apiUrl,
    { lostAfterMs: 60_000, looksEveryMs: 5 },
  );
  const app = new App({
    receiver: beside,
    authorize: async () => ({ botToken: demoWorkspace.botToken }),
    logger: boltLogger(quiet),
    clientOptions: { slackApiUrl: slack.apiUrl },
  });
  await app.start();
  await slack.eventually("some looks", () => state.asked > 4);
  expect(beside.openCount()).toBe(1);
  state.replicas = 1;
  await slack.eventually("the second connection", () => beside.openCount() === 2);
  state.replicas = 2;
  const { asked } = state;
  await beside.stop();
  expect(state.asked).toBe(asked);
  await slack.eventually("its end", () => slack.socketCount() === 2);
});

describe("a connection that closes before it is open", () => {
  const connecting = (isStopping: boolean) => {
    const client = new SocketModeClient({
      appToken,
      logger: boltLogger(quiet),
      clientPingTimeout: 1,
      clientOptions: { slackApiUrl: slack.apiUrl },
    });
    handleInterruptedStart(client, () => isStopping);
    const begun = new Promise<void>((resolve) => client.once("connecting", () => resolve()));
    return { client, begun };
  };

  it("leaves no unhandled rejection if a stop interrupts the library's own attempt", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    onTestFinished(() => void process.off("unhandledRejection", note));
    const { client, begun } = connecting(true);
    // As in the library: after a socket has closed, it starts again by itself after a while.
    client.emit("close");
    await begun;
    await client.disconnect();
    await setImmediate();
    expect(unhandled).toEqual([]);
  });

  it("fails with a readable message if nothing stopped it", async () => {
    const { client, begun } = connecting(false);
    const ended = client.start().catch((error: unknown) => error);
    await begun;
    await client.disconnect();
    expect(await ended).toMatchObject({ message: "the connection to Slack ended before it was open" });
  });
});
