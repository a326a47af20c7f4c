import { z } from "zod";
import { reachesConnection } from "../../domain/access/api-token.ts";
import { snapshot } from "../../domain/numbers/change.ts";
import { numberListDocument, numberListOf } from "../../operations/documents/number-list-document.ts";
import { findNumbers } from "../../operations/numbers/find-numbers.ts";
import { loadNumberCard } from "../../operations/numbers/get-number.ts";
import { apiRoute, noParts } from "../server/api-route.ts";
import { etagOf } from "../server/etag.ts";
import { keyInPath, requireReach } from "../server/reach.ts";
import { numberResource, numberResourceOf } from "./number-resource.ts";

/** How long to wait for a slow vendor before its numbers are listed as last read, in milliseconds. */
const waitMs = 10_000;
const mostListed = 500;
const wholeNumber = z.coerce.number<string>().int();

export const listNumbers = apiRoute({
  method: "GET",
  path: "/v1/numbers",
  operationId: "listNumbers",
  summary: "Numbers and who answers them, from lists that are at most a minute old unless they say so",
  scope: "read",
  input: z.object({
    ...noParts,
    query: z.strictObject({
      filter: z
        .string()
        .max(300)
        .default("")
        .describe(
          "Words that each number contains, or a state: nobody, protected, frozen, temporary, drifted",
        ),
      limit: wholeNumber.min(1).max(mostListed).default(100),
      offset: wholeNumber.min(0).max(1_000_000).default(0),
    }),
  }),
  answers: {
    200: {
      name: "NumberList",
      schema: numberListDocument,
      description: "A page, those without an agent first",
    },
  },
  problems: [],
  run: async ({ ctx, token }, { query: { filter, limit, offset } }) => {
    const among = (id: string): boolean => reachesConnection(token, id);
    const found = await findNumbers(ctx, filter, { limit, offset, waitMs, withoutAgentFirst: true, among });
    return { status: 200, body: await numberListOf(ctx, found, offset) };
  },
});

export const showNumber = apiRoute({
  method: "GET",
  path: "/v1/numbers/{connection}/{id}",
  operationId: "showNumber",
  summary: "One number, read from its vendor now",
  scope: "read",
  input: z.object({ ...noParts, path: keyInPath }),
  answers: {
    200: {
      name: "Number",
      schema: numberResource,
      description: "The number",
      headers: { ETag: "What If-Match needs to change it: a hash of its state" },
    },
  },
  problems: [404, 502, 503],
  run: async ({ ctx, token, hooks }, { path: { connection, id } }) => {
    requireReach(token, connection);
    const { view } = await loadNumberCard(ctx, { connectionId: connection, numberId: id });
    const state = snapshot(view.number);
    const etag = etagOf(state);
    hooks.seenStates.note(ctx.workspace.id, etag, state);
    return { status: 200, body: numberResourceOf(view), headers: { etag } };
  },
});
