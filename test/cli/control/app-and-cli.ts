import { onTestFinished } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { HarnessOptions } from "../../../src/demo/harness-options.ts";
import { quiet } from "../../support/words.ts";
import { startCliHarness, type CliHarness } from "../cli-harness.ts";

/** The whole app, and a command line on its database. */
export interface AppAndCli {
  readonly app: Harness;
  readonly cli: CliHarness;
  readonly run: CliHarness["run"];
  readonly socket: string;
}

/** Where commands run: in the server, or in their own process after the server has stopped. */
export const places = ["the server", "the command itself"] as const;
export type Place = (typeof places)[number];

export async function startAppAndCli(
  place: Place = "the server",
  options: HarnessOptions = {},
): Promise<AppAndCli> {
  const app = await startHarness({ connected: ["cartesia"], logTo: quiet, ...options });
  onTestFinished(async () => app.close());
  const cli = await startCliHarness();
  Object.assign(cli.environment, app.environment, { LOG_LEVEL: "silent" });
  if (place === "the command itself") await app.stopApp();
  return { app, cli, run: cli.run, socket: `${app.environment["DATABASE_PATH"] ?? ""}.sock` };
}
