// https://dialnexa.mintlify.app/api-reference/phone-numbers/update
// - A number comes in two shapes: `agent_id`, or `inbound_agent_id`; where neither is there the vendor does not say.
// - An agent has no name of its own: its current version's title is what people see. It needs a published version.
// - Clearing `label` is not documented, so it is not offered; neither is a limit for it: its 255 is our assumption.
// - The newer generation (OpenAPI of 2026-08) has no PATCH on a number, binds through the agent, lists `{items}` and
//   has `/v1/agents`, unpaged, in place of `/v1/agents2`. It is read; its way of binding is not spoken.
// - The rate limit is not published: two a second is our assumption.
import { z } from "zod";
import type { Agent, PhoneNumber } from "../domain/phone-number.ts";
import { isProblem, Problem } from "../domain/problem.ts";
import type { Vendor, VendorAbilities } from "../domain/vendor.ts";
import { found, listed, noLongerOffered, patched } from "./account.ts";
import { vendorHttp } from "./http.ts";
import { apiKeyCredentials, apiKeyOf } from "./key.ts";
import { allPages, nextPage, type Cursor, type Page } from "./pages.ts";
import { pathWith } from "./path.ts";
import { planned } from "./plan.ts";
import { unpublishedRate } from "./rate.ts";
import { read, textOrNone } from "./read.ts";

const title = "DialNexa";
const numbersPath = "/v1/organization-phone-numbers";
const limit = 100;

const abilities: VendorAbilities = {
  name: { maxLength: 255, clearable: true },
  fields: [
    {
      id: "label",
      label: "Label",
      hint: "For accounting; callers never meet it.",
      input: "text",
      maxLength: 255,
      clearable: false,
    },
  ],
};

const text = z.string().nullish();

const numberSchema = z.object({
  id: z.string().min(1),
  phone_number: z.string().min(1),
  nickname: text,
  label: text,
  agent_id: text,
  inbound_agent_id: text,
  status: text,
});

const agentSchema = z.object({
  id: z.string().min(1),
  is_deleted: z.boolean().nullish(),
  current_version: z.object({ title: text, is_published: z.boolean().nullish() }).nullish(),
  versions: z.array(z.object({ is_published: z.boolean().nullish() })).nullish(),
});

const counts = z.object({
  limit: z.number().positive().nullish(),
  total: z.number().nullish(),
  totalPages: z.number().nullish(),
});
const numberPage = z.object({ data: z.array(numberSchema), meta: counts.nullish() });
const newerNumberPage = counts.extend({ items: z.array(numberSchema) });
const agentPage = z.object({ data: z.array(agentSchema), meta: counts.nullish() });
const newerAgentList = z.object({ agents: z.array(agentSchema) });
const errorSchema = z.object({ message: z.union([z.string(), z.array(z.string())]) });

