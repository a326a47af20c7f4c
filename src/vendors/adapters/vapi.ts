// https://docs.vapi.ai/api-reference/phone-numbers/update
// - Responses carry `twilioAuthToken`, `twilioApiSecret` and the secrets of servers. The schemas below drop everything
//   that they do not name, and of a server only the host is kept.
// - A number is answered by `assistantId`, `squadId` or `workflowId`. A squad is shown as an agent with the id
//   `squad:<id>`, a workflow as `workflow:<id>`. Which of several wins is not documented, so all are shown, joined by
//   *or*. A change sends null for those that were set and are to go, and an undo writes them back. The published schema does not have null;
//   the vendor's own examples do.
// - Without any of them, Vapi asks the number's server, or the organisation's, which may choose any assistant. Only if
//   that fails, it transfers to `fallbackDestination`. The organisation's server cannot be read, so it is never known
//   that nobody answers.
// - A hook on `call.ringing` acts before any assistant: callers never reach it. Only its first action is carried out.
// - A SIP number may have `sipUri` and no `number`. A number that Vapi is still buying has neither.
// - An update needs no `provider`. A name cannot be cleared: the schema has no null, and "" is not documented.
// - Lists of numbers have pages. An account without `/v2/phone-number`, and the lists of assistants and squads, are
//   arrays, which go on before the `createdAt` of their last item.
// - Our assumptions: lists are sorted by `createdAt`, newest first, that 400 and 404 mean an unknown id, the form of
//   errors, the rate limit, that a hook with a filter acts on some calls only.
import { z } from "zod";
import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";
import type { Vendor, VendorCapabilities } from "../../domain/vendor/vendor.ts";
import { isMissingRoute, mapNotFound, mapUnsupported, parsePatch } from "../map-response.ts";
import { vendorHttp, type Query } from "../http.ts";
import { apiKeyCredentials, apiKeyOf } from "../api-key.ts";
import { pageBefore } from "../created-before.ts";
import { allPages, nextPage, type Cursor, type Page, type PagesOptions } from "../pagination.ts";
import { pathWith } from "../url-path.ts";
import { buildPatch } from "../build-patch.ts";
import { unpublishedRate } from "../rate-limit.ts";
import { parse, parseEach } from "../parse.ts";
import { listCalls } from "./vapi/calls.ts";
import { agentFrom, agentSchema, squadFrom } from "./vapi/agent.ts";
import { answererOf, assignment, clearing, readableNumber, wholeNumber } from "./vapi/number.ts";

const title = "Vapi";
const numbersPath = "/phone-number";
const pagedNumbersPath = "/v2/phone-number";
const limit = 100;
const unknownId = [400, 404];

const capabilities: VendorCapabilities = {
  name: { maxLength: 40, clearable: false },
  fields: [],
  mayAnswerWithoutAgent: true,
};

const records = z.array(z.unknown());
const count = z.number().nullish();
const metadata = z.object({ totalItems: count, totalPages: count, hasNextPage: z.boolean().nullish() });
const numberPage = z.object({ results: records, metadata: metadata.nullish() });
const errorSchema = z.object({ message: z.union([z.string(), z.array(z.string())]) });

