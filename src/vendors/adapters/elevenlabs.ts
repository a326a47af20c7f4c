// https://elevenlabs.io/docs/api-reference/phone-numbers/update
// - The key goes into the header `xi-api-key`. It can be restricted to endpoints: a 401 with `missing_permissions`, or a
//   403, is about one endpoint, not about the key.
// - The request type gives every field a default of null, so null may mean "clear" or "keep". Patchbay sends null only
//   to take the agent or its branch away, and reads the number afterwards. Names are never cleared.
// - The agent is read as `assigned_agent: {agent_id, agent_name, environment, branch_id}` and written as `agent_id` and
//   `branch_id`. A branch belongs to one agent, so another agent is assigned with its own branch or with
//   `branch_id: null`. Patchbay shows a branch with its agent. `environment` is the number's and stays.
// - Lists have cursors (`/v1/convai/v2/phone-numbers`). An account without that route has the older list, a bare array
//   without pages.
// - Archived agents stay in the list of agents. Only the single agent's `platform_settings` may tell in older accounts.
// - There is no time of the last change.
// - Our assumptions: the longest page of numbers (that of agents is published), the longest label, the rate limit, that
//   400, 404 and 422 mean an unknown id, and the form of errors other than 422.
import { z } from "zod";
import type { Agent, PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { Vendor, VendorCapabilities } from "../../domain/vendor/vendor.ts";
import { isMissingRoute, mapNotFound, mapUnsupported, parsePatch } from "../map-response.ts";
import { vendorHttp, type Query } from "../http.ts";
import { apiKeyCredentials, apiKeyOf } from "../api-key.ts";
import { allPages, nextCursor, type Cursor, type Page } from "../pagination.ts";
import { pathWith } from "../url-path.ts";
import { buildPatch } from "../build-patch.ts";
import { unpublishedRate } from "../rate-limit.ts";
import { nameOr, parse, parseEach } from "../parse.ts";
import { callLister } from "./elevenlabs/calls.ts";
import { assignment, numberFrom, numberSchema, wholeNumberFrom } from "./elevenlabs/number.ts";

const title = "ElevenLabs";
const numbersPath = "/v1/convai/phone-numbers";
const pagedNumbersPath = "/v1/convai/v2/phone-numbers";
const agentsPath = "/v1/convai/agents";
const page_size = 100;
const unknownId = [400, 404, 422];

const capabilities: VendorCapabilities = {
  name: { maxLength: 255, clearable: false },
  fields: [
    {
      id: "environment",
      label: "Environment",
      hint: "The agent's variables take their values for calls to this number from this environment.",
      input: "text",
      maxLength: 255,
      clearable: false,
    },
  ],
  versionWord: "branch",
};

const text = z.string().nullish();

const agentSchema = z.object({
  agent_id: z.string().min(1),
  name: text,
  archived: z.boolean().nullish(),
  platform_settings: z.object({ archived: z.boolean().nullish() }).nullish(),
});

const records = z.array(z.unknown());
const more = z.object({ next_cursor: text, has_more: z.boolean().nullish() });
const numberPage = more.extend({ phone_numbers: records });
const agentPage = more.extend({ agents: records });

const mistake = z.object({ loc: z.array(z.union([z.string(), z.number()])).nullish(), msg: z.string() });
const explained = z.object({ status: text, message: z.string() });
const errorSchema = z.object({ detail: z.union([z.string(), explained, z.array(mistake)]) });

/** ElevenLabs as a vendor adapter. */
export const elevenlabs: Vendor = {
  id: "elevenlabs",
  title,
  apiUrl: "https://api.elevenlabs.io",
  credentials: apiKeyCredentials("from Developers, API Keys; it needs access to ElevenLabs Agents"),
  capabilities,
  dashboard: "In the ElevenLabs dashboard, open the number under Phone Numbers and choose its agent there.",
  open: (credentials, options) => {
    const apiKey = apiKeyOf(credentials);
    const http = vendorHttp({
      vendor: title,
      ...options,
      apiKey,
      keyHeader: "xi-api-key",
      rate: unpublishedRate,
      readError,
      lacksPermission,
    });
    let hasPages = true;
    const numbersIn = async (query: Query, signal: AbortSignal | undefined): Promise<NumberPage> => {
      if (hasPages) {
        try {
          return parse(title, numberPage, (await http.getPage(pagedNumbersPath, query, signal)).json);
        } catch (error) {
          if (!isMissingRoute(error)) throw error;
        }
      }
      const { json } = await http.getPage(numbersPath, {}, signal);
      const phone_numbers = parse(title, records, json);
      hasPages = false;
      return { phone_numbers, has_more: false };
    };
    return {
      listNumbers: async (signal, _maxAgeMs, made, onUnreadable) => {
        const readPage = async (cursor: Cursor | undefined): Promise<Page<PhoneNumber>> => {
          const { phone_numbers, next_cursor, has_more } = await numbersIn({ cursor, page_size }, signal);
          const next = nextCursor(title, next_cursor, has_more);
          return { ...(await parseEach(title, numberSchema, phone_numbers, numberFrom)), next };
        };
        return mapUnsupported(title, "numbers", allPages(title, readPage, { made, onUnreadable }));
      },
      searchNumbers: async (search, signal) => {
        // Treated as a single read, because a person waits for one number: it goes before the pages of lists.
        const path = `${pagedNumbersPath}?search=${encodeURIComponent(search)}&page_size=${page_size}`;
        const { json } = await mapUnsupported(title, "numbers", http.get(path, signal));
        const { phone_numbers } = parse(title, numberPage, json);
        return (await parseEach(title, numberSchema, phone_numbers, numberFrom)).items;
      },
      getNumber: async (id, signal) => {
        const path = pathWith(`${numbersPath}/{id}`, id);
        const { json } = await mapNotFound(title, "number", unknownId, http.get(path, signal));
        return toNumber(json);
      },
      listAgents: async (signal, _maxAgeMs, onUnreadable) => {
        const readPage = async (cursor: Cursor | undefined): Promise<Page<Agent>> => {
          const { json } = await http.getPage(agentsPath, { cursor, page_size }, signal);
          const { agents, next_cursor, has_more } = parse(title, agentPage, json);
          const next = nextCursor(title, next_cursor, has_more);
          return { ...(await parseEach(title, agentSchema, agents, agentFrom)), next };
        };
        return mapUnsupported(title, "agents", allPages(title, readPage, { onUnreadable }));
      },
      getAgent: async (id, signal) => {
        const path = pathWith(`${agentsPath}/{id}`, id, ["create", "summaries"]);
        const { json } = await mapNotFound(title, "agent", unknownId, http.get(path, signal));
        return agentFrom(parse(title, agentSchema, json));
      },
      listCalls: callLister(http),
      check: async (signal) => {
        await numbersIn({ page_size: 1 }, signal);
      },
      buildPatch: (number, change) =>
        buildPatch(
          { title, capabilities, agents: "in a version" },
          {
            reassign: (agents) => assignment(agents, number),
            detach: () => ({ agent_id: null }),
            rename: (label) => ({ label }),
            edit: ({ environment }) => {
              if (number.agent) return { environment };
              throw new Problem("unsupported", `${title} shows no environment on a number without an agent.`);
            },
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

type NumberPage = z.output<typeof numberPage>;

const toNumber = (json: unknown): PhoneNumber => wholeNumberFrom(parse(title, numberSchema, json));

const agentFrom = (seen: z.output<typeof agentSchema>): Agent => ({
  id: seen.agent_id,
  name: nameOr(seen.agent_id, seen.name),
  unbindable: (seen.archived ?? seen.platform_settings?.archived) ? "it is archived" : undefined,
});

function readError(json: unknown): string | undefined {
  const { detail } = errorSchema.safeParse(json).data ?? {};
  if (!Array.isArray(detail)) return typeof detail === "string" ? detail : detail?.message;
  return detail.map(({ loc, msg }) => [...(loc ?? []), msg].join(" ")).join("; ");
}

function lacksPermission(json: unknown): boolean {
  const { detail } = errorSchema.safeParse(json).data ?? {};
  return typeof detail === "object" && "status" in detail && detail.status === "missing_permissions";
}