/** DialNexa as a plug. The update on a number is the one of its guide; see the head of the file for the newer API. */
export const dialnexa: Vendor = {
  id: "dialnexa",
  title,
  credentials: apiKeyCredentials("from Settings, API Keys, in the DialNexa dashboard"),
  abilities,
  dashboard:
    "In the DialNexa dashboard, open the number under Phone Numbers and choose its inbound agent there.",
  open: (credentials, options) => {
    const apiKey = apiKeyOf(credentials);
    const http = vendorHttp({ vendor: title, ...options, apiKey, rate: unpublishedRate, readError });
    // What the first answer showed: which generation of the agents' routes this account has.
    let agentsPath = "/v1/agents2";
    const withAgentsPath = async <T>(ask: (path: string) => Promise<T>): Promise<T> => {
      try {
        return await ask(agentsPath);
      } catch (error) {
        if (agentsPath === "/v1/agents" || !hasStatus(error, 404)) throw error;
        const answer = await ask("/v1/agents");
        agentsPath = "/v1/agents";
        return answer;
      }
    };
    const numbers = async (page: number, size: number, signal?: AbortSignal) => {
      const { json } = await http.getPage(numbersPath, { page, limit: size }, signal);
      return readNumbers(json, page, size);
    };
    return {
      listNumbers: async (signal, _maxAgeMs, made) => {
        const all = allPages(title, async (page) => numbers(pageNumber(page), limit, signal), { made });
        return listed(title, "numbers", all);
      },
      getNumber: async (id, signal) => {
        const path = pathWith(`${numbersPath}/{id}`, id, ["plivo-numbers"]);
        const { json } = await found(title, "number", [400, 404], http.get(path, signal));
        return toNumber(json);
      },
      listAgents: async (signal) => {
        const agents = async (cursor: Cursor | undefined): Promise<Page<Agent>> =>
          withAgentsPath(async (path) => {
            const page = pageNumber(cursor);
            const unpaged = path === "/v1/agents";
            const { json } = await http.getPage(path, unpaged ? {} : { page, limit }, signal);
            return unpaged ? readNewerAgents(json) : readAgents(json, page);
          });
        return listed(title, "agents", allPages(title, agents));
      },
      getAgent: async (id, signal) => {
        const asking = withAgentsPath(async (path) => http.get(pathWith(`${path}/{id}`, id), signal));
        const { json } = await found(title, "agent", [400, 404], asking);
        return agentFrom(read(title, agentSchema, json));
      },
      check: async (signal) => {
        await numbers(1, 1, signal);
      },
      plan: (number, change) =>
        planned(
          { title, abilities },
          {
            reassign: (agentId) => ({ agent_id: agentId }),
            detach: () => ({ agent_id: null }),
            rename: (name) => ({ nickname: name }),
            edit: ({ label }) => ({ label }),
          },
          number,
          change,
        ),
      inTurn: http.inTurn,
      patch: async (id, body) => {
        try {
          const answer = await http.patch(pathWith(`${numbersPath}/{id}`, id), body);
          return patched(title, id, answer, toNumber);
        } catch (error) {
          // The number was read just before, so it is the route that is gone, or else the next read will tell.
          if (!hasStatus(error, 404) && !hasStatus(error, 405)) throw error;
          const { details } = error;
          throw new Problem("unsupported", `${title} did not change it: ${noLongerOffered}.`, details, error);
        }
      },
    };
  },
};

const pageNumber = (cursor: Cursor | undefined): number => Number(cursor ?? 1);

const hasStatus = (error: unknown, status: number): error is Problem =>
  isProblem(error, "vendor_refused") && error.details.vendorStatus === status;

function readNumbers(json: unknown, page: number, size: number): Page<PhoneNumber> {
  if (typeof json === "object" && json !== null && "items" in json) {
    const { items, ...newerMeta } = read(title, newerNumberPage, json);
    return pageOf(items.map(numberFrom), page, size, newerMeta);
  }
  const { data, meta } = read(title, numberPage, json);
  return pageOf(data.map(numberFrom), page, size, meta ?? {});
}

function readAgents(json: unknown, page: number): Page<Agent> {
  const { data, meta } = read(title, agentPage, json);
  const agents = data.map(agentFrom);
  // Without `meta` the answer is the whole list.
  return meta ? pageOf(agents, page, limit, meta) : { items: agents, next: undefined };
}

function pageOf<T>(items: readonly T[], page: number, asked: number, meta: z.output<typeof counts>): Page<T> {
  const said = { count: items.length, limit: meta.limit ?? asked };
  return { items, next: nextPage(page, { ...said, total: meta.total, totalPages: meta.totalPages }) };
}

const readNewerAgents = (json: unknown): Page<Agent> => ({
  items: read(title, newerAgentList, json).agents.map(agentFrom),
  next: undefined,
});

const toNumber = (json: unknown): PhoneNumber => numberFrom(read(title, numberSchema, json));

function numberFrom(seen: z.output<typeof numberSchema>): PhoneNumber {
  const agentId = textOrNone(seen.agent_id) ?? textOrNone(seen.inbound_agent_id);
  const said = seen.agent_id !== undefined || seen.inbound_agent_id !== undefined;
  return {
    id: seen.id,
    e164: seen.phone_number,
    name: textOrNone(seen.nickname),
    agent: agentId ? { id: agentId } : said ? null : undefined,
    fields: { label: textOrNone(seen.label) },
    status: seen.status ?? undefined,
  };
}

function agentFrom(seen: z.output<typeof agentSchema>): Agent {
  const { current_version: current, versions } = seen;
  const published = new Set([current, ...(versions ?? [])].map((version) => version?.is_published));
  const unpublished = published.has(false) && !published.has(true);
  const unbindable = seen.is_deleted
    ? "it is deleted"
    : unpublished
      ? "it has no published version"
      : undefined;
  return { id: seen.id, name: current?.title || seen.id, unbindable };
}

function readError(json: unknown): string | undefined {
  const { data } = errorSchema.safeParse(json);
  return Array.isArray(data?.message) ? data.message.join("; ") : data?.message;
}
