import { describe, expect, it } from "vitest";
import type { Resolve } from "../../src/webhooks/public-agent.ts";
import { webhookSender } from "../../src/webhooks/send-webhook.ts";
import { startReceiver } from "./receiver.ts";

const secrets = [`whsec_${Buffer.alloc(32, 7).toString("base64")}`];
const event = { id: "aud_1", body: '{"specversion":"1.0"}', secrets, now: new Date("2026-08-01T12:00:00Z") };

/** A name server that gives these addresses, one after the other. */
function answering(...addresses: readonly string[]) {
  const asked: string[] = [];
  const resolve: Resolve = (hostname, done) => {
    asked.push(hostname);
    done(null, [{ address: addresses[asked.length - 1] ?? "", family: 4 }]);
  };
  return { resolve, asked };
}

describe("sending an event", () => {
  it("posts it as a CloudEvent with the headers of Standard Webhooks", async () => {
    const receiver = await startReceiver();
    const sender = webhookSender({ allowPrivate: true });
    expect(await sender.send({ ...event, url: receiver.url })).toEqual({ isAccepted: true });
    expect(receiver.received).toMatchObject([
      {
        path: "/hook?key=1",
        body: event.body,
        headers: {
          "content-type": "application/cloudevents+json; charset=utf-8",
          "webhook-id": "aud_1",
          "webhook-timestamp": "1785585600",
          "webhook-signature": expect.stringMatching(/^v1,/u),
        },
      },
    ]);
  });

  it.each([
    [302, "The receiver answered 302, and redirects are not followed.", false],
    [400, "The receiver answered 400.", false],
    [503, "The receiver answered 503.", false],
    [410, "The receiver answered 410: it is gone.", true],
  ])("counts an answer of %s as a failure, and follows no redirect", async (status, why, isGone) => {
    const receiver = await startReceiver();
    receiver.status = status;
    const sent = await webhookSender({ allowPrivate: true }).send({ ...event, url: receiver.url });
    expect(sent).toEqual({ isAccepted: false, why, isGone });
    expect(receiver.received.map(({ path }) => path)).toEqual(["/hook?key=1"]);
  });

  it.each([
    ["120", 120_000],
    ["Sat, 01 Aug 2026 12:01:00 GMT", 60_000],
    ["soon", undefined],
  ])("reports how long the receiver asks to wait: %s", async (header, retryAfterMs) => {
    const receiver = await startReceiver();
    Object.assign(receiver, { status: 503, headers: { "retry-after": header } });
    const sent = await webhookSender({ allowPrivate: true }).send({ ...event, url: receiver.url });
    expect(sent).toMatchObject({ isAccepted: false });
    expect("retryAfterMs" in sent ? sent.retryAfterMs : undefined).toBe(retryAfterMs);
  });

  it("says that a name does not exist, as the system's resolver reports it: without addresses", async () => {
    const resolve: Resolve = (_hostname, done) => done(Object.assign(new Error("no"), { code: "ENOTFOUND" }));
    const sender = webhookSender({ allowPrivate: false, resolve });
    expect(await sender.send({ ...event, url: "https://hooks.example.com/x" })).toMatchObject({
      isAccepted: false,
      why: "The receiver cannot be reached (ENOTFOUND).",
    });
  });

  it("says that nobody listens, without the address", async () => {
    const sender = webhookSender({ allowPrivate: true });
    const sent = await sender.send({ ...event, url: "http://127.0.0.1:1/hook?key=1" });
    expect(sent).toEqual({
      isAccepted: false,
      why: "The receiver cannot be reached (ECONNREFUSED).",
      isGone: false,
    });
  });
});

describe("private addresses", () => {
  const why = "It leads to a private address, which WEBHOOKS_ALLOW_PRIVATE does not allow.";

  it.each(["127.0.0.1", "169.254.169.254", "10.0.0.1"])("are refused behind a name: %s", async (address) => {
    const { resolve, asked } = answering(address);
    const sender = webhookSender({ allowPrivate: false, resolve });
    const sent = await sender.send({ ...event, url: "https://hooks.example.com/x" });
    expect(sent).toEqual({ isAccepted: false, why, isGone: false });
    expect(asked).toEqual(["hooks.example.com"]);
  });

  it("are not reached by a second answer of the name server: it is asked once, and that answer is connected to", async () => {
    const receiver = await startReceiver();
    const { resolve, asked } = answering("127.0.0.1");
    const sender = webhookSender({ allowPrivate: true, resolve });
    const url = `http://hooks.example:${receiver.port}/x`;
    expect(sender.checkUrl(url)).toBe(`http://hooks.example:${receiver.port}`);
    expect(asked).toEqual([]);
    expect(await sender.send({ ...event, url })).toEqual({ isAccepted: true });
    expect(asked).toEqual(["hooks.example"]);
  });

  it.each([
    "https://127.0.0.1/x",
    "https://2130706433/x",
    "https://0x7f.1/x",
    "https://[::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://[fd00::1]/x",
  ])("are refused when they are added and when they are sent to: %s", async (url) => {
    const receiver = webhookSender({ allowPrivate: false });
    expect(() => receiver.checkUrl(url)).toThrow(/private address/u);
    expect(await receiver.send({ ...event, url })).toMatchObject({ isAccepted: false, why });
  });
});

it.each([
  ["http://hooks.example.com/x", /needs https/u],
  ["ftp://hooks.example.com/x", /needs https/u],
  ["https://user:secret@hooks.example.com/x", /contains a name or a password/u],
  ["hooks.example.com", /not a URL/u],
  [`https://hooks.example.com/${"x".repeat(2_000)}`, /not a URL/u],
])("refuses to add %s", (url, words) => {
  expect(() => webhookSender({ allowPrivate: false }).checkUrl(url)).toThrow(words);
});
