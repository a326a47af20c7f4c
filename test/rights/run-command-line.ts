import { setTimeout as wait } from "node:timers/promises";
import type { CliDeps } from "../../src/cli/cli-context.ts";
import { runCommandLine } from "../../src/cli/program.ts";
import { readConfig } from "../../src/config.ts";
import { controlSocketOf } from "../../src/access/control-access.ts";
import { manifestExpectations } from "../../src/slack/server/manifest-expectations.ts";
import type { Harness } from "../../src/demo/harness.ts";

/** Runs a command on the machine of the harness's server, which carries it out. Gives what it printed. */
export async function runOnServer(
  { environment }: Pick<Harness, "environment">,
  args: readonly string[],
): Promise<string> {
  let said = "";
  const say = (text: string): void => void (said += text);
  const unused = (): never => {
    throw new Error("the server carries commands out here");
  };
  const deps: CliDeps = {
    version: "1.2.3",
    out: { out: say, err: say, isTTY: false },
    input: { isTTY: false, line: unused, secret: unused, release: () => undefined },
    now: () => new Date(),
    osUser: () => "root",
    onInterrupt: () => () => undefined,
    control: {
      socket: () => controlSocketOf(readConfig(environment, "database")),
      openAlone: unused,
      pause: async (ms) => wait(ms),
    },
    start: unused,
    untilAskedToEnd: unused,
    openInfrastructure: unused,
    migrate: unused,
    moveDatabase: unused,
    archive: unused,
    verifySegment: unused,
    checkSettings: unused,
    tokenOwner: unused,
    manifestText: unused,
    vendorIds: [],
    code: manifestExpectations,
  };
  await runCommandLine(args, deps);
  return said;
}
