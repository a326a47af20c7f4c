import {
  isRead,
  isUpdate,
  type Fault,
  type FaultWhen,
  type RecordedRequest,
  type VendorSandbox,
} from "../../src/sandbox/vendors/index.ts";
import type { Act } from "./acts.ts";

/** The time limit for a request to a vendor in these tests, in milliseconds. Some faults take longer on purpose. */
export const timeoutMs = 250;

/** When a fault occurs. */
export type Phase =
  | "form"
  | "fresh read"
  | "update"
  | "read back"
  | "behind our back"
  | "in the middle of many"
  | "in the first tier"
  | "in the second tier";

/** A fault. */
export interface Case {
  readonly phase: Phase;
  readonly name: string;
  /** Whether the outcome of this action can never be determined, so that it may stay unknown. */
  isUndecidable?(act: Act): boolean;
  /** Whether somebody changed the same field before the request arrived, so that a write would overwrite their change. */
  readonly newerBefore?: true;
  /** How many of many numbers it may prevent from being restored; none by default. */
  readonly mayKeep?: number;
  /** Starts the fault. Called before the form is opened (`form`) or before it is submitted. */
  arrange(at: FaultStage): void;
}

/** Where a case runs. */
export interface FaultStage {
  readonly sandbox: VendorSandbox;
  readonly act: Act;
  /** The account's API key. */
  readonly key: string;
}

export type NamedFault = readonly [name: string, fault: Fault | ((key: string) => Fault)];

const newerGeneration = "the newer generation";

/** Faults of any response. */
export const wrongAnswers: readonly NamedFault[] = [
  ["a short delay", { kind: "delay", ms: 40 }],
  ["no answer", { kind: "hang" }],
  ["the key rejected", { kind: "status", status: 401 }],
  ["not allowed", { kind: "status", status: 403 }],
  ["not found", { kind: "status", status: 404 }],
  ["a fault of its own", { kind: "status", status: 500 }],
  ["unavailable", { kind: "status", status: 503 }],
  ["429, in seconds", { kind: "rate-limit", seconds: 2 }],
  ["429, as a date", { kind: "rate-limit", seconds: 2, retryAfter: "date" }],
  ["429, without a time", { kind: "rate-limit", retryAfter: "none" }],
  ["dropped before", { kind: "drop-before" }],
  ["dropped after", { kind: "drop-after" }],
  ["a web page", { kind: "html" }],
  ["half a JSON", { kind: "half-json" }],
  ["an empty body", { kind: "empty-body" }],
  ["10 MB", { kind: "huge-body" }],
  ["a field missing", { kind: "missing-field" }],
  ["a redirect", { kind: "redirect", to: "http://127.0.0.1:9/" }],
  [newerGeneration, { kind: "newer-generation" }],
  ["a page for ever", { kind: "repeat-page" }],
  ["packed by gzip", { kind: "packed", by: "gzip" }],
  ["packed by br", { kind: "packed", by: "br" }],
  ["packed by deflate", { kind: "packed", by: "deflate" }],
  ["a CDN's 403", { kind: "cdn", status: 403 }],
  ["a CDN's 404", { kind: "cdn", status: 404 }],
  ["a CDN's 503", { kind: "cdn", status: 503 }],
  ["ids known in any case", { kind: "fold-ids" }],
];

/** Faults of the response to an update. */
export const wrongWrites: readonly NamedFault[] = [
  ["a delay past our limit", { kind: "delay", ms: timeoutMs * 1.5 }],
  ["applied, no answer", { kind: "apply-then-hang" }],
  ["applied, then 500", { kind: "apply-then-500" }],
  ["applied, then 400", { kind: "apply-then-500", status: 400 }],
  ["applied, then 404", { kind: "apply-then-500", status: 404 }],
  ["accepted and ignored", { kind: "ignore" }],
  ["made, and shown at the next look but one", { kind: "lag", reads: 1 }],
  ["made, and shown later", { kind: "lag" }],
  ["refused, 400", { kind: "status", status: 400 }],
  ["refused, 405", { kind: "status", status: 405 }],
  ["refused, 409", { kind: "status", status: 409 }],
  ["refused, 422", { kind: "status", status: 422 }],
  ["refused, quoting the key", (key) => ({ kind: "status", status: 400, body: quoting(key) })],
];

