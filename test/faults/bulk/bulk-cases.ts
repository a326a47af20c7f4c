import {
  isRead,
  isUpdate,
  type Fault,
  type RecordedRequest,
  type VendorSandbox,
} from "../../../src/sandbox/vendors/index.ts";
import { timeoutMs, wrongAnswers, wrongWrites, type Case, type NamedFault } from "../cases.ts";

/** How many updates succeed before the fault. */
const well = 2;

type Fits = (request: RecordedRequest) => boolean;

/** The fault that starts at the vendor after this many updates. */
function inTheMiddle(sandbox: VendorSandbox, fits: Fits): Fits {
  const seen = sandbox.requests.length;
  return (request) => fits(request) && sandbox.requests.slice(seen).filter(isUpdate).length > well;
}

function many(name: string, mayKeep: number, arrange: Case["arrange"]): Case {
  return { phase: "in the middle of many", name, mayKeep, arrange };
}

/** A rate-limited update is sent again, and a merely odd response does no harm. */
const harmless: ReadonlySet<Fault["kind"]> = new Set(["rate-limit", "packed", "fold-ids"]);

function wrong(which: "an update" | "two reads", times: number, fits: Fits): (named: NamedFault) => Case {
  return ([name, fault]) =>
    many(`${which}: ${name}`, times, ({ sandbox, key }) => {
      const kind = typeof fault === "function" ? fault(key) : fault;
      sandbox.fault(kind, { on: inTheMiddle(sandbox, fits), times });
    });
}

const spares = (fault: NamedFault): boolean => typeof fault[1] !== "function" && harmless.has(fault[1].kind);
const kept = (named: NamedFault, one: Case): Case => (spares(named) ? { ...one, mayKeep: 0 } : one);

/** Limits the account when an update arrives in the middle. */
function limited(name: string, limit: Parameters<VendorSandbox["limitRate"]>[0]): Case {
  return many(name, 0, ({ sandbox }) => {
    const fits = inTheMiddle(sandbox, isUpdate);
    let isLimited = false;
    const on = (request: RecordedRequest): boolean => {
      if (isLimited || !fits(request)) return false;
      isLimited = true;
      sandbox.limitRate(limit);
      return false;
    };
    sandbox.fault({ kind: "delay", ms: 0 }, { on });
  });
}

/** Faults while many numbers are restored, after the first ones were. */
export const bulkCases: readonly Case[] = [
  ...[...wrongAnswers, ...wrongWrites].map((named) => kept(named, wrong("an update", 1, isUpdate)(named))),
  ...wrongAnswers.map((named) => kept(named, wrong("two reads", 2, isRead)(named))),
  limited("a limit that is announced", { burst: 4, perSecond: 5 }),
  limited("a silent limit", { burst: 1, perSecond: 5, silent: true }),
  limited("a silent limit of one at once", { burst: 2, perSecond: 2, atOnce: 1, silent: true }),
  many("a silent limit from the start", 0, ({ sandbox }) =>
    sandbox.limitRate({ burst: 1, perSecond: 3, silent: true }),
  ),
  many("four updates refused without a time", 0, ({ sandbox }) =>
    sandbox.fault(
      { kind: "rate-limit", retryAfter: "none" },
      { on: inTheMiddle(sandbox, isUpdate), times: 4 },
    ),
  ),
  many("slow, and one update past our limit", 1, ({ sandbox }) => {
    sandbox.fault({ kind: "delay", ms: 20 });
    sandbox.fault({ kind: "delay", ms: timeoutMs * 1.5 }, { on: inTheMiddle(sandbox, isUpdate), times: 1 });
  }),
];
