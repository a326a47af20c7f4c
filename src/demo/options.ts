import { parseArgs } from "node:util";
import { demoPort, ConfigError } from "../config.ts";

/** The command-line options of the demo. */
export interface DemoOptions {
  readonly walk: boolean;
  readonly help: boolean;
  readonly noOpen: boolean;
  /** The number of phone numbers of the first workspace. */
  readonly numbers: number | undefined;
  readonly port: number | undefined;
  /** The number of servers on one PostgreSQL; one in this process on SQLite by default. */
  readonly replicas: number | undefined;
}

const fewest = 1;
const most = 450;
const mostReplicas = 5;

/** Parses the options, or returns what is wrong with one of them. */
export function readOptions(args: readonly string[]): DemoOptions | { readonly fault: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        walk: { type: "boolean", default: false },
        "no-open": { type: "boolean", default: false },
        numbers: { type: "string" },
        replicas: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    const { walk, help, "no-open": noOpen, numbers: typed } = values;
    const numbers = typed === undefined ? undefined : Number(typed);
    const isCount = /^\d+$/u.test(typed ?? "0");
    if (!isCount || (numbers !== undefined && (numbers < fewest || numbers > most)))
      return { fault: `--numbers takes a whole number from ${fewest} to ${most}, not “${typed}”.` };
    if (walk && numbers !== undefined)
      return { fault: "--numbers is for the page, and --walk shows none. Leave one of them out." };
    const replicas = values.replicas === undefined ? undefined : Number(values.replicas);
    if (replicas !== undefined && !(Number.isInteger(replicas) && replicas >= 1 && replicas <= mostReplicas))
      return {
        fault: `--replicas takes a whole number from 1 to ${mostReplicas}, not “${values.replicas}”.`,
      };
    if (walk && replicas !== undefined)
      return { fault: "--replicas is for the page, and --walk shows none. Leave one of them out." };
    return { walk, help, noOpen, numbers, replicas, port: demoPort() };
  } catch (error) {
    if (error instanceof ConfigError) return { fault: `${error.faults.join("; ")}.` };
    if (error instanceof TypeError) return { fault: error.message };
    throw error;
  }
}
