import { startHouse, type House } from "../../src/demo/house.ts";
import type { VendorId } from "../../src/domain/vendor.ts";
import { demoAccount } from "../../src/sandbox/vendors/index.ts";
import { skipWaits } from "../support/skip-waits.ts";
import { timeoutMs } from "./cases.ts";

/** A house with one vendor in which one case after another is tried. */
export interface Bench {
  readonly house: House;
  readonly vendor: VendorId;
  /** The vendor's account as it was at first, and nothing wrong with it. */
  reset(): void;
  /** Starts the app anew, as if that many milliseconds had passed: what is unsettled is looked at at once. */
  restart(laterMs?: number): Promise<void>;
  /** Lets time pass for the running app, in milliseconds. */
  pass(ms: number): void;
  /** The app's clock. */
  now(): Date;
  /** What was logged since this was asked last. */
  logged(): string;
  close(): Promise<void>;
}

/** Sets up a bench. The app's clock can be moved on; the vendor's and Slack's clocks are the machine's. */
export async function startBench(vendor: VendorId): Promise<Bench> {
  let ahead = 0;
  let lines: string[] = [];
  const moveOn = (ms: number): void => void (ahead += ms);
  let timers = skipWaits(moveOn, 0);
  const now = (): Date => new Date(Date.now() + ahead);
  const house = await startHouse({
    connected: [vendor],
    timedEveryMs: 20,
    environment: { VENDOR_TIMEOUT_MS: String(timeoutMs), LOG_LEVEL: "info" },
    logTo: { write: (line: string) => void lines.push(line) },
    now,
    pause: async () => undefined,
    after: (ms, run) => timers(ms, run),
  });
  const sandbox = house.vendors[vendor];
  return {
    house,
    vendor,
    reset: () => {
      sandbox.clearFaults();
      sandbox.addAccount({ ...demoAccount(vendor), key: house.keys[vendor] });
    },
    restart: async (laterMs = 0) => {
      await house.stopApp();
      ahead += laterMs;
      timers = skipWaits(moveOn, laterMs > 0 ? undefined : 0);
      await house.startApp();
    },
    now,
    pass: (ms) => {
      ahead += ms;
    },
    logged: () => {
      const text = lines.join("");
      lines = [];
      return text;
    },
    close: async () => house.close(),
  };
}
