import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import { App, type AckFn, type RespondArguments } from "@slack/bolt";
import { afterEach, beforeEach, expect, test } from "vitest";
import { boltLogger } from "../../src/slack/logger.ts";
import { httpReceiver } from "../../src/slack/http-receiver.ts";
import { listening } from "../../src/slack/web-server.ts";

const signingSecret = "a-signing-secret";
const form = "application/x-www-form-urlencoded";
const command = "command=%2Fnumber&team_id=T1&user_id=U1&text=help";
const help = Object.freeze({ response_type: "ephemeral", text: "Grüße" } as const);

let server: Server;
let port: number;
let logged: string[];
let heard: { readonly text: unknown; readonly retryNum: number | undefined }[];
let answer: (ack: AckFn<string | RespondArguments>) => Promise<void>;
beforeEach(async () => {
  logged = [];
  heard = [];
  answer = async (ack) => ack();
  const note = (_about: object, words: string) => void logged.push(words);
  const log = { info: note, warn: note, error: note };
  const receiver = httpReceiver({ signingSecret, log });
  const app = new App({
    receiver,
    logger: boltLogger({ ...log, warn: () => undefined }),
    convoStore: false,
    ignoreSelf: false,
    authorize: async () => ({}),
  });
  app.error(async (error) => {
    throw error;
  });
  app.use(async (args) => {
    heard.push({ text: "command" in args ? args.command.text : undefined, retryNum: args.context.retryNum });
    if ("command" in args) await answer(args.ack);
  });
  server = createServer((request, response) => void receiver.answer(request, response));
  port = await listening(server, "127.0.0.1", 0);
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test("answers what a listener acks, with a body or without", async () => {
  expect(await post(command)).toMatchObject({ status: 200, text: "" });
  answer = async (ack) => ack(help);
  const expected = { status: 200, type: "application/json", text: JSON.stringify(help) };
  expect(await post(command)).toMatchObject(expected);
  expect(await post(command)).toMatchObject(expected);
});

test("writes an answer that may have changed anew", async () => {
  const said = { text: "one" };
  answer = async (ack) => ack(said);
  expect((await post(command)).text).toBe('{"text":"one"}');
  said.text = "two";
  expect((await post(command)).text).toBe('{"text":"two"}');
});

test.each([
  ["without a signature", { "x-slack-signature": "" }],
  ["with another's signature", { "x-slack-signature": `v0=${"0".repeat(64)}` }],
  ["of another version", { "x-slack-signature": "v1=abc" }],
  ["from a quarter of an hour ago", { "x-slack-request-timestamp": String(seconds() - 900) }],
  ["without a time", { "x-slack-request-timestamp": "now" }],
])("refuses a request %s before anybody hears of it", async (_what, headers) => {
  expect(await post(command, headers)).toMatchObject({ status: 401, text: "" });
  expect(heard).toEqual([]);
  expect(logged).toEqual(["request not verified"]);
});

test("refuses a signed body that is not readable", async () => {
  expect(await post("{half", { "content-type": "application/json" })).toMatchObject({ status: 400 });
  expect(await post("payload=%7Bhalf")).toMatchObject({ status: 400 });
  expect(await post("payload=null")).toMatchObject({ status: 400 });
  expect(logged).toEqual(Array(3).fill("request not readable"));
});

test("says at once that nothing here takes a request", async () => {
  expect(await post('{"type":"something_new"}', { "content-type": "application/json" })).toMatchObject({
    status: 404,
  });
  answer = async () => undefined;
  expect(await post(command)).toMatchObject({ status: 404 });
  expect(logged).toEqual(Array(2).fill("request of a kind that nothing here takes"));
});

test("takes a failing listener for an error, and keeps what was acked before it", async () => {
  answer = async () => {
    throw new Error("broken");
  };
  expect(await post(command)).toMatchObject({ status: 500, text: "" });
  answer = async (ack) => {
    await ack(help);
    await ack(help);
  };
  expect(await post(command)).toMatchObject({ status: 200, text: JSON.stringify(help) });
  expect(logged).toEqual(["request not processed", "request not processed"]);
});

test("leaves nobody waiting for an answer that cannot be written", async () => {
  const toJSON = (): never => {
    throw new Error("this is no JSON");
  };
  answer = async (ack) => ack(Object.assign({ text: "hello" }, { toJSON }));
  expect(await post(command)).toMatchObject({ status: 500, text: "" });
});

test("answers Slack's own questions, and lets none of them carry a request", async () => {
  const challenge = await post('{"type":"url_verification","challenge":"abc"}', {
    "content-type": "application/json",
  });
  expect(challenge).toMatchObject({ status: 200, text: '{"challenge":"abc"}' });
  expect(await post(`ssl_check=1&${command}`, { "x-slack-signature": "" })).toMatchObject({
    status: 200,
    text: "",
  });
  expect(heard).toEqual([]);
});

test("hands on that Slack sends something again", async () => {
  await post(command, { "x-slack-retry-num": "2", "x-slack-retry-reason": "http_timeout" });
  expect(heard).toEqual([{ text: "help", retryNum: 2 }]);
});

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

async function post(body: string, headers: Readonly<Record<string, string>> = {}) {
  const timestamp = headers["x-slack-request-timestamp"] ?? String(seconds());
  const digest = createHmac("sha256", signingSecret).update(`v0:${timestamp}:${body}`).digest("hex");
  const signed = { "x-slack-request-timestamp": timestamp, "x-slack-signature": `v0=${digest}` };
  const answered = await fetch(`http://127.0.0.1:${port}/slack/events`, {
    method: "POST",
    headers: { "content-type": form, ...signed, ...headers },
    body,
  });
  return {
    status: answered.status,
    type: answered.headers.get("content-type"),
    text: await answered.text(),
  };
}
