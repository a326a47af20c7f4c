import {
  onCallAt,
  onCallFreshMs,
  onCallSkewMs,
  onCallStaleMs,
  type OnCallCopy,
  type OnCallNow,
  type OnCallSchedule,
  type OnCallTool,
  type OnCallTools,
  toolTitles,
} from "../../domain/access/on-call.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { WorkspaceStore } from "../../domain/ports/store.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";

/** How long a tool that failed is not asked again by this process: everybody's permissions would wait for it. */
const quietMs = 15_000;
/** How long everybody's permissions wait for a tool, whatever number of pages its answer has. */
const readingMs = 8_000;

/** Knows who is on call. */
export interface OnCallReader {
  /** Who is on call now in these schedules of a workspace. One that is gone is left out. */
  now(workspace: WorkspaceStore, ids: readonly string[]): Promise<readonly OnCallNow[]>;
}

/** What the reader needs. */
export interface OnCallReaderOptions {
  readonly tools: Pick<OnCallTools, "shifts">;
  readonly log: Log;
  readonly now: () => Date;
  readonly monotonicMs: () => number;
  /** Calls a function after that many milliseconds, unless it is cancelled. */
  readonly after: (ms: number, run: () => void) => () => void;
  readonly newId: (prefix: string) => string;
}

/** A copy, or why there is none that counts. */
type Read = { readonly copy: OnCallCopy; readonly isStale: boolean } | { readonly why: string };

/**
 * Reads schedules with a copy in the database, so that all servers together ask a tool about once in 60 s. While it cannot be
 * read, the copy counts for 10 min with a mark, and then nothing does.
 */
export function onCallReader(options: OnCallReaderOptions): OnCallReader {
  const { tools, log, now, monotonicMs, after, newId } = options;
  const reading = new Map<string, Promise<Read>>();
  const failures = new Map<string, { readonly until: number; readonly why: string }>();

  const fail = async (workspace: WorkspaceStore, id: string, error: unknown): Promise<string> => {
    const why = isProblem(error) ? error.message : "Patchbay could not read it because of a bug.";
    log.warn({ workspace: workspace.id, schedule: id, err: error }, "schedule not read");
    failures.set(`${workspace.id}/${id}`, { until: monotonicMs() + quietMs, why });
    try {
      const by = { actor: { kind: "system", job: "on-call" }, requestId: newId("req") } as const;
      await workspace.onCallSchedules.noteFailure(id, why, by);
    } catch (err) {
      log.error({ workspace: workspace.id, schedule: id, err }, "unread schedule not recorded");
    }
    return why;
  };

  // A copy from the future says that a clock was set, so it has no age.
  const isYounger = ({ readAt }: OnCallCopy, mostMs: number): boolean => {
    const ageMs = now().getTime() - Date.parse(readAt);
    return ageMs >= -onCallSkewMs && ageMs < mostMs;
  };

  /** Asks the tool. An answer that comes too late for this reading is kept for the next. */
  const ask = async (workspace: WorkspaceStore, schedule: OnCallSchedule): Promise<OnCallCopy> => {
    const { id } = schedule;
    const access = await workspace.onCallSchedules.access(id);
    const readAt = now();
    // Beyond the next handover, so that an old copy knows it too.
    const until = new Date(readAt.getTime() + onCallFreshMs + onCallStaleMs);
    const shifts = await tools.shifts({ ...schedule, ...access }, readAt, until);
    const fresh = { shifts, readAt: readAt.toISOString() };
    await workspace.onCallSchedules.keep(id, fresh);
    failures.delete(`${workspace.id}/${id}`);
    return fresh;
  };

  const inTime = async <Answer>(tool: OnCallTool, answer: Promise<Answer>): Promise<Answer> => {
    let cancel = (): void => undefined;
    const late = new Promise<never>((_, reject) => {
      const words = `${toolTitles[tool]} did not answer in time.`;
      cancel = after(readingMs, () => reject(new Problem("vendor_unavailable", words)));
    });
    return Promise.race([answer, late]).finally(cancel);
  };

  const read = async (workspace: WorkspaceStore, schedule: OnCallSchedule): Promise<Read> => {
    const { id } = schedule;
    const copy = await workspace.onCallSchedules.copy(id);
    if (copy && isYounger(copy, onCallFreshMs)) return { copy, isStale: false };
    const failed = failures.get(`${workspace.id}/${id}`);
    let why = failed && failed.until > monotonicMs() ? failed.why : undefined;
    if (why === undefined) {
      try {
        return { copy: await inTime(schedule.tool, ask(workspace, schedule)), isStale: false };
      } catch (error) {
        why = await fail(workspace, id, error);
      }
    }
    // Its age is looked at again, because the tool took its time. Another server may have read it meanwhile.
    const latest = await workspace.onCallSchedules.copy(id);
    if (!latest || !isYounger(latest, onCallStaleMs)) return { why };
    return { copy: latest, isStale: !isYounger(latest, onCallFreshMs) };
  };

  const once = async (workspace: WorkspaceStore, schedule: OnCallSchedule): Promise<Read> => {
    const key = `${workspace.id}/${schedule.id}`;
    const running = reading.get(key);
    if (running) return running;
    const begun = read(workspace, schedule).finally(() => reading.delete(key));
    reading.set(key, begun);
    return begun;
  };

  return {
    now: async (workspace, ids) => {
      let schedules: readonly OnCallSchedule[];
      try {
        schedules = await workspace.onCallSchedules.list();
      } catch (error) {
        log.error({ workspace: workspace.id, err: error }, "schedules not read");
        throw new Problem("not_allowed", "Patchbay cannot read its on-call schedules.", {}, error);
      }
      const wanted = ids.flatMap((id) => schedules.find((one) => one.id === id) ?? []);
      return Promise.all(
        wanted.map(async (schedule) => onCallNow(schedule, await once(workspace, schedule), now())),
      );
    },
  };
}

function onCallNow(schedule: OnCallSchedule, read: Read, now: Date): OnCallNow {
  if ("why" in read) return { schedule, people: [], unmapped: 0, unreadable: read.why };
  const active = onCallAt(read.copy, now);
  const people = active.flatMap((id) => schedule.people.find((person) => person.id === id) ?? []);
  return {
    schedule,
    people,
    unmapped: active.length - people.length,
    ...(read.isStale ? { staleSince: read.copy.readAt } : {}),
  };
}
