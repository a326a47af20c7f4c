// https://docs.retellai.com/api-references/update-phone-number, its OpenAPI document of 2026-08, and retell-sdk 5.66.1
// - A number's id is its E.164. Missing numbers and agents are a 422 with the same text, and never a 404.
// - `inbound_agents` is a list with weights that add up to 1: for each call, one agent is drawn. An agent may be named in
//   a version, which is a number or a tag. A reassignment replaces the list; an undo writes it back.
// - The earlier `inbound_agent_id` is still read, where the list is absent or empty. Written, it may be ignored with a 200, so Patchbay never writes it.
// - Where `inbound_webhook_url` is set, the webhook may choose another agent for each call. The URL may contain a secret,
//   so only its host is shown.
// - Agents are listed by POST /v2/list-agents, with chat agents among them unless it is asked for voice alone. It has
//   replaced GET /list-agents, with a row for each version, which is deprecated since 2026-07-31
//   (https://docs.retellai.com/deprecation-notice/2026/07-31_agent_list_endpoints).
// - Our assumptions: an answer without `inbound_agents` or `nickname` means none; which version answers if none is named;
//   the rate limit; the longest nickname.
import { z } from "zod";
import { agentsIn } from "../../domain/numbers/answering-agents.ts";
import type { Agent, PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import type { Vendor, VendorCapabilities } from "../../domain/vendor/vendor.ts";
import { apiKeyCredentials, apiKeyOf } from "../api-key.ts";
import { buildPatch } from "../build-patch.ts";
import { vendorHttp, type Query } from "../http.ts";
import { mapNotFound, mapUnsupported, parsePatch } from "../map-response.ts";
import { allPages, nextCursor, type Cursor, type Page, type PagesOptions } from "../pagination.ts";
import { nameOr, parse, parseEach } from "../parse.ts";
import { unpublishedRate } from "../rate-limit.ts";
import type { HttpAnswer } from "../response.ts";
import { pathWith } from "../url-path.ts";
import { listCalls } from "./retell/calls.ts";
import { numberFrom, numberSchema, wholeNumberFrom } from "./retell/number.ts";

const title = "Retell";
const numbersPath = "/v2/list-phone-numbers";
const agentsPath = "/v2/list-agents";
const limit = 1000;
/** Chat agents answer no phone. */
const voiceAgents = { filter_criteria: { channel: { type: "string", op: "eq", value: "voice" } } };

const capabilities: VendorCapabilities = {
  name: { maxLength: 255, clearable: true },
  fields: [
    {
      id: "fallback_number",
      label: "Fallback number",
      hint: "In E.164. Takes calls that Retell cannot take, for example in outage mode (Enterprise).",
      input: "text",
      maxLength: 32,
      clearable: true,
    },
  ],
  mayAnswerWithoutAgent: true,
};

const text = z.string().nullish();

const agentSchema = z.object({ agent_id: z.string().min(1), agent_name: text });

const records = z.array(z.unknown());
const page = z.object({ items: records, has_more: z.boolean().nullish(), pagination_key: text });
const errorSchema = z.object({ message: z.string() });

/** The Retell adapter. */
export const retell: Vendor = {
  id: "retell",
  title,
  apiUrl: "https://api.retellai.com",
  credentials: apiKeyCredentials("begins with key_"),
  capabilities,
  dashboard:
    "In the Retell dashboard, open the number under Phone Numbers and choose its inbound agent there.",
  open: (credentials, options) => {
    const apiKey = apiKeyOf(credentials);
    const http = vendorHttp({ vendor: title, ...options, apiKey, rate: unpublishedRate, readError });
    return {
      listNumbers: async (signal, _maxAgeMs, made, onUnreadable) => {
        const pageAt = async (query: Query) => http.getPage(numbersPath, query, signal);
        return mapUnsupported(
          title,
          "numbers",
          everyItem(pageAt, { schema: numberSchema, from: numberFrom, made, onUnreadable }),
        );
      },
      getNumber: async (id, signal) => {
        const path = pathWith("/get-phone-number/{id}", id);
        const { json } = await mapNotFound(title, "number", [404, 422], http.get(path, signal));
        return toNumber(json);
      },
      listAgents: async (signal, _maxAgeMs, onUnreadable) => {
        const pageAt = async (query: Query) => http.getPageByPost(agentsPath, query, voiceAgents, signal);
        return mapUnsupported(
          title,
          "agents",
          everyItem(pageAt, { schema: agentSchema, from: agentFrom, onUnreadable }),
        );
      },
      getAgent: async (id, signal) => {
        const path = pathWith("/get-agent/{id}", id);
        const { json } = await mapNotFound(title, "agent", [404, 422], http.get(path, signal));
        return agentFrom(parse(title, agentSchema, json));
      },
      listCalls: async (query, signal) => listCalls(http, query, signal),
      check: async (signal) => {
        parse(title, page, (await http.getPage(numbersPath, { limit: 1 }, signal)).json);
      },
      buildPatch: (number, change) =>
        buildPatch(
          { title, capabilities, agents: "several" },
          {
            reassign: (agents) => ({ inbound_agents: weightedAgents(agents) }),
            detach: () => ({ inbound_agents: null }),
            rename: (name) => ({ nickname: name }),
            edit: (fields) => fields,
          },
          number,
          change,
        ),
      inTurn: http.inTurn,
      bulkTimeMs: http.bulkTimeMs,
      patch: async (id, body, leftMs) => {
        const path = pathWith("/update-phone-number/{id}", id);
        return parsePatch(title, id, await named(http.patch(path, body, leftMs)), toNumber);
      },
    };
  },
};

/** What the records of a list become. */
interface Listed<S extends z.ZodType, T> extends Pick<PagesOptions<T>, "made" | "onUnreadable"> {
  readonly schema: S;
  readonly from: (seen: z.output<S>) => T;
}

/** All records of a list whose pages follow a key. */
async function everyItem<S extends z.ZodType, T extends { readonly id: string }>(
  pageAt: (query: Query) => Promise<HttpAnswer>,
  { schema, from, ...options }: Listed<S, T>,
): Promise<T[]> {
  const readPage = async (cursor: Cursor | undefined): Promise<Page<T>> => {
    const { json } = await pageAt({ limit, pagination_key: cursor });
    const { items, pagination_key, has_more } = parse(title, page, json);
    return {
      ...(await parseEach(title, schema, items, from)),
      next: nextCursor(title, pagination_key, has_more),
    };
  };
  return allPages(title, readPage, options);
}

/** The agents that a snapshot names, as Retell takes them. */
const weightedAgents = (agents: string) =>
  agentsIn(agents).map(({ id, version: wanted, share }) => ({
    agent_id: id,
    ...(wanted === undefined ? {} : { agent_version: wanted }),
    weight: share,
  }));

/** Adds to a 422 what it may mean. */
async function named<T>(asking: Promise<T>): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    if (!isProblem(error, "vendor_refused") || error.details.vendorStatus !== 422) throw error;
    const words = `${error.message} It does not say whether the number or an agent is missing.`;
    throw new Problem("vendor_refused", words, error.details, error);
  }
}

const toNumber = (json: unknown): PhoneNumber => wholeNumberFrom(parse(title, numberSchema, json));

const agentFrom = (seen: z.output<typeof agentSchema>): Agent => ({
  id: seen.agent_id,
  name: nameOr(seen.agent_id, seen.agent_name),
});

const readError = (json: unknown): string | undefined => errorSchema.safeParse(json).data?.message;
