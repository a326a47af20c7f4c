import { z } from "zod";
import { startChild, type Child } from "./child.ts";

/** The result of the load process: a latency for each response, in milliseconds, and the total duration. */
export interface Load {
  readonly latencies: readonly number[];
  readonly took: number;
  readonly perSecond: number;
}

/** The load to send; see `children/load.ts`. */
export interface LoadSpec {
  readonly bodies: readonly string[];
  readonly connections: number;
  readonly requests: number;
  readonly perSecond?: number;
  readonly seconds?: number;
}

const measured = z.object({
  latencies: z.array(z.number()),
  took: z.number(),
  bad: z.array(z.tuple([z.number(), z.number()])),
});

/** Starts the process that sends the load. */
export async function startLoad(): Promise<Child> {
  return startChild("load");
}

/** Sends a load to a server on the loopback interface. Throws if any response has another status than 200. */
export async function send(child: Child, port: number, signingSecret: string, spec: LoadSpec): Promise<Load> {
  const origin = `http://127.0.0.1:${port}`;
  const { latencies, took, bad } = await child.ask("send", { ...spec, origin, signingSecret }, measured);
  if (bad.length > 0) throw new Error(`not all were answered with 200: ${JSON.stringify(bad)}`);
  return { latencies, took, perSecond: (latencies.length / took) * 1000 };
}