const quoting = (key: string): unknown => {
  const message = `The key ${key} may not do this`;
  return { message, detail: message, error: { code: "bad_request", message }, error_code: "bad_request" };
};

function wrong(
  phase: Phase,
  [name, fault]: NamedFault,
  on: NonNullable<FaultWhen["on"]>,
  first?: Fault,
): Case {
  return {
    phase,
    name: first
      ? `${name}, after an update that ${first.kind === "drop-before" ? "was lost" : "worked"}`
      : name,
    arrange: ({ sandbox, key }) => {
      const kind = typeof fault === "function" ? fault(key) : fault;
      if (!first) return sandbox.fault(kind, { on });
      sandbox.fault(first, { on: "write" });
      const seen = sandbox.requests.length;
      const sent = (): boolean => sandbox.requests.slice(seen).some(isUpdate);
      return sandbox.fault(kind, { on: (request) => isRead(request) && sent() });
    },
  };
}

/** Runs something after the fake has read such a request, and before it applies it. */
function upon(sandbox: VendorSandbox, fits: (request: RecordedRequest) => boolean, act: () => void): void {
  let done = false;
  const on = (request: RecordedRequest): boolean => {
    if (!done && fits(request)) {
      done = true;
      act();
    }
    return false;
  };
  sandbox.fault({ kind: "delay", ms: 0 }, { on });
}

function behind(name: string, arrange: Case["arrange"]): Case {
  return { phase: "behind our back", name, arrange };
}

const behindOurBack: readonly Case[] = [
  {
    ...behind("the field changed before", ({ sandbox, act }) =>
      sandbox.changeNumber(act.numberId, act.elsewhere.same),
    ),
    newerBefore: true,
  },
  behind("another field changed before", ({ sandbox, act }) =>
    sandbox.changeNumber(act.numberId, act.elsewhere.other),
  ),
  behind("the field changed as the update arrives", ({ sandbox, act }) =>
    upon(sandbox, isUpdate, () => sandbox.changeNumber(act.numberId, act.elsewhere.same)),
  ),
  {
    ...behind("the field changed after an update without answer", ({ sandbox, act }) => {
      sandbox.fault({ kind: "drop-after" }, { on: "write" });
      const seen = sandbox.requests.length;
      const readsBack = (request: RecordedRequest): boolean =>
        isRead(request) && sandbox.requests.slice(seen).some(isUpdate);
      upon(sandbox, readsBack, () => sandbox.changeNumber(act.numberId, act.elsewhere.same));
    }),
    isUndecidable: () => true,
  },
  behind("the agent deleted before", ({ sandbox, act }) => {
    if (act.agentId) sandbox.deleteAgent(act.agentId);
  }),
  behind("the agent deleted as the update arrives", ({ sandbox, act }) =>
    upon(sandbox, isUpdate, () => act.agentId && sandbox.deleteAgent(act.agentId)),
  ),
  behind("the number removed before", ({ sandbox, act }) => sandbox.removeNumber(act.numberId)),
  behind("the number removed as the update arrives", ({ sandbox, act }) =>
    upon(sandbox, isUpdate, () => sandbox.removeNumber(act.numberId)),
  ),
];

/** DialNexa's newer generation shows no agent before a detach or after it, so nothing proves that it took effect. */
function neverShown([name]: NamedFault): Pick<Case, "isUndecidable"> {
  if (name !== newerGeneration) return {};
  return { isUndecidable: ({ vendor, verb }) => vendor === "dialnexa" && verb === "detach" };
}

/** All faults, by when they occur. */
export const cases: readonly Case[] = [
  ...wrongAnswers.map((fault) => ({ ...wrong("form", fault, "read"), ...neverShown(fault) })),
  ...wrongAnswers.map((fault) => wrong("fresh read", fault, "read")),
  ...[...wrongAnswers, ...wrongWrites].map((fault) => wrong("update", fault, "write")),
  ...wrongAnswers.map((fault) => wrong("read back", fault, "read", { kind: "drop-after" })),
  ...wrongAnswers.map((fault) => wrong("read back", fault, "read", { kind: "drop-before" })),
  ...behindOurBack,
];
