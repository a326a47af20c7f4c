// https://docs.cartesia.ai/api-reference/agents/phone-numbers/update
// - The agent is read as `{id, name}` or null, and written as `agent_id`. Deleted agents stay in the list with
//   `deleted_at` and are left out here.
// - Clearing the label is not documented, so it is refused before anything is sent.
// - `provider: {id}` moves the number to a Twilio account that must already have it. A number that Cartesia manages has
//   a provider without an id.
// - GET /agents/phone-numbers/providers is a bare array without pages. A Twilio account has no name there, only SIDs and a
//   region. An answer with `data`, as the list of numbers has, is read too.
// - A 400 may mean that the webhook at Twilio could not be set up. Part of the change may be made, so the number is
//   read after a refusal too. A 404 may refer to the number, the agent or the provider.
// - Errors are JSON only from version 2026-03-01 on. Pages have 10 items unless a limit is given.
// - The rate limit and the longest label and provider id are not published. Ours are assumptions.
import { z } from "zod";
import type { Agent, PhoneNumber } from "../../domain/numbers/phone-number.ts";
import type { Vendor, VendorCapabilities } from "../../domain/vendor/vendor.ts";
import { mapNotFound, mapUnsupported, parsePatch } from "../map-response.ts";
import { vendorHttp, type Query } from "../http.ts";
import { apiKeyCredentials, apiKeyOf } from "../api-key.ts";
import { allPages, nextCursor, type Cursor, type Next } from "../pagination.ts";
import { pathWith } from "../url-path.ts";
import { buildPatch } from "../build-patch.ts";
import { withRequestId } from "../request-id.ts";
import { unpublishedRate } from "../rate-limit.ts";
import { nameOr, parse, parseEach } from "../parse.ts";
import { listCalls } from "./cartesia/calls.ts";
import { numberFrom, numberSchema, wholeNumberFrom } from "./cartesia/number.ts";
import { providerFrom, providerList, providerSchema } from "./cartesia/provider.ts";

const title = "Cartesia";
const numbersPath = "/agents/phone-numbers";
const limit = 100;
/** The version of the guide that this adapter follows. The newest SDK's default is 2026-08-14. */
const headers = { "cartesia-version": "2026-03-01" };

const capabilities: VendorCapabilities = {
  name: { maxLength: 255, clearable: false },
  fields: [
    {
      id: "provider",
      label: "Provider",
      hint: "Careful: this moves the number to another Twilio account. Calls fail unless that account holds the number.",
      input: "choice",
      maxLength: 255,
      clearable: false,
    },
  ],
};

const text = z.string().nullish();

const records = z.array(z.unknown());
const hasId = z.object({ id: z.string().min(1) });
const numberPage = z.object({ data: records, has_more: z.boolean().nullish() });
const agentSchema = z.object({ id: z.string().min(1), name: text, deleted_at: text });
const agentList = z.object({ summaries: records, has_more: z.boolean().nullish() });
const errorSchema = z.object({ message: z.string(), request_id: text });

