import { expect, it } from "vitest";
import { slackClients } from "../../src/slack/clients.ts";
import { served } from "../support/served.ts";

// A2
it.each(["0", "-5", "1"])("repeats a call soon that Slack refuses with Retry-After: %s", async (said) => {
  let asked = 0;
  const url = await served((_req, res) => {
    asked += 1;
    if (asked === 1) res.writeHead(429, { "retry-after": said }).end("{}");
    else res.writeHead(200, { "content-type": "application/json" }).end('{"ok":true}');
  });
  const { patient } = slackClients(`${url}/api/`)("xoxb-test");
  await expect(patient.chat.postMessage({ channel: "C1", text: "Hi" })).resolves.toMatchObject({ ok: true });
  expect(asked).toBe(2);
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
