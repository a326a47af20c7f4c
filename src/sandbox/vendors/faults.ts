import { quirkKinds, type Quirk } from "./quirks.ts";
import { readOf, type Call, type Reply, type VendorFake } from "./fake.ts";
import type { Fault, FaultWhen, RecordedRequest } from "./types.ts";
import { isRead } from "./read-request.ts";

/** A fault that decides the result of a request. A request has at most one. */
export type Ending = Exclude<
  Fault,
  { kind: "delay" | "hold" | "repeat-page" | "newer-generation" | "missing-field" | "fold-ids" } | Quirk
>;

/** The combined effect of the faults on one request. */
export interface ActiveFaults {
  delayMs: number;
  /** What the request waits for. */
  holds: Promise<unknown>[];
  newer: boolean;
  repeatPage: boolean;
  foldIds: boolean;
  /** Fields to remove from the response; undefined is the vendor's own required field. */
  missing: (string | undefined)[];
  /** Vendor-specific behaviour that is not a fault. */
  quirks: Quirk[];
  ending: Ending | undefined;
}

/** The active faults. */
export interface FaultList {
  add: (fault: Fault, when?: FaultWhen) => void;
  clear: () => void;
  /** The faults that apply to this request. Faults that are used up are removed. */
  take: (request: RecordedRequest) => ActiveFaults;
}

const meets = (when: FaultWhen, request: RecordedRequest): boolean => {
  if (typeof when.on === "function") return when.on(request);
  if (when.on === undefined || when.on === "any") return true;
  return (when.on === "read") === isRead(request);
};

export function faultList(): FaultList {
  let faults: { fault: Fault; when: FaultWhen; left: number }[] = [];
  return {
    add: (fault, when = {}) => {
      faults.push({ fault, when, left: when.times ?? Number.POSITIVE_INFINITY });
    },
    clear: () => {
      faults = [];
    },
    take: (request) => {
      const activeFaults: ActiveFaults = {
        delayMs: 0,
        holds: [],
        newer: false,
        repeatPage: false,
        foldIds: false,
        missing: [],
        quirks: [],
        ending: undefined,
      };
      for (const entry of faults) {
        if (entry.left <= 0 || !meets(entry.when, request)) continue;
        if (join(activeFaults, entry.fault)) entry.left -= 1;
      }
      faults = faults.filter((entry) => entry.left > 0);
      return activeFaults;
    },
  };
}

/** Whether the fault was used: of those that decide the result, only the first. */
function join(activeFaults: ActiveFaults, fault: Fault): boolean {
  if (fault.kind === "delay") activeFaults.delayMs += fault.ms;
  else if (fault.kind === "hold") activeFaults.holds.push(fault.until);
  else if (fault.kind === "repeat-page") activeFaults.repeatPage = true;
  else if (fault.kind === "fold-ids") activeFaults.foldIds = true;
  else if (fault.kind === "newer-generation") activeFaults.newer = true;
  else if (fault.kind === "missing-field") activeFaults.missing.push(fault.field);
  else if (isQuirk(fault)) activeFaults.quirks.push(fault);
  else if (activeFaults.ending) return false;
  else activeFaults.ending = fault;
  return true;
}

const isQuirk = (fault: Fault): fault is Quirk => quirkKinds.some((kind) => kind === fault.kind);

/** The response of a fault in place of the real one, or undefined if the request is handled. */
export function answerInstead(
  ending: Ending | undefined,
  call: Call,
  fake: VendorFake,
  now: number,
): Reply | undefined {
  if (ending?.kind === "status") {
    return "body" in ending
      ? { status: ending.status, body: ending.body }
      : fake.problem(call, ending.status, "Something went wrong on our side");
  }
  if (ending?.kind === "ignore") return fake.answer(readOf(fake, call));
  if (ending?.kind === "redirect") return { status: 302, headers: { location: ending.to } };
  if (ending?.kind === "cdn") {
    return {
      status: ending.status,
      body: blockedPage,
      headers: { "content-type": "text/html; charset=utf-8", server: "cdn" },
    };
  }
  if (ending?.kind !== "rate-limit") return undefined;
  return { ...fake.problem(call, 429, "Too many requests"), headers: retryAfter(ending, now) };
}

/** The response of something between us and the vendor. */
const blockedPage =
  "<!doctype html><html><head><title>Access denied</title></head><body><h1>Sorry, you have been blocked</h1></body></html>";

function retryAfter(fault: Extract<Fault, { kind: "rate-limit" }>, now: number): Record<string, string> {
  const seconds = fault.seconds ?? 1;
  if (fault.retryAfter === "none") return {};
  const date = new Date(now + seconds * 1000).toUTCString();
  return { "retry-after": fault.retryAfter === "date" ? date : String(seconds) };
}
