import { expect, it } from "vitest";
import type { PhoneNumber } from "../../src/domain/numbers/phone-number.ts";
import { batchSize } from "../../src/domain/shared/event-loop.ts";
import { vendors } from "../../src/vendors/index.ts";
import { skippingTimer } from "../support/clocks.ts";
import { manyNumbersOf } from "../support/many-numbers.ts";
import { demoAccount } from "../../src/sandbox/vendors/index.ts";
import { key, openedSandbox } from "./opened.ts";

const count = 3_000;

/** Counts what happens in one turn of the event loop, at most. */
function mostInATurn(): { readonly hit: () => void; readonly most: () => number; readonly stop: () => void } {
  let [now, most] = [0, 0];
  let isStopped = false;
  const turn = (): void => {
    now = 0;
    if (!isStopped) setImmediate(turn);
  };
  setImmediate(turn);
  return {
    hit: () => {
      now += 1;
      most = Math.max(most, now);
    },
    most: () => most,
    stop: () => {
      isStopped = true;
    },
  };
}

it.each(Object.values(vendors))(
  `reads the ${count} numbers of a $title account, and lets other work run meanwhile`,
  { timeout: 120_000 },
  async (vendor) => {
    const [agent] = demoAccount(vendor.id).agents;
    const { key: _demo, ...seeded } = manyNumbersOf(vendor.id, count, agent?.id ?? "");
    const { sandbox } = await openedSandbox(vendor, seeded);
    const account = vendor.open(
      { api_key: key },
      { baseUrl: sandbox.url, timeoutMs: 60_000, timer: skippingTimer() },
    );
    const turns = mostInATurn();
    const small = (number: PhoneNumber): PhoneNumber => {
      turns.hit();
      return { ...number, fields: {} };
    };
    const numbers = await account.listNumbers(undefined, undefined, small);
    turns.stop();
    expect(new Set(numbers.map(({ id }) => id)).size).toBe(count);
    expect(numbers.every(({ agent: who }) => who?.id === agent?.id)).toBe(true);
    expect(turns.most()).toBeLessThanOrEqual(batchSize);
  },
);