/** Cartesia as a vendor adapter. */
export const cartesia: Vendor = {
  id: "cartesia",
  title,
  apiUrl: "https://api.cartesia.ai",
  credentials: apiKeyCredentials("begins with sk_car_"),
  capabilities,
  dashboard:
    "In the Cartesia playground (play.cartesia.ai), open the number under Phone Numbers and choose its agent.",
  open: (credentials, options) => {
    const apiKey = apiKeyOf(credentials);
    const rate = unpublishedRate;
    const http = vendorHttp({ vendor: title, ...options, apiKey, headers, rate, readError });
    return {
      listNumbers: async (signal, _maxAgeMs, made, onUnreadable) => {
        const page = async (query: Query) => {
          const { json } = await http.getPage(numbersPath, query, signal);
          return parse(title, numberPage, json);
        };
        const readPage = async (after: Cursor | undefined) => {
          const { data, has_more } = await page({ starting_after: after, limit });
          return {
            ...(await parseEach(title, numberSchema, data, numberFrom)),
            ...nextAfter(data, has_more),
          };
        };
        const askForOne = async () => (await page({ limit: 1 })).data.length;
        return mapUnsupported(title, "numbers", allPages(title, readPage, { made, onUnreadable, askForOne }));
      },
      searchNumbers: async (q, signal) => {
        // Treated as a single read, because a person waits for one number: it goes before the pages of lists.
        const path = `${numbersPath}?q=${encodeURIComponent(q)}&limit=${limit}`;
        const { json } = await mapUnsupported(title, "numbers", http.get(path, signal));
        const { data } = parse(title, numberPage, json);
        return (await parseEach(title, numberSchema, data, numberFrom)).items;
      },
      getNumber: async (id, signal) => {
        const path = numberPath(id);
        const { json } = await mapNotFound(title, "number", [404], http.get(path, signal));
        return toNumber(json);
      },
      listAgents: async (signal, _maxAgeMs, onUnreadable) => {
        const readPage = async (after: Cursor | undefined) => {
          const query = after === undefined ? {} : { starting_after: after };
          const { json } = await http.getPage("/agents", query, signal);
          const { summaries, has_more } = parse(title, agentList, json);
          const agents = await parseEach(title, agentSchema, summaries, agentFrom);
          // The list is documented as complete. There is another page only if the response says so.
          return { ...agents, ...(has_more ? nextAfter(summaries, true) : { next: undefined }) };
        };
        const agents = await mapUnsupported(title, "agents", allPages(title, readPage, { onUnreadable }));
        return agents.filter(({ unbindable }) => unbindable === undefined);
      },
      getAgent: async (id, signal) => {
        const path = pathWith("/agents/{id}", id, ["phone-numbers"]);
        const { json } = await mapNotFound(title, "agent", [404], http.get(path, signal));
        return agentFrom(parse(title, agentSchema, json));
      },
      listChoices: async (_fieldId, signal) => {
        const reading = http.get(`${numbersPath}/providers`, signal);
        const { json } = await mapUnsupported(title, "providers", reading);
        const listed = parse(title, providerList, json);
        return (await parseEach(title, providerSchema, listed, providerFrom)).items;
      },
      listCalls: async (query, signal) => listCalls(http, query, signal),
      check: async (signal) => {
        const { json } = await http.getPage(numbersPath, { limit: 1 }, signal);
        parse(title, numberPage, json);
      },
      buildPatch: (number, change) =>
        buildPatch(
          { title, capabilities },
          {
            reassign: (agentId) => ({ agent_id: agentId }),
            detach: () => ({ agent_id: null }),
            rename: (name) => ({ label: name }),
            edit: ({ provider }) => ({ provider: { id: provider } }),
          },
          number,
          change,
        ),
      inTurn: http.inTurn,
      bulkTimeMs: http.bulkTimeMs,
      patch: async (id, body, leftMs) => {
        const answer = await http.patch(numberPath(id), body, leftMs);
        return parsePatch(title, id, answer, toNumber);
      },
    };
  },
};

/** The path of a number, which no id may turn into that of the providers. */
const numberPath = (id: string): string => pathWith(`${numbersPath}/{id}`, id, ["providers"]);

/** The page after the last record with an id. Without `has_more`, there may always be one. */
function nextAfter(data: readonly unknown[], hasMore: boolean | null | undefined): Next {
  const last = data.findLast((record) => hasId.safeParse(record).success);
  const said = hasId.safeParse(last).data?.id;
  const isGuess = typeof hasMore !== "boolean";
  return { next: nextCursor(title, said, hasMore ?? said !== undefined), isGuess };
}

const toNumber = (json: unknown): PhoneNumber => wholeNumberFrom(parse(title, numberSchema, json));

const agentFrom = (seen: z.output<typeof agentSchema>): Agent => ({
  id: seen.id,
  name: nameOr(seen.id, seen.name),
  unbindable: seen.deleted_at ? "it is deleted" : undefined,
});

function readError(json: unknown): string | undefined {
  const { data } = errorSchema.safeParse(json);
  return data && withRequestId(data.message, data.request_id);
}
