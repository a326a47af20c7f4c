import { startHarness, type Harness } from "../../src/demo/harness.ts";
import type { VendorId } from "../../src/domain/vendor/vendor.ts";
import { demoAccount } from "../../src/sandbox/vendors/index.ts";
import { fastClock, skipWaits } from "../support/clocks.ts";
import { timeoutMs } from "./cases.ts";

/** A harness with one vendor, in which cases are tried one after the other. */
export interface MatrixHarness {
  readonly harness: Harness;
  readonly vendor: VendorId;
  /** Resets the vendor's account, and removes all faults. */
  reset(): void;
  /** Removes all faults and limits at the vendor. */
  lift(): void;
  /** Restarts the app as if this many milliseconds had passed. It checks unsettled changes at once. */
  restart(laterMs?: number): Promise<void>;
  /** Lets time pass for the running app, in milliseconds. */
  pass(ms: number): void;
  /** The app's clock. */
  now(): Date;
  /** What was logged since the last call. */
  logged(): string;
  close(): Promise<void>;
}

/** More than any test needs. */
const noLimit = { burst: 100_000, perSecond: 100_000 };

/** Starts the harness. The clocks of app and vendor can be moved on, and run `speed` times as fast as the machine's. */
export async function startMatrixHarness(
  vendor: VendorId,
  { speed = 1, patienceMs = timeoutMs }: { readonly speed?: number; readonly patienceMs?: number } = {},
): Promise<MatrixHarness> {
  let lines: string[] = [];
  const clock = fastClock(speed);
  const { now } = clock.options;
  let timers = skipWaits(clock.pass, 0);
  const harness = await startHarness({
    connected: [vendor],
    timedEveryMs: 20,
    environment: { VENDOR_TIMEOUT_MS: String(patienceMs), LOG_LEVEL: "info" },
    logTo: { write: (line: string) => void lines.push(line) },
    ...clock.options,
    pause: async () => undefined,
    after: (ms, run) => timers(ms, run),
  });
  const sandbox = harness.vendors[vendor];
  const lift = (): void => {
    sandbox.clearFaults();
    sandbox.limitRate(noLimit);
  };
  return {
    harness: harness,
    vendor,
    lift,
    reset: () => {
      lift();
      sandbox.addAccount({ ...demoAccount(vendor), key: harness.keys[vendor] });
    },
    restart: async (laterMs = 0) => {
      await harness.stopApp();
      clock.pass(laterMs);
      timers = skipWaits(clock.pass, laterMs > 0 ? undefined : 0);
      await harness.startApp();
    },
    now,
    pass: clock.pass,
    logged: () => {
      const text = lines.join("");
      lines = [];
      return text;
    },
    close: async () => harness.close(),
  };
}
