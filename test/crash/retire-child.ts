// Runs as a separate process: retires the audit log of SQLite, and stops at a named point until it is killed.
import { runCommandLine } from "../../src/cli/program.ts";
import type { CliDeps } from "../../src/cli/cli-context.ts";
import { readConfig } from "../../src/config.ts";
import { openInfrastructure } from "../../src/infrastructure.ts";
import { manifestExpectations } from "../../src/slack/server/manifest-expectations.ts";
import { verifySegment } from "../../src/store/retention/verify-segment.ts";

const [, , path = "", folder = "", at = ""] = process.argv;
const unused = (): never => {
  throw new Error("not used here");
};

/** Says that this point is reached, and waits there for the end. */
async function reached(point: string): Promise<void> {
  if (point !== at) return;
  process.stdout.write(`${point}\n`);
  await new Promise(() => setInterval(() => undefined, 60_000));
}

const environment = {
  DATABASE_PATH: path,
  CREDENTIAL_KEYS: `k1:${Buffer.alloc(32, 7).toString("base64")}`,
  LOG_LEVEL: "silent",
};
const deps: CliDeps = {
  version: "1.2.3",
  out: { out: () => undefined, err: (text) => process.stderr.write(text), isTTY: false },
  input: { isTTY: false, line: unused, secret: unused, release: () => undefined },
  now: () => new Date("2026-08-01T12:00:00.000Z"),
  osUser: () => "root",
  onInterrupt: () => () => undefined,
  control: { socket: unused, openAlone: unused, pause: unused },
  start: unused,
  untilAskedToEnd: unused,
  openInfrastructure: () => {
    const infra = openInfrastructure(readConfig(environment, "database"), { lock: false });
    const { retention } = infra;
    let files = 0;
    return {
      ...infra,
      retention: {
        ...retention,
        async *lines(...asked) {
          files += 1;
          let count = 0;
          for await (const line of retention.lines(...asked)) {
            yield line;
            count += 1;
            if (count === 3) await reached(`in file ${files}`);
          }
        },
        anchor: async (...asked) => {
          await reached("before the record");
          await retention.anchor(...asked);
          await reached("after the record");
        },
        async *drop(...asked) {
          for await (const removed of retention.drop(...asked)) {
            yield removed;
            await reached("after a batch");
          }
        },
      },
    };
  },
  migrate: unused,
  moveDatabase: unused,
  archive: unused,
  verifySegment,
  checkSettings: unused,
  tokenOwner: unused,
  manifestText: unused,
  vendorIds: [],
  code: manifestExpectations,
};
const args = ["audit", "retire", "--before", "2026-01", "--output", folder];
const exitCode = await runCommandLine(args, deps);
process.stdout.write(`ended with ${exitCode}\n`);
