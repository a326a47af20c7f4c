import net from "node:net";
import { pino } from "pino";
import { expect, it, onTestFinished, vi } from "vitest";
import { startHarness } from "../../../src/demo/harness.ts";
import { slackClients } from "../../../src/slack/context/web-clients.ts";
import { boltLogger } from "../../../src/slack/context/bolt-logger.ts";
import { dualSocketReceiver } from "../../../src/slack/server/dual-socket-receiver.ts";
import { verifyBotToken } from "../../../src/slack/installation/verify-bot-token.ts";
import { served } from "../../vendors/served.ts";

// A2
it("soon retries calls that Slack refuses with Retry-After: 0, -5 or 1", async () => {
  const wait = globalThis.setTimeout;
  const waits = vi.spyOn(globalThis, "setTimeout");
  onTestFinished(() => waits.mockRestore());
  waits.mockImplementation((act: () => void, ms) => wait(act, ms === 1_000 ? 1 : ms));
  const retries = ["0", "-5", "1"].map(async (said) => {
    let asked = 0;
    const url = await served((_req, res) => {
      asked += 1;
      if (asked === 1) res.writeHead(429, { "retry-after": said }).end("{}");
      else res.writeHead(200, { "content-type": "application/json" }).end('{"ok":true}');
    });
    const { patient } = slackClients(`${url}/api/`)("xoxb-test");
    const { ok } = await patient.chat.postMessage({ channel: "C1", text: "Hi" });
    return { said, ok, asked };
  });
  expect(await Promise.all(retries)).toEqual([
    { said: "0", ok: true, asked: 2 },
    { said: "-5", ok: true, asked: 2 },
    { said: "1", ok: true, asked: 2 },
  ]);
  // Each waits for what Slack says, and the library then as long again.
  expect(waits.mock.calls.filter(([, ms]) => ms === 1_000)).toHaveLength(6);
});

// A2
it.each(["31536000", "99999999999", "soon"])(
  "waits for half a minute at most when Slack says Retry-After: %s",
  async (said) => {
    const url = await served((_req, res) => {
      res.writeHead(429, { "retry-after": said }).end("{}");
    });
    const { quick } = slackClients(`${url}/api/`)("xoxb-test");
    await expect(quick.chat.postMessage({ channel: "C1", text: "Hi" })).rejects.toMatchObject({
      retryAfter: 30,
    });
  },
);

const logger = boltLogger(pino({ enabled: false }));

// A2
it.each<[string, (slackApiUrl: string) => Promise<unknown>]>([
  ["whose token it has", async (slackApiUrl) => verifyBotToken("xoxb-test", slackApiUrl, logger)],
  [
    "for a socket",
    async (slackApiUrl) => {
      const sockets = dualSocketReceiver({ appToken: "xapp-test", logger }, slackApiUrl);
      onTestFinished(async () => void (await sockets.stop()));
      await sockets.start();
    },
  ],
])("waits for half a minute at most when it asks %s and Slack wants a year", async (_what, ask) => {
  const url = await served((_req, res) => {
    res.writeHead(429, { "retry-after": "31536000" }).end("{}");
  });
  const waits = vi.spyOn(globalThis, "setTimeout");
  onTestFinished(() => waits.mockRestore());
  ask(`${url}/api/`).catch(() => undefined);
  await vi.waitFor(() => expect(waits.mock.calls.map(([, ms]) => ms)).toContain(30_000), { timeout: 10_000 });
  expect(Math.max(...waits.mock.calls.map(([, ms]) => ms ?? 0))).toBeLessThanOrEqual(30_000);
});

// B7
it("gives each of Slack's addresses as much time to connect as a vendor's", async () => {
  const before = net.getDefaultAutoSelectFamilyAttemptTimeout();
  onTestFinished(() => net.setDefaultAutoSelectFamilyAttemptTimeout(before));
  const connect = vi.spyOn(net, "connect");
  onTestFinished(() => connect.mockRestore());
  const harness = await startHarness({ connected: [], environment: { VENDOR_TIMEOUT_MS: "8000" } });
  onTestFinished(async () => harness.close());
  expect(net.getDefaultAutoSelectFamilyAttemptTimeout()).toBe(2000);
  const { port } = new URL(harness.slack.url);
  const toSlack = connect.mock.calls.map(([options]) => new Map<string, unknown>(Object.entries(options)));
  const attempts = toSlack
    .filter((options) => String(options.get("port")) === port)
    .map((options) => options.get("autoSelectFamilyAttemptTimeout"));
  expect(attempts.length).toBeGreaterThan(0);
  // Others use Node's default.
  expect(attempts.filter((ms) => ms !== undefined && ms !== 2000)).toEqual([]);
});
