// https://docs.oneinbox.ai/api-reference/phone-numbers/update-phone-number
// - A number has two agents: its own `agent_id`, and `inbound_routing.agent_id`, which overrides it. A reassignment
//   writes the one that answers; an undo restores both if both changed. An edit of `inbound_routing` without an agent
//   makes the number's own agent the override, so an edit can create an override. No documented request removes one.
// - `inbound_routing` is merged: absent fields stay, `fallback: null` clears. It and `voicemail_message` are never sent
//   as null.
// - Detaching: the schema allows `agent_id: null`, but its effect is not described. For `inbound_routing.agent_id`,
//   only "omitted keeps" is documented. So a detach sends `agent_id: null` alone, with or without an override, and
//   reading the number back shows the result.
// - Newer lists use cursors: `{items, next_cursor, has_more}` besides `total` and `offset`. Patchbay reads both
//   formats.
// - `GET /v1/audit-events` names the user or the API key of a change. Our assumptions: `resource_type=phone_number`, and
//   that its first page has the newest events.
// - Listing numbers is not documented. Our assumptions: `limit` and `offset` as for agents, a bare array, the rate
//   limit, which of 400, 404 and 422 means an unknown id, and the longest name, label and message.
import { z } from "zod";
import type { Agent, PhoneNumber } from "../../domain/numbers/phone-number.ts";
import type { Vendor, VendorCapabilities } from "../../domain/vendor/vendor.ts";
import { mapNotFound, mapUnsupported, parsePatch } from "../map-response.ts";
import { vendorHttp, type Query } from "../http.ts";
import { apiKeyCredentials, apiKeyOf } from "../api-key.ts";
import { allPages, type Cursor, type Page, type PagesOptions } from "../pagination.ts";
import { pathWith } from "../url-path.ts";
import { buildPatch } from "../build-patch.ts";
import { unpublishedRate } from "../rate-limit.ts";
import { nameOr, parse, parseEach } from "../parse.ts";
import { newestChangeIn } from "./oneinbox/audit-events.ts";
import { limit, nextOf, readPage, title } from "./oneinbox/lists.ts";
import { numberFrom, numberSchema, wholeNumberFrom } from "./oneinbox/number.ts";

const capabilities: VendorCapabilities = {
  name: { maxLength: 255, clearable: true },
  fields: [
    {
      id: "fallback",
      label: "Fallback agent",
      hint: "Answers when the number's agent cannot.",
      input: "agent",
      maxLength: 255,
      clearable: true,
    },
    {
      id: "voicemail_message",
      label: "Voicemail message",
      hint: "Said when a call goes to voicemail. It can be replaced, not emptied.",
      input: "multiline",
      maxLength: 1000,
      clearable: false,
    },
  ],
};

const text = z.string().nullish();

const agentSchema = z.object({ id: z.string().min(1), name: text });

const mistake = z.object({ loc: z.array(z.union([z.string(), z.number()])).nullish(), msg: z.string() });
const errorSchema = z.object({ detail: z.union([z.string(), z.array(mistake)]) });

