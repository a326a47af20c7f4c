import type { RecordedRequest } from "../../src/sandbox/vendors/index.ts";
import type { RateLimit } from "../../src/sandbox/vendors/types.ts";
import { isPatch, whenAsked, whenEnded, type Trap } from "./points.ts";
import { whenTold } from "./later-points.ts";

/** A moment in the middle of a revert of many changes, at which the app is killed. */
export interface BulkPoint {
  readonly name: string;
  /** The account's limit during the revert. Steps are rate-limited, and wait. */
  readonly limit: RateLimit;
  lay(trap: Trap): void;
  /** Sets a second trap, for the process that continues. */
  again?(trap: Trap): void;
}

const silent: RateLimit = { burst: 6, perSecond: 10, silent: true };
const announced: RateLimit = { burst: 6, perSecond: 10 };

/** How many updates precede the one at which the app is killed. */
const well = 2;

/** Whether a request is an update in the middle of the revert. */
function inTheMiddle({ vendor }: Trap): (request: RecordedRequest) => boolean {
  const seen = vendor.requests.length;
  return (request) => isPatch(request) && vendor.requests.slice(seen).filter(isPatch).length > well;
}

const isRefused = (request: RecordedRequest): boolean => isPatch(request) && request.status === 429;
const isRead = ({ method }: RecordedRequest): boolean => method === "GET";

/** Kills at the first request after the vendor rate-limited an update. */
function whenOnAfterRefusal(trap: Trap): void {
  const { vendor } = trap;
  vendor.fault({ kind: "rate-limit", retryAfter: "none" }, { on: inTheMiddle(trap), times: 1 });
  const seen = vendor.requests.length;
  whenAsked(
    trap,
    (request) => isRead(request) && vendor.requests.slice(seen).some((each) => isRefused(each)),
  );
}

/** The named points, in order. */
export const bulkPoints: readonly BulkPoint[] = [
  {
    name: "as an update in the middle arrives",
    limit: announced,
    lay: (trap) => whenAsked(trap, inTheMiddle(trap)),
  },
  {
    name: "an update in the middle made and not answered",
    limit: silent,
    lay: (trap) => {
      const fits = inTheMiddle(trap);
      trap.vendor.fault({ kind: "apply-then-hang" }, { on: fits, times: 1 });
      whenEnded(trap, (request) => isPatch(request) && request.status === "hanging");
    },
  },
  {
    name: "an update in the middle answered",
    limit: silent,
    lay: (trap) => {
      let answered = 0;
      whenEnded(trap, (request) => isPatch(request) && request.status === 200 && (answered += 1) > well);
    },
  },
  {
    name: "an update is rate-limited",
    limit: silent,
    lay: (trap) => {
      trap.vendor.fault({ kind: "rate-limit", retryAfter: "none" }, { on: inTheMiddle(trap), times: 1 });
      whenEnded(trap, isRefused);
    },
  },
  {
    name: "on after a wait, as the refused number is read again",
    limit: silent,
    lay: whenOnAfterRefusal,
  },
  {
    name: "on after a wait, and again in the next process",
    limit: silent,
    lay: whenOnAfterRefusal,
    again: (trap) => whenAsked(trap, isPatch),
  },
  {
    name: "all restored, and not told",
    limit: silent,
    lay: (trap) => whenTold(trap, false),
  },
];
