import { setTimeout } from "node:timers/promises";
import { nowMs } from "./ids.ts";
import type { World } from "./world.ts";

const PATIENCE_MS = 45_000;
const PAUSE_MS = 10;
const TOLD = 8;

/** Checks until there is a result. Otherwise fails with what was expected and what happened last. */
export async function eventually<T>(
  world: World,
  what: string,
  look: () => T | undefined | false | null | Promise<T | undefined | false | null>,
): Promise<T> {
  const startMs = nowMs();
  do {
    const found = await look();
    if (found !== undefined && found !== false && found !== null) return found;
    await setTimeout(PAUSE_MS);
  } while (nowMs() - startMs < PATIENCE_MS);
  const calls = world.calls
    .slice(-TOLD)
    .map(({ method, ok, error, args }) => `${method} ${ok ? "ok" : error} ${shortened(args)}`);
  const deliveries = world.deliveries
    .slice(-TOLD)
    .map(({ kind, status, problem = "", payload }) => `${kind} ${status} ${problem} ${shortened(payload)}`);
  throw new Error(
    [`${what} did not come about`, "last calls:", ...calls, "last deliveries:", ...deliveries].join("\n  "),
  );
}

function shortened(value: unknown): string {
  return JSON.stringify(value).slice(0, 300);
}
