import type { VendorSandbox } from "../../../src/sandbox/vendors/index.ts";
import type { SlackSandbox } from "../../../src/sandbox/slack/index.ts";
import { isGet, isPatch } from "../points.ts";

/** A failover or its fail-back, in which the fakes kill the app. */
export interface FailoverTrap {
  readonly vendors: readonly VendorSandbox[];
  readonly slack: SlackSandbox;
  kill(): void;
  /** Pauses the run as a person does. */
  pause(): void;
}

/** Kills when the fakes have got so many updates in all, and before they apply the last one. */
export function whenUpdateArrives({ vendors, kill }: FailoverTrap, count: number): void {
  const got = counter(vendors, () => true);
  for (const vendor of vendors)
    vendor.fault(
      { kind: "drop-before" },
      {
        times: 1,
        on: (request) => {
          const isIt = isPatch(request) && got() >= count;
          if (isIt) kill();
          return isIt;
        },
      },
    );
}

/** Does something once the fakes have finished so many updates in all. */
export function onceUpdatesEnded(vendors: readonly VendorSandbox[], count: number, act: () => void): void {
  const ended = counter(vendors, ({ status }) => status !== undefined);
  let isDone = false;
  const stops = vendors.map((vendor) =>
    vendor.listen(() => {
      if (isDone || ended() < count) return;
      isDone = true;
      for (const stop of stops) stop();
      act();
    }),
  );
}

/** Counts the updates from now on that fit. */
export function counter(
  vendors: readonly VendorSandbox[],
  fits: (request: VendorSandbox["requests"][number]) => boolean,
): () => number {
  const seen = vendors.map(({ requests }) => requests.length);
  return () =>
    vendors.reduce(
      (sum, { requests }, at) =>
        sum + requests.slice(seen[at]).filter((request) => isPatch(request) && fits(request)).length,
      0,
    );
}

/** Kills when Slack has taken a message with these words, and before the app knows. */
export function whenTold({ slack, kill }: FailoverTrap, words: string): void {
  const seen = slack.calls.length;
  const stop = slack.listen(() => {
    if (!slack.calls.slice(seen).some(({ ok, args }) => ok && JSON.stringify(args).includes(words))) return;
    stop();
    kill();
  });
}

/** Kills when people are told something after so many updates, which does not get through. */
export function whenNotTold({ vendors, slack, kill }: FailoverTrap, count: number): void {
  onceUpdatesEnded(vendors, count, () => {
    for (const method of ["chat.postMessage", "chat.update"]) slack.fail(method, { hang: true });
    const seen = slack.calls.length;
    const stop = slack.listen(() => {
      if (slack.calls.length === seen) return;
      stop();
      kill();
    });
  });
}

/** Kills when a form is told that the run has begun. Nothing else was done then. */
export function whenBegun({ slack, kill }: FailoverTrap): void {
  slack.fail("views.update", { hang: true });
  const seen = slack.calls.length;
  const stop = slack.listen(() => {
    if (!slack.calls.slice(seen).some(({ method }) => method === "views.update")) return;
    stop();
    kill();
  });
}

/** Kills when the first number is read. */
export function whenRead({ vendors, kill }: FailoverTrap): void {
  for (const vendor of vendors)
    vendor.fault(
      { kind: "drop-before" },
      {
        times: 1,
        on: (request) => {
          if (isGet(request)) kill();
          return isGet(request);
        },
      },
    );
}

/** Rate-limits an update in the middle, and kills when another number is read after that. */
export function whenOnAfterRefusal(trap: FailoverTrap): void {
  const got = counter(trap.vendors, () => true);
  const refused = counter(trap.vendors, ({ status }) => status === 429);
  for (const vendor of trap.vendors)
    vendor.fault(
      { kind: "rate-limit", retryAfter: "none" },
      { times: 1, on: (request) => isPatch(request) && got() > 2 },
    );
  for (const vendor of trap.vendors)
    vendor.fault(
      { kind: "drop-before" },
      {
        times: 1,
        on: (request) => {
          const isIt = isGet(request) && refused() > 0;
          if (isIt) trap.kill();
          return isIt;
        },
      },
    );
}

/** The vendor refuses the first number, which pauses the run. */
export function refuseFirst({ vendors }: FailoverTrap): void {
  vendors[0]?.fault({ kind: "status", status: 422 }, { on: "write", times: 1 });
}

/** A person pauses the run while the first number is changed. */
export function pauseDuringFirst({ vendors, pause }: FailoverTrap): void {
  let isAsked = false;
  vendors[0]?.fault(
    { kind: "delay", ms: 200 },
    {
      times: 1,
      on: (request) => {
        if (isPatch(request) && !isAsked) pause();
        isAsked ||= isPatch(request);
        return isPatch(request);
      },
    },
  );
}
