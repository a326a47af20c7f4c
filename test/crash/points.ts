import type { RecordedRequest, VendorSandbox } from "../../src/sandbox/vendors/index.ts";
import type { SlackSandbox, SlackPerson } from "../../src/sandbox/slack/index.ts";

/** A point at which the fakes kill the app when they see it arrive. */
export interface Trap {
  readonly vendor: VendorSandbox;
  readonly slack: SlackSandbox;
  /** Kills the serving process, or freezes it. */
  kill(): void;
  freeze(): void;
}

/** A moment of a change at which the app is killed. */
export interface Point {
  readonly name: string;
  /** What is stored of the change by then; `either` if a claim may or may not have become a record. */
  readonly by: "nothing" | "claim" | "either" | "record" | "outcome";
  /** Sets the trap. Called when the form is filled in. */
  lay(trap: Trap): void;
  /** Submits in an unusual way. */
  submit?(omar: SlackPerson, trap: Trap): Promise<unknown>;
  /** Sets a second trap, for the next process. */
  again?(trap: Trap): void;
}

export const isGet = ({ method }: RecordedRequest): boolean => method === "GET";
export const isPatch = ({ method }: RecordedRequest): boolean => method === "PATCH";

/** Kills after the fake has read such a request, and before it applies it. */
export function whenAsked({ vendor, kill }: Trap, fits: (request: RecordedRequest) => boolean): void {
  const on = (request: RecordedRequest): boolean => {
    if (fits(request)) kill();
    return fits(request);
  };
  vendor.fault({ kind: "drop-before" }, { on, times: 1 });
}

/** Kills after the fake has finished such a request: answered it, or left it without an answer. */
export function whenEnded(
  { vendor, kill }: Pick<Trap, "vendor" | "kill">,
  fits: (request: RecordedRequest) => boolean,
): void {
  const seen = vendor.requests.length;
  const stop = vendor.listen(() => {
    const ended = vendor.requests.slice(seen).some((each) => each.status !== undefined && fits(each));
    if (!ended) return;
    stop();
    kill();
  });
}

/** Kills when such a call of the app arrives, before or after Slack accepts it. */
export function whenSaid({ slack, kill }: Trap, method: string, taken: boolean): void {
  if (!taken) slack.fail(method, { hang: true }, 1);
  const seen = slack.calls.length;
  const stop = slack.listen(() => {
    if (!slack.calls.slice(seen).some((call) => call.method === method)) return;
    stop();
    kill();
  });
}

const readsBack = (vendor: VendorSandbox) => {
  const seen = vendor.requests.length;
  return (request: RecordedRequest): boolean =>
    isGet(request) && vendor.requests.slice(seen).some((each) => isPatch(each) && each.status !== undefined);
};

/** The named points of the change pipeline, in order. Random kills cover the moments between two steps in one process. */
export const points: readonly Point[] = [
  {
    name: "before the claim",
    by: "nothing",
    lay: () => undefined,
    submit: async (omar, { freeze, kill }) => {
      freeze();
      const submitted = omar.submit();
      kill();
      return submitted;
    },
  },
  { name: "after the claim, as the number is read", by: "claim", lay: (trap) => whenAsked(trap, isGet) },
  { name: "after the number was read", by: "either", lay: (trap) => whenEnded(trap, isGet) },
  {
    name: "after the record, as the update arrives",
    by: "record",
    lay: (trap) => whenAsked(trap, isPatch),
  },
  {
    name: "the update made and not answered",
    by: "record",
    lay: (trap) => {
      trap.vendor.fault({ kind: "apply-then-hang" }, { on: "write" });
      whenEnded(trap, isPatch);
    },
  },
  { name: "the update answered", by: "record", lay: (trap) => whenEnded(trap, isPatch) },
  {
    name: "as a made update is read back",
    by: "record",
    lay: (trap) => {
      trap.vendor.fault({ kind: "apply-then-500" }, { on: "write" });
      whenAsked(trap, readsBack(trap.vendor));
    },
  },
  {
    name: "a lost update read back, before the outcome",
    by: "record",
    lay: (trap) => {
      trap.vendor.fault({ kind: "drop-before" }, { on: "write" });
      whenEnded(trap, readsBack(trap.vendor));
    },
  },
  {
    name: "a taken update that is not shown yet, between two looks",
    by: "record",
    lay: (trap) => {
      trap.vendor.fault({ kind: "lag" }, { on: "write" });
      whenEnded(trap, readsBack(trap.vendor));
    },
  },
  {
    name: "after the outcome, before the form is told",
    by: "outcome",
    lay: (trap) => whenSaid(trap, "views.update", false),
  },
  {
    name: "the form told, and not the conversation",
    by: "outcome",
    lay: (trap) => whenSaid(trap, "chat.postMessage", false),
  },
  { name: "the conversation told", by: "outcome", lay: (trap) => whenSaid(trap, "chat.postMessage", true) },
  {
    name: "an unknown outcome, before the conversation is told",
    by: "outcome",
    lay: (trap) => {
      trap.vendor.fault({ kind: "drop-before" }, { on: "write" });
      whenSaid(trap, "chat.postMessage", false);
    },
  },
  {
    name: "an unknown outcome told, and not noted where",
    by: "outcome",
    lay: (trap) => {
      trap.vendor.fault({ kind: "drop-before" }, { on: "write" });
      whenSaid(trap, "chat.postMessage", true);
    },
  },
  {
    name: "as the update arrives, and again as the number is looked at",
    by: "record",
    lay: (trap) => whenAsked(trap, isPatch),
    again: (trap) => whenAsked(trap, isGet),
  },
  {
    name: "as the update arrives, and again when it is settled and not told",
    by: "record",
    lay: (trap) => whenAsked(trap, isPatch),
    again: (trap) => whenSaid(trap, "views.update", false),
  },
];