/** Vapi as a vendor adapter. */
export const vapi: Vendor = {
  id: "vapi",
  title,
  apiUrl: "https://api.vapi.ai",
  credentials: apiKeyCredentials("the private key, from API Keys in the Vapi dashboard"),
  capabilities,
  dashboard: "In the Vapi dashboard, open the number under Phone Numbers and choose its assistant there.",
  open: (credentials, options) => {
    const apiKey = apiKeyOf(credentials);
    const http = vendorHttp({ vendor: title, ...options, apiKey, rate: unpublishedRate, readError });
    const numbersOn = async (query: Query, signal?: AbortSignal) =>
      parse(title, numberPage, (await http.getPage(pagedNumbersPath, query, signal)).json);
    const arrayAt = async (path: string, query: Query, signal?: AbortSignal) =>
      parse(title, records, (await http.getPage(path, query, signal)).json);
    /** All records of a list that is an array. */
    const allOf = async <S extends z.ZodType, T extends { readonly id: string }>(
      path: string,
      how: Pick<PagesOptions<T>, "made" | "onUnreadable"> & {
        readonly schema: S;
        readonly from: (seen: z.output<S>) => T;
      },
      signal: AbortSignal | undefined,
    ): Promise<T[]> => {
      const ask = async (query: Query) => arrayAt(path, query, signal);
      const list = { vendor: title, limit, schema: how.schema, from: how.from, ask };
      const readPage = async (cursor: Cursor | undefined) => pageBefore(list, cursor);
      return allPages(title, readPage, { ...how, askForOne: async () => (await ask({ limit: 1 })).length });
    };
    let hasPages = true;
    return {
      listNumbers: async (signal, _maxAgeMs, made, onUnreadable) => {
        const readPage = async (cursor: Cursor | undefined, before: number): Promise<Page<PhoneNumber>> => {
          const page = Number(cursor ?? 1);
          const { results, metadata: said } = await numbersOn({ page, limit, sortOrder: "ASC" }, signal);
          const { next, isGuess } = nextPage(page, {
            count: results.length,
            before,
            total: said?.totalItems,
            totalPages: said?.totalPages,
          });
          const isLast = said?.hasNextPage === false;
          return {
            ...(await parseEach(title, readableNumber, results, same)),
            next: isLast ? undefined : next,
            isGuess,
          };
        };
        const askForOne = async () => (await numbersOn({ page: 1, limit: 1 }, signal)).results.length;
        const older = async () =>
          allOf(numbersPath, { schema: readableNumber, from: same, made, onUnreadable }, signal);
        const all = async (): Promise<PhoneNumber[]> => {
          if (!hasPages) return older();
          try {
            return await allPages(title, readPage, { made, onUnreadable, askForOne });
          } catch (error) {
            if (!isMissingRoute(error)) throw error;
            const numbers = await older();
            hasPages = false;
            return numbers;
          }
        };
        return mapUnsupported(title, "numbers", all());
      },
      searchNumbers: async (search, signal) => {
        // Treated as a single read, because a person waits for one number: it goes before the pages of lists.
        const path = `${pagedNumbersPath}?search=${encodeURIComponent(search)}&limit=${limit}`;
        const { json } = await mapUnsupported(title, "numbers", http.get(path, signal));
        const { results } = parse(title, numberPage, json);
        return (await parseEach(title, readableNumber, results, same)).items;
      },
      getNumber: async (id, signal) => {
        const path = pathWith(`${numbersPath}/{id}`, id);
        const { json } = await mapNotFound(title, "number", unknownId, http.get(path, signal));
        return toNumber(json);
      },
      listAgents: async (signal, _maxAgeMs, onUnreadable) => {
        const assistants = allOf(
          "/assistant",
          { schema: agentSchema, from: agentFrom, onUnreadable },
          signal,
        );
        const squads = allOf("/squad", { schema: agentSchema, from: squadFrom, onUnreadable }, signal);
        const [first, second] = await Promise.all([
          mapUnsupported(title, "agents", assistants),
          noneWithoutRoute(squads),
        ]);
        return [...first, ...second];
      },
      getAgent: async (agentId, signal) => {
        const { field, id } = answererOf(agentId);
        const path = pathWith(field === "squadId" ? "/squad/{id}" : "/assistant/{id}", id);
        // No route of the API shows a workflow. Its id is only known from a number that it answers.
        if (field === "workflowId") return { id: agentId, name: agentId };
        const { json } = await mapNotFound(title, "agent", unknownId, http.get(path, signal));
        return (field === "squadId" ? squadFrom : agentFrom)(parse(title, agentSchema, json));
      },
      listCalls: async (query, signal) => listCalls(http, query, signal),
      check: async (signal) => {
        try {
          await numbersOn({ page: 1, limit: 1 }, signal);
        } catch (error) {
          if (!isMissingRoute(error)) throw error;
          await arrayAt(numbersPath, { limit: 1 }, signal);
        }
      },
      buildPatch: (number, change) =>
        buildPatch(
          { title, capabilities, agents: "one of several" },
          {
            reassign: (agentId) => assignment(agentId, number),
            detach: () => (number.agent === null ? { assistantId: null } : clearing(number)),
            rename: (name) => ({ name }),
            edit: () => ({}),
          },
          number,
          change,
        ),
      inTurn: http.inTurn,
      bulkTimeMs: http.bulkTimeMs,
      patch: async (id, body, leftMs) => {
        const answer = await http.patch(pathWith(`${numbersPath}/{id}`, id), body, leftMs);
        return parsePatch(title, id, answer, toNumber);
      },
    };
  },
};

const toNumber = (json: unknown): PhoneNumber => parse(title, wholeNumber, json);
const same = (number: PhoneNumber): PhoneNumber => number;

/** An account without the route of a list has nothing on it. */
async function noneWithoutRoute<T>(list: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await list;
  } catch (error) {
    if (isMissingRoute(error)) return [];
    throw error;
  }
}

function readError(json: unknown): string | undefined {
  const { message } = errorSchema.safeParse(json).data ?? {};
  return Array.isArray(message) ? message.join("; ") : message;
}
