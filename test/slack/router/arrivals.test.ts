import { createHmac } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { arrivals } from "../../../src/slack/router/arrivals.ts";
import { quiet } from "../../support/words.ts";

/** Blocks the event loop, like a process that is stopped or short of CPU time. */
function hold(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

async function ackSeconds(harness: Harness): Promise<number> {
  const text = await (await fetch(`${harness.url()}/metrics`)).text();
  return Number(/patchbay_ack_seconds_sum\{kind="command"\} (\S+)/u.exec(text)?.[1]);
}

// O7
it("counts the time that a request waited in its socket while the event loop was blocked", async () => {
  const harness = await startHarness({ connected: [], logTo: quiet });
  onTestFinished(async () => harness.close());
  const body = "command=%2Fnumber&text=help&team_id=T0PATCH01&user_id=U0OPER001&trigger_id=1.2.3";
  const timestamp = Math.floor(Date.now() / 1000);
  const hash = createHmac("sha256", harness.settings.slack?.signingSecret ?? "")
    .update(`v0:${timestamp}:${body}`)
    .digest("hex");
  const head = [
    "POST /slack/events HTTP/1.1",
    "host: x",
    "connection: close",
    "content-type: application/x-www-form-urlencoded",
    `content-length: ${body.length}`,
    `x-slack-signature: v0=${hash}`,
    `x-slack-request-timestamp: ${timestamp}`,
  ].join("\r\n");
  const socket = connect(Number(new URL(harness.url()).port), "127.0.0.1");
  await once(socket, "connect");
  // It is in the socket immediately, and read in a later turn.
  socket.write(`${head}\r\n\r\n${body}`);
  hold(300);
  socket.resume();
  await once(socket, "close");
  expect(await ackSeconds(harness)).toBeGreaterThan(0.25);
});

// O7
it("knows how long the loop was blocked for what is read right after it, and no longer", async () => {
  const watch = arrivals();
  // A few turns in which the loop is free.
  await new Promise((resolve) => void setTimeout(resolve, 120));
  const held = performance.now();
  hold(400);
  expect(watch.since()).toBeLessThanOrEqual(held);
  await new Promise((resolve) => void setTimeout(resolve, 120));
  expect(performance.now() - watch.since()).toBeLessThan(performance.now() - held - 400);
  watch.stop();
});
