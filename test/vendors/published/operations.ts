import { readFileSync } from "node:fs";
import { Ajv2020, type AnySchema, type ValidateFunction } from "ajv/dist/2020.js";
import addFormatsModule from "ajv-formats";
import { z } from "zod";
import { fileOf } from "./openapi.ts";
import type { RecordedRequest } from "../../../src/sandbox/vendors/index.ts";

const object = z.record(z.string(), z.unknown());
const content = z.object({ content: z.object({ "application/json": z.object({ schema: object }) }) });
const parameter = z.object({ in: z.string(), name: z.string(), schema: object });
const operation = z.object({
  parameters: z.array(object).default([]),
  requestBody: content.optional(),
  responses: z.record(z.string(), object),
});
const document = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: object,
});
type Operation = z.output<typeof operation>;

/** A published OpenAPI document that describes bodies, queries and answers with each operation, and not as named schemas. */
export interface PublishedOperations {
  /** What in a request, or in its answer, is not as published. */
  faultsOf(request: RecordedRequest): readonly string[];
}

/** Reads a document from the published contracts; undefined where they are not at hand. */
export function publishedOperations(file: string): PublishedOperations | undefined {
  const url = fileOf(file);
  if (!url) return undefined;
  const { paths, components } = document.parse(schemaOf(JSON.parse(readFileSync(url, "utf8"))));
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormatsModule.default(ajv);
  const compiled = new Map<string, ValidateFunction>();
  const faults = (what: string, schema: AnySchema & object, value: unknown): string[] => {
    const key = JSON.stringify(schema);
    const validate = compiled.get(key) ?? ajv.compile({ ...schema, components });
    compiled.set(key, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${what}${instancePath} ${message}`);
  };
  const resolved = (value: Record<string, unknown>): Record<string, unknown> => {
    const { $ref: ref } = value;
    if (typeof ref !== "string") return value;
    const steps = ref.split("/").slice(1);
    return object.parse(steps.reduce<unknown>((at, step) => object.parse(at)[step], { components }));
  };
  const operationOf = ({ method, path }: RecordedRequest): Operation | undefined => {
    const found = Object.entries(paths).find(([template]) => isLike(path, template))?.[1];
    const { data } = operation.safeParse(found?.[method.toLowerCase()]);
    return data;
  };
  return {
    faultsOf: (request) => {
      const published = operationOf(request);
      if (!published) return [`${request.method} ${request.path} is not published`];
      const inQuery = published.parameters.map((one) => parameter.parse(resolved(one)));
      const query = [...new URLSearchParams(request.query)].flatMap(([name, value]) => {
        const schema = inQuery.find((one) => one.in === "query" && one.name === name)?.schema;
        if (!schema) return [`the query's ${name} is not published`];
        return faults(`query ${name}`, schema, schema["type"] === "integer" ? Number(value) : value);
      });
      const sent = published.requestBody?.content["application/json"].schema;
      const body = sent ? faults("body", closed(sent), request.body) : [];
      const answered = published.responses[String(request.status)];
      if (!answered) return [...query, ...body, `status ${request.status} is not published`];
      const { schema } = content.parse(resolved(answered)).content["application/json"];
      return [...query, ...body, ...faults("answer", schema, request.answer)];
    },
  };
}

const isLike = (path: string, template: string): boolean => {
  const [parts, wanted] = [path.split("/"), template.split("/")];
  return (
    parts.length === wanted.length && wanted.every((part, at) => part.startsWith("{") || part === parts[at])
  );
};

/** A request's schema without room for unpublished fields. */
const closed = (schema: Record<string, unknown>): Record<string, unknown> =>
  "properties" in schema ? { ...schema, additionalProperties: false } : schema;

/** OpenAPI 3.0 as JSON Schema: `nullable`, and bounds that exclude themselves by a boolean. */
function schemaOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(schemaOf);
  if (typeof value !== "object" || value === null) return value;
  const { nullable, exclusiveMinimum, minimum, ...rest } = Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, schemaOf(part)]),
  );
  const bound = exclusiveMinimum === true ? { exclusiveMinimum: minimum } : { minimum, exclusiveMinimum };
  const known = Object.fromEntries(Object.entries(bound).filter(([, limit]) => limit !== undefined));
  const schema = { ...rest, ...known };
  return nullable === true ? { anyOf: [schema, { type: "null" }] } : schema;
}
