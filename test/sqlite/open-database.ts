// Run as a process of its own: opens the database and says how that went.
import { openDatabase } from "../../src/sqlite/database.ts";

const [, , path = ""] = process.argv;
try {
  openDatabase(path).close();
  process.stdout.write("opened\n");
} catch (error) {
  process.stdout.write(`${error instanceof Error ? `${error.name} ${error.message}` : "?"}\n`);
}