/** The OneInbox adapter. */
export const oneinbox: Vendor = {
  id: "oneinbox",
  title,
  apiUrl: "https://api.oneinbox.ai",
  credentials: apiKeyCredentials("begins with oi_sk_"),
  capabilities,
  dashboard: "In the OneInbox dashboard, open the number under Phone Numbers and choose its agent there.",
  open: (credentials, options) => {
    const apiKey = apiKeyOf(credentials);
    const http = vendorHttp({ vendor: title, ...options, apiKey, rate: unpublishedRate, readError });
    /** All records of a list, with offsets or cursors. */
    const all = async <S extends z.ZodType, T extends { readonly id: string }>(
      path: string,
      { item, from, ...listOptions }: ListOptions<S, T>,
      signal: AbortSignal | undefined,
    ) => {
      const ask = async (query: Query) => readPage((await http.getPage(path, query, signal)).json);
      const readNext = async (cursor: Cursor | undefined, before: number): Promise<Page<T>> => {
        const place = typeof cursor === "string" ? { cursor } : { offset: cursor ?? 0 };
        const page = await ask({ limit, ...place });
        return { ...(await parseEach(title, item, page.items, from)), ...nextOf(page, before) };
      };
      const askForOne = async () => (await ask({ limit: 1, offset: 0 })).items.length;
      return allPages(title, readNext, { ...listOptions, askForOne });
    };
    return {
      listNumbers: async (signal, _maxAgeMs, made, onUnreadable) => {
        const how = { item: numberSchema, from: numberFrom, made, onUnreadable };
        return mapUnsupported(title, "numbers", all("/v1/phone-numbers", how, signal));
      },
      getNumber: async (id, signal) => {
        const path = pathWith("/v1/phone-numbers/{id}", id, ["search", "purchase"]);
        const { json } = await mapNotFound(title, "number", [404, 422], http.get(path, signal));
        return toNumber(json);
      },
      newestChange: async (numberId, signal) => {
        const query = { resource_type: "phone_number", limit };
        const { json } = await http.getPage("/v1/audit-events", query, signal);
        return newestChangeIn(readPage(json).items, numberId);
      },
      listAgents: async (signal, _maxAgeMs, onUnreadable) => {
        const how = { item: agentSchema, from: agentFrom, onUnreadable };
        return mapUnsupported(title, "agents", all("/v1/agents", how, signal));
      },
      getAgent: async (id, signal) => {
        const path = pathWith("/v1/agents/{id}", id);
        const { json } = await mapNotFound(title, "agent", [404, 422], http.get(path, signal));
        return agentFrom(parse(title, agentSchema, json));
      },
      check: async (signal) => {
        // Agents, because listing them is documented and listing numbers is not.
        const { json } = await http.getPage("/v1/agents", { limit: 1, offset: 0 }, signal);
        readPage(json);
      },
      buildPatch: (number, change) =>
        buildPatch(
          { title, capabilities },
          {
            // Only the override, if there is one. The number's own agent stays.
            reassign: (agentId, _number, ownAgentId) =>
              number.override
                ? {
                    ...(ownAgentId === undefined ? {} : { agent_id: ownAgentId }),
                    inbound_routing: { agent_id: agentId },
                  }
                : { agent_id: agentId },
            detach: () => ({ agent_id: null }),
            rename: (name) => ({ friendly_name: name }),
            edit: ({ fallback, voicemail_message }) => ({
              inbound_routing: {
                ...(fallback === undefined ? {} : { fallback: fallback && { agent_id: fallback } }),
                ...(voicemail_message === undefined ? {} : { voicemail_message }),
              },
            }),
          },
          number,
          change,
        ),
      inTurn: http.inTurn,
      bulkTimeMs: http.bulkTimeMs,
      patch: async (id, body, leftMs) => {
        const answer = await http.patch(pathWith("/v1/phone-numbers/{id}", id), body, leftMs);
        return parsePatch(title, id, answer, toAnsweredNumber);
      },
    };
  },
};

interface ListOptions<S extends z.ZodType, T> extends Pick<PagesOptions<T>, "made" | "onUnreadable"> {
  readonly item: S;
  readonly from: (seen: z.output<S>) => T;
}

const toNumber = (json: unknown): PhoneNumber => wholeNumberFrom(parse(title, numberSchema, json));

/** The number in the response to an update. A response without the override does not say who answers. */
function toAnsweredNumber(json: unknown): PhoneNumber {
  const number = toNumber(json);
  return number.override === undefined ? { ...number, agent: undefined } : number;
}

const agentFrom = (seen: z.output<typeof agentSchema>): Agent => ({
  id: seen.id,
  name: nameOr(seen.id, seen.name),
});

function readError(json: unknown): string | undefined {
  const { data } = errorSchema.safeParse(json);
  if (!Array.isArray(data?.detail)) return data?.detail;
  return data.detail.map(({ loc, msg }) => [...(loc ?? []), msg].join(" ")).join("; ");
}
