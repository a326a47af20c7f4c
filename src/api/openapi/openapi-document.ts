import { z } from "zod";
import type { ApiRoute, DocumentedAnswer } from "../server/api-route.ts";
import { problemSchema } from "./problem-schema.ts";

/** JSON Schema, as far as it is looked into here. */
type JsonSchema = z.core.JSONSchema.JSONSchema;

const problemRef = { $ref: "#/components/schemas/Problem" };
/** Statuses that every path can answer with. */
const everywhere = [401, 403, 422, 429, 500, 503];

const problemTexts: Readonly<Record<number, string>> = {
  400: "It is not valid HTTP or JSON, or has a token in its URL",
  401: "No token, or one that is unknown, revoked or expired",
  403: "The token, its owner or a rule does not allow it, or somebody has to ask for approval",
  404: "There is no such thing, or the token does not reach it",
  409: "The number has changed (with both states), already is so, or the request runs",
  413: "The body is too long",
  415: "The body is not JSON",
  422: "It has another form than it should, or the vendor does not accept it",
  423: "The number is frozen",
  428: "If-Match is missing",
  429: "More than 60 requests within a minute: see Retry-After",
  500: "A bug: the server's log has the request id",
  502: "The vendor answers what cannot be understood, or rejects Patchbay's key",
  503: "The vendor or the database does not answer: see Retry-After",
};

/** The OpenAPI 3.1 document of these routes, from the schemas that read requests and describe answers. */
export function openApiDocument(
  routes: readonly ApiRoute[],
  version: string,
): Readonly<Record<string, unknown>> {
  const schemas = new Map([["Problem", schemaOf(problemSchema, "output")]]);
  const paths = new Map<string, Record<string, unknown>>();
  for (const route of routes) {
    const { path = {}, query = {}, body } = schemaOf(route.input, "input").properties ?? {};
    const bodyName = `${route.operationId.charAt(0).toUpperCase()}${route.operationId.slice(1)}`;
    if (isSchema(body)) schemas.set(bodyName, body);
    for (const { name, schema } of Object.values(route.answers))
      schemas.set(name, schemaOf(schema, "output"));
    paths.set(route.path, {
      ...paths.get(route.path),
      [route.method.toLowerCase()]: {
        operationId: route.operationId,
        summary: route.summary,
        description: `Takes a token with the scope ${route.scope} or more.`,
        parameters: [
          ...parameters("path", path),
          ...parameters("query", query),
          ...Object.entries(route.requires ?? {}).map(([name, description]) => ({
            name,
            in: "header",
            required: true,
            description,
            schema: { type: "string" },
          })),
        ],
        ...(isSchema(body)
          ? {
              requestBody: {
                required: true,
                content: { "application/json": { schema: { $ref: `#/components/schemas/${bodyName}` } } },
              },
            }
          : {}),
        responses: responsesOf(route),
      },
    });
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Patchbay",
      version,
      description:
        "Reads and changes voice-agent phone numbers under the rights, rules, freezes and approvals that hold in Slack, on the same record.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    security: [{ token: [] }],
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description: "A token of /number tokens or patchbay tokens",
        },
      },
      schemas: Object.fromEntries(schemas),
    },
  };
}

function responsesOf({ answers, problems }: ApiRoute): Record<string, unknown> {
  const own = Object.entries(answers).map(([status, answer]) => [status, responseOf(answer)] as const);
  const others = [...new Set([...everywhere, ...problems])]
    .toSorted((one, other) => one - other)
    .map((status) => [
      String(status),
      {
        description: problemTexts[status] ?? "A problem",
        content: { "application/problem+json": { schema: problemRef } },
      },
    ]);
  return Object.fromEntries([...own, ...others]);
}

function responseOf({ name, description, headers = {} }: DocumentedAnswer): unknown {
  return {
    description,
    headers: Object.fromEntries(
      Object.entries(headers).map(([header, text]) => [
        header,
        { description: text, schema: { type: "string" } },
      ]),
    ),
    content: { "application/json": { schema: { $ref: `#/components/schemas/${name}` } } },
  };
}

function parameters(place: "path" | "query", schema: JsonSchema | boolean): unknown[] {
  if (!isSchema(schema)) return [];
  return Object.entries(schema.properties ?? {}).map(([name, found]) => {
    const { description, ...one } = isSchema(found) ? found : {};
    return {
      name,
      in: place,
      required: place === "path",
      ...(description === undefined ? {} : { description }),
      schema: one,
    };
  });
}

function isSchema(found: JsonSchema | boolean | undefined): found is JsonSchema {
  return typeof found === "object";
}

function schemaOf(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { target: "draft-2020-12", io });
  return json;
}
