// Runs as a separate process: opens the database without root's rights and prints the result.
import { openDatabase } from "../../src/sqlite/connection/database.ts";

const nobody = 65_534;
const [, , path = ""] = process.argv;
// Loads its modules before it drops its rights, because only root may be able to read the repository.
openDatabase(":memory:").close();
if (process.getuid?.() === 0) process.setuid?.(nobody);
try {
  openDatabase(path).close();
  process.stdout.write("opened\n");
} catch (error) {
  process.stdout.write(`${error instanceof Error ? `${error.name} ${error.message}` : "?"}\n`);
}
