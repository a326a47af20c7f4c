import { isUpdate } from "../../../src/sandbox/vendors/index.ts";
import { teamId } from "../../support/fixtures.ts";
import {
  addMany,
  answeredBy,
  savePlanOfMany,
  type ManyNumbers,
} from "../../support/failover/plan-of-many.ts";
import { startAppAndCli, type AppAndCli, type Place } from "../control/app-and-cli.ts";

export const because = ["--because", "callers hear silence"];

export interface Planned extends AppAndCli {
  readonly many: ManyNumbers;
  switched(): number;
  failover(...args: readonly string[]): ReturnType<AppAndCli["run"]>;
}

/** A plan that switches four numbers, the first one in a tier of its own. */
export async function startPlanned(place: Place = "the server"): Promise<Planned> {
  const system = await startAppAndCli("the server", { runsEveryMs: 20 });
  const { app } = system;
  const many = addMany(app, "cartesia", 4);
  await savePlanOfMany(app, app.infra.store.workspace(teamId), "cartesia-down", [many]);
  if (place === "the command itself") await app.stopApp();
  return {
    ...system,
    many,
    switched: () => answeredBy(app, many, many.after),
    failover: async (...args) => system.run(["failover", ...args]),
  };
}

/** The updates that the vendor has got. */
export const updates = ({ app }: AppAndCli) => app.vendors.cartesia.requests.filter(isUpdate);
