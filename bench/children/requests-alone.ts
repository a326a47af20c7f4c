// The requests that a change sends to Cartesia, in the same order and without anything else.
import { setTimeout as pause } from "node:timers/promises";
import { Pool } from "undici";
import { z } from "zod";
import { answering } from "../parts/answering.ts";

const asked = z.object({ url: z.string(), key: z.string(), perSecond: z.number(), count: z.number() });
let round = 0;

answering({
  changes: async (input) => {
    const { url, key, perSecond, count } = asked.parse(input);
    round += 1;
    const pool = new Pool(url);
    const headers = {
      authorization: `Bearer ${key}`,
      "cartesia-version": "2026-03-01",
      "content-type": "application/json",
    };
    const ask = async (method: "GET" | "PATCH", path: string, body?: string): Promise<void> => {
      const answer = await pool.request({ method, path, headers, ...(body ? { body } : {}) });
      if (answer.statusCode !== 200) throw new Error(`${method} ${path}: ${answer.statusCode}`);
      await answer.body.json();
    };
    const one = async (at: number): Promise<{ toPatch: number; toResult: number }> => {
      const number = `/agents/phone-numbers/cartesia_number_${String(at).padStart(8, "0")}`;
      const agent = `cartesia_agent_${(at + 50 + round) % 200}`;
      const from = performance.now();
      await Promise.all([ask("GET", number), ask("GET", `/agents/${agent}`)]);
      const toPatch = performance.now() - from;
      await ask("PATCH", number, JSON.stringify({ agent_id: agent }));
      return { toPatch, toResult: performance.now() - from };
    };
    const startedAt = performance.now();
    const under: Promise<{ toPatch: number; toResult: number }>[] = [];
    for (let at = 0; at < count; at += 1) {
      await pause(Math.max(0, startedAt + (at * 1000) / perSecond - performance.now()));
      under.push(one(at));
    }
    const samples = await Promise.all(under);
    await pool.close();
    return { samples };
  },
});
