import { z } from "zod";
import type { Change } from "../numbers/change.ts";
import type { NumberKey } from "../numbers/phone-number.ts";
import { recordOf } from "../shared/own-value.ts";
import { faultsOfIssue, fieldValue, line, noConnection, type FileFault } from "../text/file-form.ts";

/** The most numbers in a file of routes. */
export const maxRoutes = 5_000;

/** Who is to answer a number, and what its vendor's own fields are to be. What is missing is left as it is. */
export interface Route extends NumberKey {
  /** The agent, as snapshots name it; null is nobody. */
  readonly agent?: string | null | undefined;
  readonly fields?: Readonly<Record<string, string | null>> | undefined;
}

const routeSchema = z
  .strictObject(
    {
      number: line(300),
      connection: line(200),
      agent: line(2_000).nullable().optional(),
      fields: recordOf(
        fieldValue.nullable(),
        "Write the fields and their values: {field: value}.",
      ).optional(),
    },
    "Write the keys of a route: number, connection, and agent or fields.",
  )
  .refine(
    ({ agent, fields }) => agent !== undefined || (fields !== undefined && Object.keys(fields).length > 0),
    "Write an agent or fields: without them, the route says nothing.",
  );

const routesSchema = z.strictObject(
  {
    routes: z
      .array(routeSchema, "List the routes.")
      .max(maxRoutes, `A file has at most ${maxRoutes.toLocaleString("en")} routes.`),
  },
  "Write the key routes, with a list of routes.",
);

export type ParsedRoutes =
  | { readonly routes: readonly Route[]; readonly faults?: undefined }
  | { readonly routes?: undefined; readonly faults: readonly FileFault[] };

/** Parses the routes of a file, whose connections are given by id or name. Reports all faults at once. */
export function parseRoutes(
  value: unknown,
  connectionIdOf: (text: string) => string | undefined,
): ParsedRoutes {
  const read = routesSchema.safeParse(value, { reportInput: true });
  if (!read.success)
    return { faults: read.error.issues.flatMap((issue) => faultsOfIssue(issue, "A list of routes")) };
  const faults: FileFault[] = [];
  const first = new Map<string, number>();
  const routes = read.data.routes.map(({ number: numberId, connection, agent, fields }, index) => {
    const path = ["routes", index];
    const connectionId = connectionIdOf(connection);
    if (connectionId === undefined)
      faults.push({ path: [...path, "connection"], message: noConnection(connection) });
    const key = JSON.stringify([connectionId ?? connection, numberId]);
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, index);
    else
      faults.push({
        path: [...path, "number"],
        message: `${numberId} is there twice: it is also route ${earlier + 1} of the file.`,
      });
    return { connectionId: connectionId ?? connection, numberId, agent, fields };
  });
  return faults.length > 0 ? { faults } : { routes };
}

/** The changes that make a number what its route says, whether or not it is so already. */
export function changesOf({ agent, fields }: Route): readonly Change[] {
  return [
    ...(agent === null ? [{ kind: "detach" } as const] : []),
    ...(typeof agent === "string" ? [{ kind: "reassign", agentId: agent } as const] : []),
    ...(fields && Object.keys(fields).length > 0 ? [{ kind: "edit", fields } as const] : []),
  ];
}
