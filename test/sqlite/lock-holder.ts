// Runs as a separate process: takes the lock or says why not, and keeps it until its input ends.
import { lockDatabase } from "../../src/sqlite/connection/lock.ts";

const [, , path = ""] = process.argv;
try {
  lockDatabase(path);
  // With --expose-gc: the lock must outlive an object without references.
  globalThis.gc?.();
  process.stdout.write("held\n");
  process.stdin.resume();
} catch (error) {
  process.stdout.write(`${error instanceof Error ? `${error.name} ${error.message}` : "?"}\n`);
}
