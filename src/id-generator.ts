import { randomFillSync } from "node:crypto";

/** So many bytes are taken from the system at once: asking it for each id costs as much as a request's routing. */
const poolBytes = 4_095;
const idBytes = 9;

/** Makes fresh, unguessable ids with a prefix: `chg_…`. */
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
