// Run as a process of its own: opens the database without root's rights and says how that went.
import { openDatabase } from "../../src/sqlite/connection/database.ts";

const nobody = 65_534;
const [, , path = ""] = process.argv;
// Loads what it needs while it still may: the repository may lie where nobody else can read.
openDatabase(":memory:").close();
if (process.getuid?.() === 0) process.setuid?.(nobody);
try {
  openDatabase(path).close();
  process.stdout.write("opened\n");
} catch (error) {
  process.stdout.write(`${error instanceof Error ? `${error.name} ${error.message}` : "?"}\n`);
}
