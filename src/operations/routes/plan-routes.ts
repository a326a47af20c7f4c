import { affectedFields, pick, snapshot } from "../../domain/numbers/change.ts";
import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { changesOf, parseRoutes, type Route } from "../../domain/routes/routes-file.ts";
import type { RunStep } from "../../domain/runs/run-step.ts";
import type { FileFault } from "../../domain/text/file-form.ts";
import { requireRoleAudited } from "../access/permissions.ts";
import { planChange, readInTurn, readSurroundings, type WantedChange } from "../runs/plan-change.ts";
import { atOncePerConnection } from "../shared/bulk.ts";
import { connectionIdsByText } from "../shared/connections-by-text.ts";
import { openConnection, openingOnce, type Context, type OpenConnection } from "../shared/context.ts";
import { derivedContext } from "../shared/context-factory.ts";
import { forEachConcurrent } from "../shared/for-each-concurrent.ts";
import { listLive } from "./read-routes.ts";

/** From how many numbers of a connection on its whole list is read, in place of each number. */
const manyNumbers = 10;

/** What differs between a file of routes and the numbers, as the steps of a run, or what is wrong with the file. */
export type RoutesPlan =
  | { readonly numbers: number; readonly steps: readonly RunStep[]; readonly faults?: undefined }
  | { readonly steps?: undefined; readonly faults: readonly FileFault[] };

/** What approves the changes, and what may be seen. */
interface PlanOptions {
  /** What approves a change: the approval of the run for a protected number, unless it is given. */
  readonly approvalFor?: (isProtected: boolean) => RunStep["approval"];
  /** Whether a connection may be named; any one, unless it is given. */
  readonly reaches?: ((connectionId: string) => boolean) | undefined;
}

const forProtected = (isProtected: boolean): RunStep["approval"] => (isProtected ? "run" : undefined);

/** A change that a route wants, and where the file says so. */
interface RouteChange extends WantedChange {
  readonly path: readonly (string | number)[];
}

/**
 * Compares the routes of a file with the numbers, read live. What the file does not name is not compared. For anyone who
 * may see numbers. Throws not_allowed. A number that is gone, an agent that
 * does not exist and a vendor that does not answer are faults of their part of the file. Changes nothing.
 */
export async function planRoutes(
  asking: Context,
  file: unknown,
  { approvalFor = forProtected, reaches = () => true }: PlanOptions = {},
): Promise<RoutesPlan> {
  await requireRoleAudited(asking, "viewer", "see numbers");
  const reached = (await asking.workspace.connections.list()).filter(({ id }) => reaches(id));
  const { routes, faults } = parseRoutes(file, connectionIdsByText(reached));
  if (!routes) return { faults };
  const ctx = derivedContext(openingOnce(asking), { lookedUp: new Map() });
  const around = await readSurroundings(ctx, (_key, wanted) => approvalFor(wanted > 0));
  const wanted = routes.flatMap(wantedChanges);
  const listed = listsOf(ctx, routes);
  const steps: RunStep[] = [];
  const keyOf = ({ connectionId }: RouteChange): string => connectionId;
  await forEachConcurrent(wanted, { keyOf, atOnce: atOncePerConnection }, async (each, index) => {
    steps[index] = await planChange(ctx, each, around, async (_ctx, open, numberId) => {
      const known = (await listed(each.connectionId))?.get(numberId);
      return known && hasFields(known, each) ? known : readInTurn(ctx, open, numberId);
    });
  });
  const wrong = steps.flatMap((step, index) => faultsOfStep(step, wanted[index]?.path ?? []));
  if (wrong.length > 0) return { faults: wrong };
  return { numbers: routes.length, steps: steps.filter(({ verdict }) => verdict.kind !== "already_so") };
}

function wantedChanges(route: Route, index: number): RouteChange[] {
  const { connectionId, numberId } = route;
  return changesOf(route).map((change) => ({
    connectionId,
    numberId,
    change,
    tier: 0,
    path: ["routes", index, change.kind === "edit" ? "fields" : "agent"],
  }));
}

/** The numbers of each connection that the file names many of, read at once and only once. */
function listsOf(
  ctx: Context,
  routes: readonly Route[],
): (connectionId: string) => Promise<ReadonlyMap<string, PhoneNumber> | undefined> {
  const counts = new Map<string, number>();
  for (const { connectionId } of routes) counts.set(connectionId, (counts.get(connectionId) ?? 0) + 1);
  const lists = new Map<string, Promise<ReadonlyMap<string, PhoneNumber> | undefined>>();
  return async (connectionId) => {
    if ((counts.get(connectionId) ?? 0) < manyNumbers) return undefined;
    const reading = lists.get(connectionId) ?? openConnection(ctx, connectionId).then(listById);
    lists.set(connectionId, reading);
    return reading;
  };
}

/** Undefined if the API has no list: then each number is read. */
async function listById(open: OpenConnection): Promise<ReadonlyMap<string, PhoneNumber> | undefined> {
  try {
    return new Map((await listLive(open)).map((number) => [number.id, number]));
  } catch (error) {
    if (isProblem(error, "unsupported")) return undefined;
    throw error;
  }
}

/** Whether a list says all that a change is compared with. */
function hasFields(number: PhoneNumber, { change }: WantedChange): boolean {
  const keys = affectedFields(change);
  return Object.keys(pick(snapshot(number), keys)).length === keys.length;
}

/** What cannot be compared or done is a fault of the file, or of the moment. The rest is a difference. */
function faultsOfStep({ verdict, e164 }: RunStep, path: FileFault["path"]): FileFault[] {
  if (verdict.kind !== "cannot" && verdict.kind !== "unread") return [];
  const isRead = e164 !== undefined;
  return [{ path: isRead ? path : [...path.slice(0, -1), "number"], message: verdict.why }];
}
