import { readdirSync, readFileSync } from "node:fs";

/** Linux counts CPU time in ticks of ten milliseconds. */
const msPerTick = 10;
const [parentField, userField, systemField, deadUserField, deadSystemField] = [1, 11, 12, 13, 14];

/** The CPU time of a process so far, in milliseconds, with that of its ended children if asked. */
export function cpuMs(pid: number, { withChildren = false } = {}): number {
  const own = statOf(pid);
  if (!own) return 0;
  const ticks = (own[userField] ?? 0) + (own[systemField] ?? 0);
  if (!withChildren) return ticks * msPerTick;
  const dead = (own[deadUserField] ?? 0) + (own[deadSystemField] ?? 0);
  const children = readdirSync("/proc")
    .map(Number)
    .filter((each) => Number.isInteger(each) && statOf(each)?.[parentField] === pid);
  return (ticks + dead) * msPerTick + children.reduce((sum, child) => sum + cpuMs(child), 0);
}

/** The numbers of a process in `/proc/…/stat`, after its name; undefined if it is gone. */
function statOf(pid: number): readonly number[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
  } catch {
    return undefined;
  }
}
