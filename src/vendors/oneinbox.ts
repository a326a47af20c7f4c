// https://docs.oneinbox.ai/api-reference/phone-numbers/update-phone-number
// - Two agents: the number's own `agent_id`, and `inbound_routing.agent_id`, which wins. An edit of `inbound_routing`
//   that leaves the agent out makes the number's own one the override, so overrides come into being by the way.
// - `inbound_routing` is merged: absent keeps, `fallback: null` clears. It and `voicemail_message` are never sent as null.
// - Detaching: `agent_id: null` is typed but no sentence says what it does, and for `inbound_routing.agent_id` only
//   "omitted keeps" is documented. So a detach sends the former alone, override or not; reading back tells.
// - Listing numbers is not documented: `limit` and `offset` as for agents, and a bare array, are our assumption, as are
//   the rate limit, which of 400, 404 and 422 a bad id answers, and the longest name, label and message.
import { z } from "zod";
import type { Agent, PhoneNumber } from "../domain/phone-number.ts";
import type { Vendor, VendorAbilities } from "../domain/vendor.ts";
import { found, listed, patched } from "./account.ts";
import { vendorHttp, type Query } from "./http.ts";
import { apiKeyCredentials, apiKeyOf } from "./key.ts";
import { allPages, nextOffset, type Cursor, type Page } from "./pages.ts";
import { pathWith } from "./path.ts";
import { planned } from "./plan.ts";
import { unpublishedRate } from "./rate.ts";
import { read, textOrNone } from "./read.ts";

const title = "OneInbox";
const limit = 100;

/** A number's field that says which agent its override names: read only, so not among the abilities. */
const overrideField = "routing_agent";

const detachNote =
  "This number has a routing override, which a detach does not clear: its agent will most likely go on answering. Reassign it to an agent that is safe for callers.";

const abilities: VendorAbilities = {
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

const routingSchema = z.object({
  agent_id: text,
  fallback: z.object({ agent_id: text }).nullish(),
  voicemail_message: text,
});

const numberSchema = z.object({
  id: z.string().min(1),
  phone_number: z.string().min(1),
  friendly_name: text,
  agent_id: text,
  inbound_routing: routingSchema.nullish(),
  status: text,
});

const agentSchema = z.object({ id: z.string().min(1), name: text });

const counts = z.object({ total: z.number().nullish(), limit: z.number().positive().nullish() });

const mistake = z.object({ loc: z.array(z.union([z.string(), z.number()])).nullish(), msg: z.string() });
const errorSchema = z.object({ detail: z.union([z.string(), z.array(mistake)]) });

/** OneInbox as a plug. */
export const oneinbox: Vendor = {
  id: "oneinbox",
  title,
  credentials: apiKeyCredentials("begins with oi_sk_"),
  abilities,
  dashboard: "In the OneInbox dashboard, open the number under Phone Numbers and choose its agent there.",
  open: (credentials, options) => {
    const apiKey = apiKeyOf(credentials);
    const http = vendorHttp({ vendor: title, ...options, apiKey, rate: unpublishedRate, readError });
    const page = async <S extends z.ZodType>(
      path: string,
      item: S,
      cursor?: Cursor,
      signal?: AbortSignal,
    ) => {
      const query: Query = { limit, offset: offsetOf(cursor) };
      const { json } = await http.getPage(path, query, signal);
      return readPage(json, item, offsetOf(cursor));
    };
    return {
      listNumbers: async (signal, _maxAgeMs, made) => {
        const numbers = async (cursor: Cursor | undefined) => {
          const { items, next } = await page("/v1/phone-numbers", numberSchema, cursor, signal);
          return { items: items.map(numberFrom), next };
        };
        return listed(title, "numbers", allPages(title, numbers, { made }));
      },
      getNumber: async (id, signal) => {
        const path = pathWith("/v1/phone-numbers/{id}", id, ["search", "purchase"]);
        const { json } = await found(title, "number", [404, 422], http.get(path, signal));
        return toNumber(json);
      },
      listAgents: async (signal) => {
        const agents = async (cursor: Cursor | undefined) => {
          const { items, next } = await page("/v1/agents", agentSchema, cursor, signal);
          return { items: items.map(agentFrom), next };
        };
        return listed(title, "agents", allPages(title, agents));
      },
      getAgent: async (id, signal) => {
        const path = pathWith("/v1/agents/{id}", id);
        const { json } = await found(title, "agent", [404, 422], http.get(path, signal));
        return agentFrom(read(title, agentSchema, json));
      },
      check: async (signal) => {
        // Agents, because listing them is documented and listing numbers is not.
        const { json } = await http.getPage("/v1/agents", { limit: 1, offset: 0 }, signal);
        readPage(json, agentSchema, 0);
      },
      plan: (number, change) =>
        planned(
          { title, abilities },
          {
            reassign: (agentId) => ({
              agent_id: agentId,
              ...(number.fields[overrideField] ? { inbound_routing: { agent_id: agentId } } : {}),
            }),
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
      patch: async (id, body) => {
        const answer = await http.patch(pathWith("/v1/phone-numbers/{id}", id), body);
        return patched(title, id, answer, toAnsweredNumber);
      },
    };
  },
};

const offsetOf = (cursor: Cursor | undefined): number => Number(cursor ?? 0);

function readPage<S extends z.ZodType>(json: unknown, item: S, offset: number): Page<z.output<S>> {
  if (Array.isArray(json)) {
    const items = read(title, z.array(item), json);
    // More than was asked for, or the same again, is a list that knows no pages.
    return { items, next: items.length === limit ? nextOffset(offset, { count: limit, limit }) : undefined };
  }
  const page = read(title, counts.extend({ items: z.array(item) }), json);
  const said = { count: page.items.length, limit: page.limit ?? limit, total: page.total };
  return { items: page.items, next: nextOffset(offset, said) };
}

const toNumber = (json: unknown): PhoneNumber => numberFrom(read(title, numberSchema, json));

/** The number of an answer to an update: one that leaves the override out does not say who answers. */
function toAnsweredNumber(json: unknown): PhoneNumber {
  const number = toNumber(json);
  return number.fields[overrideField] === undefined ? { ...number, agent: undefined } : number;
}

function numberFrom(seen: z.output<typeof numberSchema>): PhoneNumber {
  const { inbound_routing: routing } = seen;
  const agentId = routing?.agent_id || textOrNone(seen.agent_id);
  const said = <T>(value: T): T | null | undefined => (routing === undefined ? undefined : (value ?? null));
  return {
    id: seen.id,
    e164: seen.phone_number,
    name: textOrNone(seen.friendly_name),
    agent: agentId ? { id: agentId } : agentId === undefined ? undefined : null,
    fields: {
      fallback: said(routing?.fallback?.agent_id || null),
      voicemail_message: said(routing?.voicemail_message || null),
      [overrideField]: said(routing?.agent_id || null),
    },
    detachNote: routing?.agent_id ? detachNote : undefined,
    status: seen.status ?? undefined,
  };
}

const agentFrom = (seen: z.output<typeof agentSchema>): Agent => ({
  id: seen.id,
  name: seen.name || seen.id,
});

function readError(json: unknown): string | undefined {
  const { data } = errorSchema.safeParse(json);
  if (!Array.isArray(data?.detail)) return data?.detail;
  return data.detail.map(({ loc, msg }) => [...(loc ?? []), msg].join(" ")).join("; ");
}
