import { z } from "zod";
import type { ReplicaActivity } from "../page/inspector-types.ts";

/** What each replica has done lately, read from its log. */
export interface ActivityLog {
  /** Takes a line of a replica's log. */
  take(name: string, line: string): void;
  /** Counts a request that the load balancer has sent to a replica. */
  served(name: string): void;
  of(name: string): ReplicaActivity;
}

const mostLines = 8;
const logLine = z.object({
  time: z.string(),
  msg: z.string(),
  kind: z.string().optional(),
  vendor: z.string().optional(),
  connection: z.string().optional(),
  method: z.string().optional(),
  result: z.string().optional(),
  changeId: z.string().optional(),
  outcome: z.string().optional(),
  port: z.number().optional(),
});
type LogLine = z.infer<typeof logLine>;

/** Calls `onChange` whenever there is something new. */
export function activityLog(onChange: () => void): ActivityLog {
  const known = new Map<string, { requests: number; did: ReplicaActivity["did"] }>();
  const activityOf = (name: string) => {
    let found = known.get(name);
    if (!found) known.set(name, (found = { requests: 0, did: [] }));
    return found;
  };
  return {
    take: (name, line) => {
      const read = logLine.safeParse(parsed(line));
      const text = read.success ? textOf(read.data) : undefined;
      if (!read.success || text === undefined) return;
      const activity = activityOf(name);
      activity.did = [{ at: read.data.time, text }, ...activity.did].slice(0, mostLines);
      onChange();
    },
    served: (name) => {
      activityOf(name).requests += 1;
      onChange();
    },
    of: (name) => ({ ...activityOf(name) }),
  };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

function textOf({ msg, kind, vendor, method, result, changeId, outcome, port }: LogLine): string | undefined {
  if (msg === "request") return `answered Slack: ${kind}`;
  if (msg === "vendor request") return `${method} at ${vendor}: ${result}`;
  if (msg === "change") return `change ${changeId}: ${outcome}`;
  if (msg === "change settled") return `found out how change ${changeId} ended: ${outcome}`;
  if (msg === "ready") return `ready on port ${port}`;
  if (msg === "stopped") return "stopped, all work finished";
  return undefined;
}
