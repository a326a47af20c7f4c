// The load: Slack's signed requests over kept-alive connections, from its own process.
import { createHmac } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Pool } from "undici";
import { z } from "zod";
import { answering } from "../parts/answering.ts";

const load = z.object({
  origin: z.string(),
  signingSecret: z.string(),
  bodies: z.array(z.string()).min(1),
  connections: z.number(),
  requests: z.number(),
  /** A steady rate, whether or not earlier requests were answered. By default, as fast as responses arrive. */
  perSecond: z.number().optional(),
  /** The maximum duration, in seconds. */
  seconds: z.number().default(60),
});

answering({
  send: async (input) => {
    const { origin, signingSecret, bodies, connections, requests, perSecond, seconds } = load.parse(input);
    const pool = new Pool(origin, { connections, pipelining: 1 });
    const latencies: number[] = [];
    const bad = new Map<number, number>();
    const one = async (at: number, from = performance.now()): Promise<void> => {
      const body = bodies[at % bodies.length] ?? "";
      const timestamp = String(Math.floor(Date.now() / 1000));
      const digest = createHmac("sha256", signingSecret).update(`v0:${timestamp}:${body}`).digest("hex");
      const headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": `v0=${digest}`,
      };
      const answer = await pool.request({ path: "/slack/events", method: "POST", headers, body });
      await answer.body.dump({ limit: 10_000_000 });
      latencies.push(performance.now() - from);
      if (answer.statusCode !== 200) bad.set(answer.statusCode, (bad.get(answer.statusCode) ?? 0) + 1);
    };
    const startedAt = performance.now();
    const over = (): boolean => performance.now() - startedAt > seconds * 1000;
    if (perSecond === undefined) {
      let next = 0;
      const lane = async (): Promise<void> => {
        while (next < requests && !over()) await one((next += 1) - 1);
      };
      await Promise.all(Array.from({ length: connections }, lane));
    } else {
      const under: Promise<void>[] = [];
      for (let at = 0; at < requests && !over(); at += 1) {
        const due = startedAt + (at * 1000) / perSecond;
        await pause(Math.max(0, due - performance.now()));
        // From the time at which it was due, so that a load that falls behind shows.
        under.push(one(at, due));
      }
      await Promise.all(under);
    }
    const took = performance.now() - startedAt;
    await pool.close();
    return { latencies, took, bad: [...bad] };
  },
});
