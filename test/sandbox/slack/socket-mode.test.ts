import { once } from "node:events";
import { App, SocketModeReceiver } from "@slack/bolt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type SlackSandbox, startSlackSandbox } from "../../../src/sandbox/slack/index.ts";
import { handleInterruptedStart } from "../../../src/slack/server/dual-socket-receiver.ts";
import { call, quiet, SECRET, workspace } from "./tiny-app.ts";

let sandbox: SlackSandbox;
let app: App;
let stopping: boolean;
const stop = async (): Promise<void> => {
  stopping = true;
  await app.stop();
};
// The library closes a socket that does not respond within this time, and reconnects after the same time. On a busy machine, a
// short one closes a socket that a test still needs.
const start = async (clientPingTimeout = 60_000): Promise<void> => {
  stopping = false;
  const receiver = new SocketModeReceiver({
    appToken: "xapp-one",
    logger: quiet,
    installerOptions: { clientOptions: { slackApiUrl: sandbox.apiUrl } },
    clientPingTimeout,
  });
  handleInterruptedStart(receiver.client, () => stopping);
  app = new App({
    receiver,
    logger: quiet,
    token: "xoxb-one",
    clientOptions: { slackApiUrl: sandbox.apiUrl },
  });
  await app.start();
};
beforeEach(async () => {
  sandbox = await startSlackSandbox({
    signingSecret: SECRET,
    appToken: "xapp-one",
    workspaces: [workspace()],
  });
  await start();
});
afterEach(async () => {
  await stop();
  await sandbox.close();
});

describe("a socket", () => {
  it("delivers commands and accepts the payload of the acknowledgement", async () => {
    app.command("/number", async ({ ack, command }) => ack(`heard ${command.text}`));
    const delivery = await sandbox.as("T1", "U1").command("list");
    expect(delivery).toMatchObject({ kind: "command", status: 200 });
    expect(sandbox.ephemerals("U1").map(({ text }) => text)).toEqual(["heard list"]);
    expect(sandbox.socketCount()).toBe(1);
  });

  it("delivers forms, options and events", async () => {
    const events: string[] = [];
    const text = { type: "plain_text" as const, text: "Main" };
    app.shortcut("open", async ({ ack, client, shortcut }) => {
      await ack();
      const element = { type: "external_select" as const, action_id: "number", min_query_length: 0 };
      await client.views.open({
        trigger_id: shortcut.trigger_id,
        view: {
          type: "modal",
          callback_id: "form",
          title: text,
          submit: text,
          blocks: [{ type: "input", block_id: "number", label: text, element }],
        },
      });
    });
    app.options("number", async ({ ack }) => ack({ options: [{ text, value: "n1" }] }));
    app.view("form", async ({ ack }) => ack({ response_action: "errors", errors: { number: "Taken" } }));
    app.event("app_uninstalled", async () => {
      events.push("uninstalled");
      return Promise.resolve();
    });
    const person = sandbox.as("T1", "U1");
    await person.globalShortcut("open");
    await sandbox.eventually("the form", () => person.view());
    const [option] = await person.options("number", "m");
    await person.choose("number", option ?? { text: "", value: "" });
    expect((await person.submit()).errors).toEqual({ number: "Taken" });
    await sandbox.sendEvent("T1", { type: "app_uninstalled" }, { eventId: "Ev1", retry: 1 });
    expect(events).toEqual(["uninstalled"]);
    expect(sandbox.deliveries.at(-1)).toMatchObject({ kind: "event", payload: { event_id: "Ev1" } });
  });

  it("is replaced when it is told to refresh", async () => {
    const opened = (): number =>
      sandbox.calls.filter(({ method }) => method === "apps.connections.open").length;
    await stop();
    await start(100);
    const before = opened();
    expect(before).toBeGreaterThan(1);
    sandbox.refreshSocket();
    await sandbox.eventually("a new connection", () => opened() > before && sandbox.socketCount() === 1);
  });

  it("stays open after a warning, because the app closes it", async () => {
    await stop();
    await sandbox.eventually("no connection", () => sandbox.socketCount() === 0);
    const { url } = await call(sandbox, "apps.connections.open", {}, "xapp-one");
    const socket = new WebSocket(String(url));
    const frames: string[] = [];
    socket.on("message", (data: Buffer) => frames.push(data.toString()));
    await sandbox.eventually("a hello", () => frames.length === 1);
    sandbox.refreshSocket({ reason: "warning", all: true });
    await sandbox.eventually("the warning", () => frames.length === 2);
    expect(frames.map((frame): unknown => JSON.parse(frame))).toMatchObject([
      { type: "hello", num_connections: 1 },
      { type: "disconnect", reason: "warning" },
    ]);
    expect(socket.readyState).toBe(WebSocket.OPEN);
    const again = new WebSocket(String(url));
    await expect(once(again, "open")).rejects.toThrow("401");
    socket.terminate();
  });

  it("needs the app's token, and one ticket per socket", async () => {
    expect(await call(sandbox, "apps.connections.open", {}, "xoxb-one")).toEqual({
      ok: false,
      error: "invalid_auth",
    });
    const { url } = await call(sandbox, "apps.connections.open", {}, "xapp-one");
    expect(url).toMatch(/^ws:\/\/localhost:\d+\/link\/\?ticket=/u);
  });

  it("leaves a command undelivered once it is closed", async () => {
    await stop();
    await sandbox.eventually("no connection", () => sandbox.socketCount() === 0);
    expect((await sandbox.as("T1", "U1").command("x")).problem).toBe("dispatch_failed");
  });
});
