import { afterEach, beforeEach, expect, it } from "vitest";
import { call, type Pair, startPair } from "./tiny-app.ts";

let pair: Pair;
beforeEach(async () => {
  pair = await startPair();
});
afterEach(async () => {
  await pair.close();
});

it("lets people post plain messages, also in threads and in the past", () => {
  const { sandbox } = pair;
  const root = sandbox.as("T1", "U1").say("first", { channelId: "C1", atMs: Date.now() - 60_000 });
  sandbox.as("T1", "U2").say("second", { channelId: "C1", threadTs: root.ts });
  expect(sandbox.messages("C1")).toMatchObject([
    { text: "first", user: "U1", blocks: [] },
    { text: "second", user: "U2", threadTs: root.ts },
  ]);
  expect(Number(root.ts)).toBeLessThan(Date.now() / 1000 - 59);
});

it("passes a person's message to a message shortcut", async () => {
  const { sandbox, app } = pair;
  const heard: string[] = [];
  app.shortcut("look", async ({ ack, shortcut }) => {
    await ack();
    if (shortcut.type === "message_action") heard.push(shortcut.message.text ?? "");
  });
  const said = sandbox.as("T1", "U1").say("call me", { channelId: "C1" });
  await sandbox.as("T1", "U2").messageShortcut("look", { ...said, channelId: "C1" });
  expect(heard).toEqual(["call me"]);
});

it("notifies listeners of messages, requests and calls until they unsubscribe", async () => {
  const { sandbox, app } = pair;
  app.shortcut("wave", async ({ ack }) => ack());
  let changes = 0;
  const leave = sandbox.listen(() => (changes += 1));
  sandbox.as("T1", "U1").say("hello", { channelId: "C1" });
  expect(changes).toBe(1);
  await call(sandbox, "auth.test", {});
  expect(changes).toBe(2);
  await sandbox.as("T1", "U1").globalShortcut("wave");
  expect(changes).toBe(3);
  leave();
  sandbox.as("T1", "U1").say("bye", { channelId: "C1" });
  expect(changes).toBe(3);
});

it("records the response to each call", async () => {
  const { sandbox } = pair;
  await call(sandbox, "users.info", { user: "U2" });
  expect(sandbox.calls.at(-1)).toMatchObject({ answer: { ok: true, user: { name: "grace-hopper" } } });
});

it("explains an empty menu, and distinguishes fields with the same action id by their block", async () => {
  const { sandbox, app } = pair;
  app.options(/^/u, async ({ ack, options }) => {
    const option = { text: { type: "plain_text" as const, text: options.block_id }, value: "v" };
    await ack({ options: options.value === "too long" ? [{ ...option, value: "x".repeat(200) }] : [option] });
  });
  const select = { type: "external_select", action_id: "pick", min_query_length: 0 };
  const posted = await call(sandbox, "chat.postMessage", {
    channel: "C2",
    text: "two",
    blocks: ["one", "two"].map((block_id) => ({ type: "actions", block_id, elements: [select] })),
  });
  const message = sandbox.messages("C2").find(({ ts }) => ts === posted["ts"]);
  if (!message) throw new Error("the message is not there");
  const ada = sandbox.as("T1", "U1");
  const two = { in: message, blockId: "two" };
  expect(await ada.suggestions("pick", "", two)).toEqual({ options: [{ text: "two", value: "v" }] });
  expect(await ada.suggestions("pick", "too long", two)).toMatchObject({
    options: [],
    problem: expect.stringContaining("options refused"),
  });
  await expect(ada.options("pick", "", { in: message })).rejects.toThrow("could be any of");
});
