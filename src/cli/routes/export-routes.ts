import { Document, isMap, isScalar, isSeq } from "yaml";
import { z } from "zod";
import { fieldsOf, snapshot } from "../../domain/numbers/change.ts";
import { readRoutes } from "../../operations/routes/read-routes.ts";
import { connectionTextOf } from "../../operations/shared/connections-by-text.ts";
import { controlCommand } from "../control/control-command.ts";
import {
  answersDocument,
  answersOf,
  numberDocument,
  numberOf,
  versionWordOf,
} from "../../operations/documents/number-document.ts";
import { numberTitle } from "../numbers/number-title.ts";
import { sanitize } from "../sanitize.ts";

/** Every number with its agent and its vendor's own fields, as they are now. */
export const routesDocument = z.object({
  workspace: z.string(),
  at: z.string(),
  routes: z.array(
    z.object({
      number: numberDocument,
      /** How the file names its connection. */
      connection: z.string(),
      /** As the file names it; null is nobody. Missing if the vendor does not say. */
      agent: z.string().nullish(),
      fields: z.record(z.string(), z.string().nullable()),
      ...answersDocument.shape,
    }),
  ),
});
export type RoutesDocument = z.infer<typeof routesDocument>;

export const readAllRoutes = controlCommand({
  name: "routes.read",
  input: z.object({ connection: z.string().max(200).optional() }),
  output: routesDocument,
  run: async (ctx, { connection }) => {
    const read = await readRoutes(ctx, connection);
    const textOf = connectionTextOf(await ctx.workspace.connections.list());
    return {
      workspace: ctx.workspace.id,
      at: ctx.now().toISOString(),
      routes: read.map(({ connection: of, number, labels }) => {
        const state = snapshot(number);
        const versionWord = versionWordOf(ctx, of.vendor);
        return {
          number: numberOf(of, number),
          connection: textOf(of.id),
          agent: state["agent"],
          fields: fieldsOf(state),
          ...answersOf(number, { labels, versionWord }),
        };
      }),
    };
  },
});

/** The routes as a YAML file, with the names of numbers and agents as comments. `routes plan` reads it. */
export function routesYaml({ workspace, at, routes: all }: RoutesDocument): string {
  const routes = all.filter(saysSomething);
  const document = new Document({ routes: routes.map(routeOf) });
  document.commentBefore = [
    `The numbers of workspace ${workspace} as they were on ${at}.`,
    "patchbay routes plan -f <this file> shows what differs from it, and changes nothing.",
    "Only what this file names is compared and changed: delete what it should not decide.",
    ...all
      .filter((route) => !saysSomething(route))
      .map(
        ({ number }) => `Left out, because its vendor does not say who answers it: ${numberTitle(number)}`,
      ),
  ]
    .map((line) => ` ${sanitize(line)}`)
    .join("\n");
  const list = document.get("routes");
  const items = isSeq(list) ? list.items : [];
  for (const [index, item] of items.entries()) {
    const route = routes[index];
    if (!isMap(item) || !route) continue;
    item.commentBefore = ` ${sanitize(numberTitle(route.number))}`;
    const agent = item.get("agent", true);
    if (isScalar(agent)) agent.comment = ` ${sanitize(route.answers)}`;
  }
  return document.toString({ lineWidth: 0 });
}

type RouteDocument = RoutesDocument["routes"][number];

function routeOf({ number, connection, agent, fields }: RouteDocument): object {
  return {
    number: number.id,
    connection,
    ...(agent === undefined ? {} : { agent }),
    ...(Object.keys(fields).length === 0 ? {} : { fields }),
  };
}

const saysSomething = ({ agent, fields }: RouteDocument): boolean =>
  agent !== undefined || Object.keys(fields).length > 0;
