import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { App, type AckFn, type RespondArguments } from "@slack/bolt";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { boltLogger } from "../../../src/slack/context/bolt-logger.ts";
import { httpReceiver } from "../../../src/slack/server/http-receiver.ts";
import { bodyReader } from "../../../src/http/read-body.ts";
import { listening } from "../../../src/http/limited-server.ts";
import { patient } from "../../support/fixtures.ts";

const signingSecret = "a-signing-secret";
const form = "application/x-www-form-urlencoded";
const command = "command=%2Fnumber&team_id=T1&user_id=U1&text=help";
const help = Object.freeze({ response_type: "ephemeral", text: "Grüße" } as const);

let server: Server;
let port: number;
let logged: string[];
let refused: string[];
let heard: { readonly text: unknown; readonly retryNum: number | undefined }[];
let answer: (ack: AckFn<string | RespondArguments>) => Promise<void>;
beforeEach(async () => {
  logged = [];
  heard = [];
  answer = async (ack) => ack();
  const note = (_about: object, words: string) => void logged.push(words);
  const log = { info: note, warn: note, error: note };
  const bodies = bodyReader(1_500_000);
  const receiver = httpReceiver({ signingSecret, log, bodies, onRefused: (why) => void refused.push(why) });
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
  refused = [];
  port = await listening(server, "127.0.0.1", 0);
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test("responds with what a listener acks, with or without a body", async () => {
  expect(await post(command)).toMatchObject({ status: 200, text: "" });
  answer = async (ack) => ack(help);
  const expected = { status: 200, type: "application/json", text: JSON.stringify(help) };
  expect(await post(command)).toMatchObject(expected);
  expect(await post(command)).toMatchObject(expected);
});

test("serializes a response again if it may have changed", async () => {
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
  // A9
  ["from six minutes ahead", { "x-slack-request-timestamp": String(seconds() + 360) }],
  ["from a year ahead", { "x-slack-request-timestamp": String(seconds() + 31_536_000) }],
  ["with a time in milliseconds", { "x-slack-request-timestamp": String(seconds() * 1000) }],
  ["with a time of another notation", { "x-slack-request-timestamp": `${seconds()}.0` }],
])("refuses a request %s before anybody hears of it", async (_what, headers) => {
  expect(await post(command, headers)).toMatchObject({ status: 401, text: "" });
  expect(heard).toEqual([]);
  expect(logged).toEqual(["request not verified"]);
});

test("accepts a signature up to five minutes old or ahead", async () => {
  for (const off of [-290, 290])
    expect(await post(command, { "x-slack-request-timestamp": String(seconds() + off) })).toMatchObject({
      status: 200,
    });
});

test("refuses a signed body that it cannot parse", async () => {
  expect(await post("{half", { "content-type": "application/json" })).toMatchObject({ status: 400 });
  expect(await post("payload=%7Bhalf")).toMatchObject({ status: 400 });
  expect(await post("payload=null")).toMatchObject({ status: 400 });
  expect(logged).toEqual(Array(3).fill("request not readable"));
});

test("responds immediately to a request that no listener handles", async () => {
  expect(await post('{"type":"something_new"}', { "content-type": "application/json" })).toMatchObject({
    status: 404,
  });
  answer = async () => undefined;
  expect(await post(command)).toMatchObject({ status: 404 });
  expect(logged).toEqual(Array(2).fill("request of an unsupported kind"));
});

test("treats a failing listener as an error, and keeps what it acked before", async () => {
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

test("ends the request if the response cannot be written", async () => {
  const toJSON = (): never => {
    throw new Error("this is no JSON");
  };
  answer = async (ack) => ack(Object.assign({ text: "hello" }, { toJSON }));
  expect(await post(command)).toMatchObject({ status: 500, text: "" });
});

test("answers Slack's checks, and runs no request in them", async () => {
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

test("passes on that Slack repeats a request", async () => {
  await post(command, { "x-slack-retry-num": "2", "x-slack-retry-reason": "http_timeout" });
  expect(heard).toEqual([{ text: "help", retryNum: 2 }]);
});

// A15
test.each([
  ["no signature", ""],
  ["no time of its signature", `x-slack-signature: v0=${"0".repeat(64)}\r\n`],
  ["an old signature", signatureOf(seconds() - 900)],
  ["a signature from ahead", signatureOf(seconds() + 900)],
  ["half a signature", `x-slack-signature: v0=abc\r\nx-slack-request-timestamp: ${seconds()}\r\n`],
])("refuses a request with %s before its body has come", async (_what, headers) => {
  for (const length of ["content-length: 900000", "transfer-encoding: chunked"]) {
    const request = sending(`POST /slack/events HTTP/1.1\r\nhost: x\r\n${length}\r\n${headers}\r\n`);
    await vi.waitFor(() => expect(request.answer()).toMatch(/^HTTP\/1\.1 401 /u), patient);
  }
  expect(heard).toEqual([]);
});

// A15
test("abandons the longest of too many unfinished bodies, and responds to the others", async () => {
  const head = `POST /slack/events HTTP/1.1\r\nhost: x\r\n${signatureOf(seconds())}`;
  const long = sending(`${head}transfer-encoding: chunked\r\n\r\n`);
  const others = ["one", "two"].map(() => sending(`${head}content-length: 700000\r\n\r\n`));
  await long.write(`${(900_000).toString(16)}\r\n${"a".repeat(900_000)}\r\n`);
  for (const other of others) await other.write("a".repeat(350_000));
  await vi.waitFor(
    () => expect(long.answer()).toMatch(/^HTTP\/1\.1 503 [\s\S]*nothing was changed/u),
    patient,
  );
  expect(refused).toEqual(["overloaded"]);
  expect(await post(command)).toMatchObject({ status: 200 });
  for (const other of others) await other.write("a".repeat(350_000));
  for (const other of others)
    await vi.waitFor(() => expect(other.answer()).toMatch(/^HTTP\/1\.1 401 /u), patient);
  expect(refused).toEqual(["overloaded", "mismatch", "mismatch"]);
});

// A15
test("abandons a body that arrives in more pieces than Slack sends", async () => {
  const head = `POST /slack/events HTTP/1.1\r\nhost: x\r\n${signatureOf(seconds())}`;
  const request = sending(`${head}transfer-encoding: chunked\r\n\r\n${"1\r\na\r\n".repeat(10_000)}`);
  await vi.waitFor(() => expect(request.answer()).toMatch(/^HTTP\/1\.1 503 /u), patient);
});

/** A connection for sending raw bytes. */
function sending(text: string) {
  let received = "";
  const socket = connect(port, "127.0.0.1");
  socket.write(text);
  socket.setEncoding("utf8").on("data", (data: string) => (received += data));
  // A server that closes during a write resets the connection.
  socket.on("error", () => undefined);
  onTestFinished(() => void socket.destroy());
  return {
    answer: () => received,
    write: async (more: string) => new Promise((resolve) => void socket.write(more, resolve)),
  };
}

function signatureOf(timestamp: number): string {
  return `x-slack-signature: v0=${"0".repeat(64)}\r\nx-slack-request-timestamp: ${timestamp}\r\n`;
}

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
