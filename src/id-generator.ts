import { randomFillSync } from "node:crypto";

/** How many random bytes to request at once: a request for each id would cost as much as routing a request. */
const poolBytes = 4_095;
const idBytes = 9;

/** Creates a generator of unguessable ids with a prefix: `chg_…`. */
export function idGenerator(): (prefix: string) => string {
  const pool = Buffer.alloc(poolBytes);
  let used = poolBytes;
  return (prefix) => {
    if (used + idBytes > poolBytes) {
      randomFillSync(pool);
      used = 0;
    }
    const text = pool.toString("base64url", used, used + idBytes);
    used += idBytes;
    return `${prefix}_${text.replaceAll("-", "x").replaceAll("_", "y")}`;
  };
}
